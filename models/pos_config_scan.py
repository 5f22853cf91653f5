from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..number.arguments import is_storable
from ..number.label import get_days, get_number_name
from ..number.name import MAX_NAME_LENGTH
from ..number.text import strip

# More than any code holds (QR code, Digital Link address).
MAX_TEXT_LENGTH = 8000
MAX_CHOICES = 20
# Of a lot with more sales, the latest are looked at.
MAX_SALES = 100


class PosConfig(models.Model):
    """What a text that is scanned on the product screen stands for."""

    _inherit = "pos.config"

    @api.readonly
    def find_numbers_by_text(self, text, is_return=False):
        """What a scanned text stands for among the products that this till sells.

        Read in this order: a product's or packaging's barcode, the name of a number, its Internal
        Reference, a GS1 code, a number behind a prefix that its product's format takes off.

        :param str text: as it came from the scanner
        :param bool is_return: it comes back without receipt; see `_get_return_info`
        :return: `{kind, choices}` with `kind` "barcode", "number", "gs1", "refused" (then `reason`
            says why, in words) or "unknown". `choices` is a list of `{product_id, product_tmpl_id,
            product, name, quantity, info, dates}`: `name` of the number, "" where the code has
            none; `quantity` that a GS1 code stands for, in the product's unit, None where it does
            not say; `info` as in `check_numbers`, False for a number that nobody knows; `dates`,
            what a GS1 code says of the lot's, see `label.get_days`
        :raises AccessError: the caller may not read this shop, or it is another company's
        """
        self._check_number_call([text])
        if len(text) > MAX_TEXT_LENGTH:
            raise UserError(self.env._("This code is too long to be read."))
        name = strip(text)
        if not name:
            return {"kind": "unknown", "choices": []}
        Text = self.env["pos.number.text"].sudo()
        codes, owners = Text._read_codes(self.company_id, [text])
        code = codes[text]
        bare = strip(code.text) if code.kind == "plain" else name
        owner = owners.get(name) or owners.get(bare)
        if owner and self._get_sold_products(owner.product):
            return self._answer_scan("barcode", [(owner.product, "", None)], is_return)
        lots = self._find_lots_by_text(name) or self._find_lots_by_text(bare)
        if lots:
            found = [(lot.product_id, lot, None) for lot in lots]
            return self._answer_scan("number", found, is_return)
        if code.kind == "refused":
            reason = self.env["pos.number.text"]._describe_refusal(code)
            return {"kind": "refused", "reason": reason, "choices": []}
        if code.kind == "gs1":
            found = self._read_label(code.meaning, owners)
            return self._answer_scan("gs1", found, is_return, code.meaning)
        lots = self._find_lots_behind_prefix(bare)
        found = [(lot.product_id, lot, None) for lot in lots]
        return self._answer_scan("number", found, is_return)

    @api.readonly
    def find_sale_by_text(self, text):
        """The last sale of a scanned unit that has not come back.

        :param str text: a number, its Internal Reference, or a GS1 code
        :return: `{kind, name, product}` with `kind` "sold" (then `order_id` and `line_id` too),
            "returned" (it came back), "unsold" (no till of the company sold it) or "unknown"; of
            what is sold at a till that the caller may not read, "elsewhere"
        :raises AccessError: the caller may not read this shop, or it is another company's
        """
        self._check_number_call([text])
        lots = self._find_scanned_lots(text[: MAX_TEXT_LENGTH + 1])
        if not lots:
            return {"kind": "unknown", "name": strip(text), "product": ""}
        numbers = (
            self.env["pos.pack.operation.lot"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", lots.ids),
                    ("pos_order_line_id.qty", ">", 0),
                    ("pos_order_line_id.order_id.state", "not in", ("draft", "cancel")),
                    ("pos_order_line_id.order_id.company_id", "=", self.company_id.id),
                ],
                order="id desc",
                limit=MAX_SALES,
            )
        )
        lot = numbers[:1].lot_id or lots[:1]
        answer = {"kind": "unsold", "name": lot.name, "product": lot.product_id.display_name}
        returned = numbers._get_quantity_given_back()
        left = numbers.filtered(
            lambda each: each.product_id.uom_id.compare(each.quantity, returned.get(each, 0)) > 0
        )
        for number in left:
            line = number.pos_order_line_id
            if line.order_id.with_user(self.env.user).has_access("read"):
                sale = {"kind": "sold", "order_id": line.order_id.id, "line_id": line.id}
                return {**answer, **sale, "name": number.lot_name}
        if numbers:
            answer["kind"] = "elsewhere" if left else "returned"
        return answer

    def _find_scanned_lots(self, text):
        """The lots of this company that a scanned text stands for, whatever their products."""
        name = strip(text)
        if not name:
            return self.env["stock.lot"].sudo()
        codes, owners = self.env["pos.number.text"].sudo()._read_codes(self.company_id, [text])
        code = codes[text]
        lots = self._find_lots_by_text(name, is_sold=False)
        if lots or code.kind == "refused":
            return lots
        meaning = code.meaning
        if not meaning:
            bare = strip(code.text)
            return self._find_lots_by_text(bare, is_sold=False) or self._find_lots_behind_prefix(
                bare, is_sold=False
            )
        owner = owners.get(meaning.get("gtin"))
        number = get_number_name(meaning, owner.product.tracking if owner else "serial")
        lots = self._find_lots_by_text(number, is_sold=False)
        return lots.filtered(lambda lot: not owner or lot.product_id == owner.product)

    def _read_label(self, meaning, owners):
        """What a GS1 code stands for: list of (product, lot or name, quantity)."""
        gtin = meaning.get("gtin")
        if not gtin:
            name = get_number_name(meaning, "serial")
            lots = self._find_lots_by_text(name) if name else ()
            return [(lot.product_id, lot, meaning.get("count")) for lot in lots]
        owner = owners.get(gtin)
        if not owner or not self._get_sold_products(owner.product):
            return []
        product = owner.product
        quantity = self.env["pos.number.text"].sudo()._count_label(meaning, owner)
        if product.tracking == "none":
            return [(product, "", quantity)]
        name = get_number_name(meaning, product.tracking)
        Lot = self.env["stock.lot"].sudo()
        found = Lot._find_by_names(product.ids, [name], self.company_id) if name else {}
        return [(product, found.get((product.id, name), name), quantity)]

    def _find_lots_by_text(self, text, is_sold=True):
        """Numbers by their names, else by their references.

        :param is_sold: only of products that this till sells

        :return: `stock.lot`, as superuser, one a product
        """
        Lot = self.env["stock.lot"].sudo()
        if len(text) > MAX_NAME_LENGTH:
            return Lot
        rows = Lot._fetch_by_names({text}, self.company_id)
        products = self.env["product.product"].sudo().browse({row[0] for row in rows})
        if is_sold:
            products = self._get_sold_products(products.sudo(False))
        lots = Lot.union(*Lot._find_by_names(products.ids, [text], self.company_id).values())
        lots = lots.filtered(lambda lot: lot.product_id.tracking != "none")
        return lots or self._find_lots_by_reference(text, is_sold)

    def _find_lots_behind_prefix(self, text, is_sold=True):
        """Numbers that a scanner has read with a prefix of their product's format before them."""
        Text = self.env["pos.number.text"].sudo()
        lots = self.env["stock.lot"].sudo()
        for name in Text._take_prefixes_off(text) if len(text) <= MAX_NAME_LENGTH else ():
            found = self._find_lots_by_text(name, is_sold)
            lots |= found.filtered(
                lambda lot, name=name: Text._is_read_as(lot.product_id, text, name)
            )
        return lots

    def _find_lots_by_reference(self, text, is_sold=True):
        Lot = self.env["stock.lot"].sudo()
        if not is_storable(text):
            return Lot
        company = Domain("company_id", "in", (False, self.company_id.id))
        found = Lot.search(company & Domain("ref", "=", text), order="id", limit=MAX_CHOICES)
        products = found.product_id
        if is_sold:
            products = self._get_sold_products(products.sudo(False))
        products = products.filtered(lambda product: product.tracking != "none")
        return found.filtered(lambda lot: lot.product_id in products)

    def _get_sold_products(self, products):
        """Those of some products that the caller may sell at this till, as superuser."""
        if not products:
            return products.sudo()
        templates = self.env["product.template"]
        domain = Domain(templates._load_pos_data_domain({}, self))
        found = self.env["product.product"].search(
            Domain("id", "in", products.ids) & Domain("product_tmpl_id", "any", domain)
        )
        return found.sudo().with_company(self.company_id)

    def _answer_scan(self, kind, found, is_return, meaning=None):
        """:param found: list of (product, lot or name, quantity)"""
        get_info = self._get_return_info if is_return else self._get_number_info
        choices = []
        for product, number, quantity in found[:MAX_CHOICES]:
            product = product.sudo().with_company(self.company_id)  # noqa: PLW2901
            info = False
            if number and not isinstance(number, str):
                info = get_info(product, number)[number]
                if not is_return:
                    self._add_open_orders(product, [info])
            choices.append(
                {
                    "product_id": product.id,
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product": product.display_name,
                    "name": info["name"] if info else number,
                    "quantity": quantity,
                    "info": info,
                    "dates": get_days(meaning or {}),
                }
            )
        return {"kind": kind if choices else "unknown", "choices": choices}
