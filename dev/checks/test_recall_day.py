"""A recall from the purchase to its end, for real: a server with its bus and its scheduled actions,
three tills in a browser (one of them loses its network), a mail server, and a kill -9 in between.
"""

import base64
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from live_browser import LiveBrowser
from live_servers import LiveOdoo, Login, MailSink, Relay, free_port, wait_until
from odoo_process import kept_database, run
from shop import Shop

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.pos_lot_traceability.tests.test_recall import PIXEL

SOON = 5  # seconds after which an open till refuses what was recalled
PASSWORD = "recall-day"
STOCK_USER = "base.group_user,stock.group_stock_user"
MANAGER = "base.group_user,stock.group_stock_manager"
NOTICE = {
    "name": "Kettle K2 may catch fire",
    "description": "Kettle K2, sold in 2026",
    "hazard": "The base may overheat and burn.",
    "what_to_do": "Unplug it and bring it to the shop.",
    "contact": "0800 123 456",
    "remedy_refund": True,
    "remedy_replacement": True,
}
PICTURE = base64.b64encode(PIXEL).decode()


@pytest.fixture(scope="module", name="ground")
def _ground():
    with kept_database("recall_ground") as name:
        yield name


@pytest.fixture(name="database")
def _database(ground):
    with kept_database("recall_day", template=ground) as name:
        yield name


def get_log(name):
    """An empty file beside the other logs."""
    log = Path(os.environ["POS_LOT_WORK"], "logs", f"{name}.log")
    log.unlink(missing_ok=True)
    return log


class Day(NamedTuple):
    """Where the day happens."""

    database: str
    odoo: LiveOdoo
    sink: MailSink
    relay: Relay
    browser: LiveBrowser


@pytest.fixture(name="day")
def _day(database):
    odoo = LiveOdoo(database, get_log("recall_day"))
    day = Day(database, odoo, MailSink(), Relay(odoo.port), LiveBrowser())
    yield day
    day.browser.stop()
    for each in (day.relay, day.sink, day.odoo):
        each.stop()


# ----------------------------------------------------------------------------- what is sold


def prepare(env, port, mail_port):
    """Kettles KT-0001 to KT-0009 bought in; at two tills two sold to Ada and Bob, one to nobody
    known, one that comes back.

    :return: `{receipt, tills, links, crons}`: `links` of the customers' pages by serial
    """
    env["ir.config_parameter"].set_param("web.base.url", f"http://127.0.0.1:{port}")
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": mail_port})
    shop = Shop.build(env)
    env = shop.env
    env.company.write({"email": "shop@example.com"})
    tills = [shop.till, shop._till("Second till"), shop._till("Third till")]
    for till in tills:
        till.number_page = True
    shop.cashier.password = PASSWORD
    for login, groups in (
        ("manager", MANAGER),
        ("clerk", "base.group_user,stock.group_stock_user"),
    ):
        new_test_user(env, login, groups=groups, password=PASSWORD)
    env.ref("base.user_admin").password = PASSWORD
    kettle = shop._product("Kettle K2", barcode="5901234123457")
    receipt = buy_in(env, shop, kettle, [f"KT-000{number}" for number in range(1, 10)])
    ada, bob = (
        env["res.partner"].create({"name": name, "email": f"{name[:3].lower()}@example.com"})
        for name in ("Ada L", "Bob B")
    )

    def sell(till, serial, partner=None):
        line = shop._line(kettle, 1, [serial])
        return shop._sync(shop._paid(line, till=till, partner_id=partner.id if partner else False))

    sold = {
        "KT-0001": sell(tills[0], "KT-0001", ada),
        "KT-0002": sell(tills[1], "KT-0002", bob),
        "KT-0003": sell(tills[1], "KT-0003"),
        "KT-0004": sell(tills[0], "KT-0004", bob),
    }
    back = shop._line(kettle, -1, ["KT-0004"], refunded_orderline_id=sold["KT-0004"].lines.id)
    shop._sync(shop._paid(back, till=tills[0], is_refund=True))
    return {
        "receipt": receipt.id,
        "tills": [till.id for till in tills],
        "links": {serial: order.number_page_token for serial, order in sold.items()},
        "crons": [
            env.ref(name).id
            for name in (
                "pos_lot_traceability.cron_recall_notices",
                "mail.ir_cron_mail_scheduler_action",
            )
        ],
    }


