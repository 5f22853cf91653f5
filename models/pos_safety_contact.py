from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..number.contact import clean_email, clean_phone

MAX_CONTACTS = 5  # of one sale: families share receipts


class PosSafetyContact(models.Model):
    """How to reach the buyer of a sale when a product is dangerous: for nothing else.

    Not a customer's record, and linked to none. Inventory managers, who recall, see it; it is left
    at the till or on the customer's page, and deleted after the company's period.
    """

    _name = "pos.safety.contact"
    _inherit = ["pos.number.guard"]
    _description = "Product Safety Contact"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "pos.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    email = fields.Char(readonly=True, index="btree_not_null")
    phone = fields.Char(readonly=True, index="btree_not_null")
    lang = fields.Char("Language", readonly=True)
    source = fields.Selection(
        [("till", "At the till"), ("page", "Customer's page")], required=True, readonly=True
    )
    create_date = fields.Datetime("Consent on", readonly=True)
    expires_on = fields.Date("Deleted after", compute="_compute_expires_on")

    _has_contact = models.Constraint(
        "CHECK(email IS NOT NULL OR phone IS NOT NULL)", "A contact has a mail address or a phone."
    )

    @api.depends("create_date", "company_id.safety_contact_months")
    def _compute_expires_on(self):
        for contact in self:
            months = contact.company_id.sudo().safety_contact_months
            left = contact.create_date or fields.Datetime.now()
            contact.expires_on = left.date() + relativedelta(months=months)

    @api.model
    def _leave(self, order, email, phone, source):
        """Note a contact of a sale; the caller has been checked.

        :param order: a paid pos.order that sold tracked products
        :param email, phone: as they were typed; one is enough
        :param source: `till` or `page`
        :raises UserError: neither can be read, or the sale has too many
        """
        order = order.sudo()
        email, phone = clean_email(email), clean_phone(phone)
        if email is None:
            raise UserError(self.env._("This is no mail address: name@example.com"))
        if phone is None:
            raise UserError(self.env._("This is no telephone number: 6 to 15 digits."))
        if not email and not phone:
            raise UserError(self.env._("Write a mail address or a telephone number."))
        contacts = self.sudo().search([("order_id", "=", order.id)])
        known = contacts.filtered(
            lambda contact: ((contact.email or ""), (contact.phone or "")) == (email, phone)
        )
        if known:
            return known[:1]
        if len(contacts) >= MAX_CONTACTS:
            raise UserError(self.env._("This sale has enough contacts. Withdraw them first."))
        return self.sudo().create(
            {
                "order_id": order.id,
                "company_id": order.company_id.id,
                "email": email or False,
                "phone": phone or False,
                "lang": self.env.lang,
                "source": source,
            }
        )

    @api.model
    def _withdraw(self, order):
        """Delete all contacts of a sale: who holds the receipt may."""
        self.sudo().search([("order_id", "=", order.id)]).unlink()

    @api.model
    def _find_person(self, text):
        """The contacts that somebody's mail address or telephone number has, which the caller sees.

        A number is found with and without its leading + or 00.
        """
        email, phone = clean_email(text), clean_phone(text)
        if email:
            return self.search([("email", "=", email)])
        if phone:
            digits = phone.removeprefix("+").removeprefix("00")
            return self.search([("phone", "in", [digits, f"+{digits}", f"00{digits}"])])
        return self.browse()

    @api.autovacuum
    def _gc_expired(self):
        """Delete what is older than its company's period, each day."""
        done = 0
        for [company] in self.sudo()._read_group([], ["company_id"]):
            before = fields.Datetime.now() - relativedelta(months=company.safety_contact_months)
            contacts = self.sudo().search(
                [("company_id", "=", company.id), ("create_date", "<", before)],
                limit=GC_UNLINK_LIMIT,
            )
            done += len(contacts)
            contacts.unlink()
        return done, done >= GC_UNLINK_LIMIT

    @api.ondelete(at_uninstall=False)
    def _unlink_from_notices(self):
        """What was sent to a contact says no more than that somebody was told."""
        self.env["pos.number.recall.notice"].sudo()._forget(self)
