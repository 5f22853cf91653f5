"""A paid order as a till sends it to `pos.order.sync_from_ui`, in core's fields: plain values.

For demo data, tests and benchmarks: what acts like a till sends what a till sends.
"""

from uuid import uuid4


def make_line(product_id, product_name, quantity, price, numbers=(), /, **values):
    """
    :param quantity: below zero for what comes back; without taxes
    :param numbers: list of values of numbers, `{"lot_name": ...}`
    :param values: more of the line's fields, or other values of these
    """
    total = values.pop("total", price * quantity)
    return {
        "uuid": str(uuid4()),
        "product_id": product_id,
        "full_product_name": product_name,
        "qty": quantity,
        "price_unit": price,
        "price_subtotal": total,
        "price_subtotal_incl": total,
        "discount": 0,
        "tax_ids": [],
        "pack_lot_ids": [(0, 0, dict(number)) for number in numbers],
        **values,
    }


def make_order(lines, *, session_id, company_id, pricelist_id, payment_method_id, date, **values):
    """
    :param lines: list of what `make_line` gives
    :param str date: UTC, as Odoo stores it
    :param values: more of the order's fields, `user_id` at least
    """
    total = sum(line["price_subtotal_incl"] for line in lines)
    payment = {
        "uuid": str(uuid4()),
        "amount": total,
        "payment_method_id": payment_method_id,
        "name": date,
    }
    return {
        "uuid": str(uuid4()),
        "name": "/",
        "state": "paid",
        "session_id": session_id,
        "company_id": company_id,
        "pricelist_id": pricelist_id,
        "fiscal_position_id": False,
        "partner_id": False,
        "date_order": date,
        "last_order_preparation_change": "{}",
        "to_invoice": False,
        "amount_total": total,
        "amount_paid": total,
        "amount_tax": 0,
        "amount_return": 0,
        "lines": [(0, 0, dict(line)) for line in lines],
        "payment_ids": [(0, 0, payment)],
        **values,
    }


def get_till_values(till):
    """:return: what `make_order` has to know of an open pos.config"""
    return {
        "session_id": till.current_session_id.id,
        "company_id": till.company_id.id,
        "pricelist_id": till.pricelist_id.id,
        "payment_method_id": till.payment_method_ids[:1].id,
    }