def buy_in(env, shop, product, serials):
    supplier = env["res.partner"].create({"name": "Kettle Works"})
    places = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": shop.warehouse.lot_stock_id.id,
    }
    picking = env["stock.picking"].create(
        {
            "partner_id": supplier.id,
            "picking_type_id": shop.warehouse.in_type_id.id,
            **places,
            "move_ids": [
                Command.create(
                    {"product_id": product.id, "product_uom_qty": len(serials), **places}
                )
            ],
        }
    )
    picking.action_confirm()
    picking.move_line_ids.unlink()
    picking.move_ids.move_line_ids = [
        Command.create(
            {
                "product_id": product.id,
                "quantity": 1,
                "lot_id": shop._lot(product, serial).id,
                "picking_id": picking.id,
                **places,
            }
        )
        for serial in serials
    ]
    picking.move_ids.picked = True
    picking._action_done()
    return picking


def send_mails(admin, crons):
    """The scheduled actions, one after the other, as an administrator presses them."""
    for cron in crons:
        wait_until(lambda cron=cron: run_cron(admin, cron), 60, "the scheduled action")


def run_cron(admin, cron):
    try:
        admin.call("ir.cron", "method_direct_trigger", [[cron]])
    except RuntimeError:
        return False  # it runs already
    return True


# ----------------------------------------------------------------------------- the day


class Till:
    """A till on its page, as a cashier sees it."""

    def __init__(self, day, config, login, port=None):
        self.page = day.browser.open(
            f"http://127.0.0.1:{port or day.odoo.port}/pos/ui/{config}", login.session_id
        )
        self.page.click(".screen-login .btn.open-register-btn") if self._asks() else None

    def _asks(self):
        self.page.waits_for(
            "document.querySelector('.screen-login .open-register-btn, .product-screen')", 120
        )
        return self.page.ask("!!document.querySelector('.screen-login .open-register-btn')")

    def put_in_cart(self, serial):
        self.page.waits_for("document.querySelector('.product-screen')")
        self.page.scan(serial)
        self.page.waits_for(
            f"document.querySelector('.orderline')?.innerText.includes({json.dumps(serial)})"
        )
        self.page.waits_for(f"{self.label} && !({self.is_refused})")

    label = "(document.querySelector('.orderline .o_numbers_button')?.title || '')"
    is_refused = f"{label}.includes('recalled')"

    def sees_recall(self, seconds):
        return self.page.waits_for(self.is_refused, seconds)

    def refuses_to_sell(self):
        self.page.click(".pay-order-button")
        self.page.shows("Recalled: take it off the order")
        self.page.shows(NOTICE["what_to_do"])

    def sell_offline(self):
        self.page.click(".pay-order-button")
        self.page.click(".paymentmethods .paymentmethod")
        self.page.click(".payment-screen button.validation-button.next")
        self.page.waits_for("document.querySelector('.receipt-screen')")


# Addresses that Odoo's tests give to users: of the clerk and the cashier, and of the manager.
STAFF = {"c.c@example.com", "m.m@example.com"}


def read_recall(manager, recall, *fields):
    (values,) = manager.call("pos.number.recall", "read", [[recall], list(fields)])
    return values


def count_buyers(sink):
    """How many mails each buyer has got. Odoo writes to its users as well, of activities say."""
    return {to: count for to, count in sink.counts.items() if to not in STAFF}


