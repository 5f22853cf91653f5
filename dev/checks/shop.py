"""The acceptance tests' shop, in a database that keeps it."""

from odoo.fields import Command

from odoo.addons.pos_lot_traceability.tests.against_core.common import (
    POS_USER,
    SALESMAN,
    AcceptanceCase,
)


class Shop(AcceptanceCase):
    """A builder, not a test: what it makes stays, and another process finds it again."""

    cashier_groups = (POS_USER, SALESMAN)

    @classmethod
    def setUpClass(cls):  # pylint: disable=method-required-super
        raise NotImplementedError("a builder, not a test")

    @classmethod
    def build(cls, env):
        """Serials SN1 to SN5, lots L1 and L2, an untracked product, a till and its cashier."""
        cls._enter(env)
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.warehouse = cls.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})
        cls.customer = cls.env["res.partner"].create({"name": "Ada"})
        cls.till = cls._till("Till")
        cls.cashier = cls._cashier("cashier")
        phone, milk = cls._product("Phone"), cls._product("Milk", tracking="lot")
        cable = cls._product("Cable", tracking="none")
        cls._put(phone, ["SN1", "SN2", "SN3", "SN4", "SN5"])
        cls._put(milk, {"L1": 10, "L2": 10})
        cls._put(cable, {None: 10})
        return cls("run")

    @classmethod
    def find(cls, env):
        """What `build` made, as superuser sees it now."""
        cls._enter(env)
        env = cls.env
        cls.warehouse = env["stock.warehouse"].search([("code", "=", "SHOP")])
        cls.customer = env["res.partner"].search([("name", "=", "Ada")])
        cls.till = env["pos.config"].search([("name", "=", "Till")])
        cls.cashier = env["res.users"].search([("login", "=", "cashier")])
        return cls("run")

    @classmethod
    def _enter(cls, env):
        # Above all rights, but not Odoo's robot: that one may open no till.
        cls.env = env(user=env.ref("base.user_admin").id, su=True)
        cls.company = cls.env.company

    def product(self, name):
        return self.env["product.product"].search([("name", "=", name)])


def prepare(env, update_stock):
    """:return: the cashier, and three orders as the till sends them"""
    env.company.point_of_sale_update_stock_quantities = update_stock
    shop = Shop.build(env)
    phone, milk, cable = map(shop.product, ("Phone", "Milk", "Cable"))
    quotation = shop._sale_order(phone, 2)
    quotation.user_id = shop.cashier
    shop._choose(quotation.picking_ids.move_ids, ["SN4", "SN5"])
    settled = shop._line(
        phone,
        1,
        ["SN5"],
        sale_order_origin_id=quotation.id,
        sale_order_line_id=quotation.order_line.id,
    )
    orders = [
        # One that is new, one that is missing, two lots on a line.
        shop._paid(
            shop._line(phone, 3, ["SN1", "NEW1"]),
            shop._line(milk, 5, pack_lot_ids=_numbers({"L1": 3, "L2": 2})),
            shop._line(cable, 2),
        ),
        shop._paid(shop._line(phone, 1, ["SN2"]), settled),
        shop._paid(shop._line(milk, 1, ["L1"])),
    ]
    return {"user": shop.cashier.id, "session": shop.till.current_session_id.id, "orders": orders}


def _numbers(quantities):
    return [
        Command.create({"lot_name": name, "quantity": quantity})
        for name, quantity in quantities.items()
    ]


def open_session(env):
    till = Shop.find(env).till.with_env(env)
    till.open_ui()
    till.current_session_id.set_opening_control(0, "")
    return till.current_session_id.id