def test_recall_day(day):
    """Each step is looked at where people see it: tills, pages, mails, the back office."""
    shop = run(day.database, prepare, day.odoo.port, day.sink.port)
    day.odoo.start()
    manager = Login(day.odoo.port, day.database, "manager", PASSWORD)
    clerk = Login(day.odoo.port, day.database, "clerk", PASSWORD)
    cashier = Login(day.odoo.port, day.database, "cashier", PASSWORD)
    buyer = Login(day.odoo.port, day.database)

    # Nobody's customer leaves a contact by the code on the receipt.
    leave_contact(buyer, shop["links"]["KT-0003"], "cy@example.com")
    assert "No recall is known" in buyer.read(f"/pos/numbers/{shop['links']['KT-0003']}")

    # The drill of the receipt: a clerk presses one button; nobody is written to.
    action = clerk.call("stock.picking", "action_recall_drill", [[shop["receipt"]]])
    figures = read_recall(
        clerk,
        action["res_id"],
        *("received", "on_hand", "sold", "difference", "units_sold", "units_reachable"),
        *("units_anonymous", "reachable_share", "state", "is_drill"),
    )
    seconds = read_recall(clerk, action["res_id"], "seconds")["seconds"]
    del figures["id"]
    assert figures == {
        "received": 9,
        "on_hand": 6,
        "sold": 3,
        "difference": 0,
        "units_sold": 3,
        "units_reachable": 3,
        "units_anonymous": 0,
        "reachable_share": 100,
        "state": "closed",
        "is_drill": True,
    }
    assert 0 < seconds < 60

    # Three tills have a kettle in the cart; one of them loses its network.
    first, second, third = (
        Till(day, config, cashier, port)
        for config, port in zip(shop["tills"], (None, None, day.relay.port), strict=True)
    )
    for till, serial in ((first, "KT-0005"), (second, "KT-0006"), (third, "KT-0007")):
        till.put_in_cart(serial)
    day.relay.cut()

    # The recall of the receipt. The mail to Bob is taken, and Odoo is killed before it hears so.
    day.sink.hold_for = "bob@example.com"
    recall = manager.call(
        "pos.number.recall",
        "create",
        [{**NOTICE, "image": PICTURE, "line_ids": [[0, 0, receipt_line(shop)]]}],
    )
    manager.call("pos.number.recall", "action_start", [[recall]])
    assert first.sees_recall(SOON) < SOON
    assert second.sees_recall(SOON) < SOON
    for till in (first, second):
        till.refuses_to_sell()
    first.page.picture("recall_till_refuses")
    assert not third.page.ask(third.is_refused), "nobody has told it"

    assert day.sink.holds.wait(120), "the mails go out by themselves"
    day.odoo.kill()
    third.sell_offline()
    day.sink.hold_for = None
    day.odoo.start()

    # The rest goes out, nothing twice, whatever is run again.
    admin = Login(day.odoo.port, day.database, "admin", PASSWORD)
    for _again in range(2):
        send_mails(admin, shop["crons"])
    manager.call("pos.number.recall", "action_refresh", [[recall]])
    everybody = {"ada@example.com": 1, "bob@example.com": 1, "cy@example.com": 1}
    wait_until(
        lambda: count_buyers(day.sink) == everybody, 60, f"one mail each, not {day.sink.counts}"
    )
    send_mails(admin, shop["crons"])
    assert count_buyers(day.sink) == everybody
    notices = manager.call(
        "pos.number.recall.notice",
        "search_read",
        [[["recall_id", "=", recall]]],
        fields=["email", "mail_state", "quantity", "partner_id"],
    )
    states = {notice["email"]: notice["mail_state"] for notice in notices}
    assert states == {
        "ada@example.com": "sent",
        "cy@example.com": "sent",
        "bob@example.com": "unsure",
    }
    assert {notice["quantity"] for notice in notices} == {1}
    text = day.sink.get_text("cy@example.com")
    for part in (
        *("Product safety recall", NOTICE["description"], "KT-0003", NOTICE["hazard"]),
        *("Stop using the product immediately", NOTICE["what_to_do"], "Refund", "Replacement"),
        *(NOTICE["contact"], "pass this notice on"),
    ):
        assert part in text, part
    # Contacts are for those who recall.
    seen = clerk.call(
        "pos.number.recall.notice", "search_read", [[["recall_id", "=", recall]]], fields=["email"]
    )
    assert {notice["email"] for notice in seen} == {"ada@example.com", "bob@example.com"}

    # The third till is back: what it sold is flagged and listed, and it refuses what comes now.
    day.relay.restore()
    # A browser says when its network is back; core looks for the server then.
    third.page.ask("void window.dispatchEvent(new Event('online'))")
    late = [["flag_ids.code", "=", "recalled"]]
    wait_until(
        lambda: manager.call("pos.pack.operation.lot", "search_count", [late]) == 1,
        90,
        "the sale of the till that was offline",
    )
    action = manager.call("pos.number.recall", "action_view_late", [[recall]])
    (slipped,) = manager.call(
        "pos.pack.operation.lot", "search_read", [action["domain"]], fields=["lot_name"]
    )
    assert slipped["lot_name"] == "KT-0007"
    third.page.click(".receipt-screen .button.next, .receipt-screen .new-order-button")
    third.page.waits_for("document.querySelector('.product-screen')")
    third.page.scan("KT-0008")
    third.page.shows(NOTICE["name"])
    third.page.picture("recall_scan_refused")
    assert not third.page.ask("!!document.querySelector('.orderline')")

    # What customers see: who has one, and who gave one back.
    for serial, is_told in (
        ("KT-0001", True),
        ("KT-0002", True),
        ("KT-0003", True),
        ("KT-0004", False),
    ):
        page = buyer.read(f"/pos/numbers/{shop['links'][serial]}")
        assert (NOTICE["hazard"] in page) == is_told, serial
        assert ("No recall is known" in page) != is_told, serial
    figures = read_recall(
        manager, recall, "units_sold", "units_reachable", "on_hand", "notified_count", "difference"
    )
    del figures["id"]
    assert figures == {
        "units_sold": 4,
        "units_reachable": 3,
        "on_hand": 5,
        "notified_count": 3,
        "difference": 0,
    }
    poster = manager.read(f"/report/html/pos_lot_traceability.report_recall_poster/{recall}")
    assert NOTICE["hazard"] in poster

    # The manager's page: each figure leads to its list.
    overview = day.browser.open(
        f"http://127.0.0.1:{day.odoo.port}/odoo/traceability", manager.session_id
    )
    tile = "document.querySelector('[data-key=recalls] .o_traceability_figure')?.textContent"
    overview.waits_for(f"{tile} === '1'", 60)
    overview.shows("0 of 3 notified have answered")
    overview.picture("traceability_overview")
    overview.click("[data-key=recalls]")
    overview.waits_for("document.querySelector('.o_list_view')")
    overview.shows(NOTICE["name"])

    # Odoo was killed in between; one cashier loads the till again: the refusal stands.
    second.page.send("Page.reload")
    second.page.waits_for("window.posmodel && !window.posmodel.data.network.loading", 120)
    assert second.sees_recall(2 * SOON) < 2 * SOON
    # Closed: both tills hear it, and sell again what they had in the cart.
    manager.call("pos.number.recall", "action_close", [[recall]])
    for till in (first, second):
        till.page.waits_for(f"!({till.is_refused})", 2 * SOON)
        till.page.click(".pay-order-button")
        till.page.waits_for("document.querySelector('.payment-screen')")
    assert "No recall is known" in buyer.read(f"/pos/numbers/{shop['links']['KT-0001']}")


def receipt_line(shop):
    return {"kind": "receipt", "picking_id": shop["receipt"]}


def leave_contact(buyer, link, email):
    page = buyer.read(f"/pos/numbers/{link}")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    values = {"csrf_token": token, "email": email, "consent": "yes"}
    assert "Thank you" in buyer.read(f"/pos/numbers/{link}/contact", values)


# ----------------------------------------------------------------------------- no mail server


def test_mail_server_down(database):
    """Two managers press Start at once: it starts once. No mail server answers: nobody is lost,
    all are told when it is back, once."""
    port = free_port()
    shop = run(database, prepare, 8069, port)
    odoo = LiveOdoo(database, get_log("recall_no_mail"))
    odoo.start()
    try:
        managers = [Login(odoo.port, database, "manager", PASSWORD) for _each in range(2)]
        recall = managers[0].call(
            "pos.number.recall",
            "create",
            [{**NOTICE, "image": PICTURE, "line_ids": [[0, 0, receipt_line(shop)]]}],
        )
        with ThreadPoolExecutor() as pool:
            starts = list(pool.map(lambda manager: start(manager, recall), managers))
        assert sorted(starts) == ["has started already", "started"]
        wait_until(lambda: read_states(managers[0], recall) == {"failed"}, 120, "they fail")
        sink = MailSink(port)
        try:
            admin = Login(odoo.port, database, "admin", PASSWORD)
            send_mails(admin, shop["crons"])
            wait_until(lambda: read_states(managers[0], recall) == {"sent"}, 60, "they are sent")
            send_mails(admin, shop["crons"])
            assert sink.counts == {"ada@example.com": 1, "bob@example.com": 1}
        finally:
            sink.stop()
    finally:
        odoo.stop()


def start(manager, recall):
    try:
        manager.call("pos.number.recall", "action_start", [[recall]])
    except RuntimeError as error:
        return "has started already" if "has started already" in str(error) else str(error)
    return "started"


def read_states(manager, recall):
    domain = [["recall_id", "=", recall]]
    notices = manager.call(
        "pos.number.recall.notice", "search_read", [domain], fields=["mail_state"]
    )
    return {notice["mail_state"] for notice in notices}


# ----------------------------------------------------------------------------- killed


def start_recall(env, receipt):
    recall = env["pos.number.recall"].create(
        {
            **NOTICE,
            "image": PICTURE,
            "line_ids": [Command.create({"kind": "receipt", "picking_id": receipt})],
        }
    )
    recall.action_start()
    return recall.id


def notify(env):
    env["pos.number.recall"]._cron_notify()


def read_told(env, recall):
    notices = env["pos.number.recall.notice"].search([("recall_id", "=", recall)])
    mails = env["mail.mail"].search([("model", "=", notices._name)])
    return sorted(notices.mapped("email")), sorted(mails.mapped("email_to"))


@pytest.mark.parametrize(
    "point",
    [("pos.number.recall.notice", "_send"), ("pos.number.recall", "_notify_batch")],
    ids=lambda point: point[1],
)
def test_killed_amid_a_batch(database, point):
    """Who is noted as told has a mail in the queue, and the reverse, at any moment."""
    shop = run(database, prepare, 8069, 2525)
    recall = run(database, start_recall, shop["receipt"])
    for _killed in range(2):
        run(database, notify, die_after=point)
        assert run(database, read_told, recall) == ([], [])
    told = ["ada@example.com", "bob@example.com"]
    for _healthy in range(2):
        run(database, notify)
        assert run(database, read_told, recall) == (told, told)
