"""A random day of many orders at two tills in a real browser: the server knows what was entered.

Run by `dev/soak --till`. Not collected with the checks: it takes long, and each run goes elsewhere.
POS_LOT_ORDERS: how many orders (500); POS_LOT_SEED: a day that is to be lived again.
"""

import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from live_browser import LiveBrowser
from live_servers import LiveOdoo, Login, Relay, wait_until
from odoo_process import kept_database, run
from shop import Shop
from test_recall_day import get_log

PASSWORD = "soak-day"
PHONE, MILK, CABLE = "Soak phone", "Soak milk", "Soak cable"
BARCODES = {PHONE: "5901234123457", CABLE: "4006381333931"}
LOTS = ("LOT-A", "LOT-B")
TILLS = 2
SERIALS = 3000  # of each till: no two follow each other, so that none are folded
# Odoo says once that the network is gone, whatever the cashier does: it is clicked away.
GO_ON = """
    setInterval(() => [...document.querySelectorAll(".modal")]
        .find((modal) => modal.innerText.includes("Connection Lost"))
        ?.querySelector(".btn-primary")?.click(), 100);
    window.told = [];
    setInterval(() => document.querySelectorAll(".o_notification").forEach((el) => {
        const text = el.innerText.replace(/\\s+/g, " ");
        if (window.told.at(-1) !== text) window.told.push(text);
    }), 100);
"""


def prepare(env):
    """:return: ids of the tills"""
    shop = Shop.build(env)
    shop.cashier.password = PASSWORD
    phone = shop._product(PHONE, barcode=BARCODES[PHONE])
    milk = shop._product(MILK, tracking="lot")
    cable = shop._product(CABLE, tracking="none", barcode=BARCODES[CABLE])
    shop._put(phone, [get_serial(till, n) for till in range(TILLS) for n in range(SERIALS)])
    shop._put(milk, dict.fromkeys(LOTS, 100_000))
    shop._put(cable, {None: 100_000})
    return [shop.till.id, *(shop._till(f"Till {n}").id for n in range(2, TILLS + 1))]


def get_serial(till, n):
    return f"{'AB'[till]}{n * 7 + 1000:06d}"


def read_orders(env, uuids):
    """What the server knows of orders, as `Till.sold`, and what is out of order with them."""
    orders = env["pos.order"].search([("uuid", "in", uuids)])
    known = {}
    for order in orders:
        entered = Counter()
        for line in order.lines:
            entered[line.product_id.name] += line.qty
            for number in line.pack_lot_ids:
                entered[number.lot_name] += number.quantity * (1 if line.qty > 0 else -1)
        known[order.uuid] = {key: quantity for key, quantity in entered.items() if quantity}
    flagged = orders.lines.pack_lot_ids.filtered("flag_ids")
    lots = env["stock.lot"].search([("product_id.name", "=", PHONE)])
    customers = env["stock.quant"].search(
        [("lot_id", "in", lots.ids), ("location_id.usage", "=", "customer")]
    )
    return {
        "orders": known,
        "flags": [(n.lot_name, *n.flag_ids.mapped("code")) for n in flagged],
        "gone": sorted(q.lot_id.name for q in customers if q.quantity == 1),
        "odd": [(q.lot_id.name, q.quantity) for q in customers if q.quantity not in (0, 1)],
        "waiting": sum(orders.lines.mapped("waiting_number_qty")),
    }


class Till:
    """A till in its window, its cashier, and what was entered there.

    `sold`: `{uuid: {product or number: quantity}}`. `words`: what happened, a line an order.
    `fresh`, `gone`: serials that it may sell, and that customers have.
    """

    def __init__(self, browser, odoo, config, login, number, seed):
        self.relay = Relay(odoo.port)
        self.page = browser.open(
            f"http://127.0.0.1:{self.relay.port}/pos/ui/{config}", login.session_id
        )
        self.page.send("Page.addScriptToEvaluateOnNewDocument", source=GO_ON)
        self.page.send("Page.reload")
        self.random = random.Random(f"{seed} {number}")
        self.fresh = [get_serial(number, n) for n in range(SERIALS)]
        self.random.shuffle(self.fresh)
        self.number = number
        self.gone, self.sold, self.when, self.words = [], {}, {}, []
        self.is_offline = False
        self._open()

    def _open(self):
        self.page.waits_for(
            "document.querySelector('.screen-login .open-register-btn, .product-screen')", 120
        )
        if self.page.ask("!!document.querySelector('.screen-login .open-register-btn')"):
            self.page.click(".screen-login .open-register-btn")
        self.page.waits_for("document.querySelector('.product-screen')")

    def live(self, count):
        """Serve customers; at the end the network is there."""
        for n in range(count):
            if self.is_offline:
                if self.random.random() < 0.4:
                    self._set_network(True)
            elif self.random.random() < 0.04:
                self._set_network(False)
            try:
                if not self.is_offline and len(self.gone) > 5 and self.random.random() < 0.15:
                    self._take_back()
                else:
                    self._sell()
            except AssertionError as error:
                last = "\n".join(self.words[-8:])
                told = "\n".join(self.page.ask("window.told.slice(-8)"))
                error.add_note(f"Till {self.number}, its last orders:\n{last}\nIt told:\n{told}")
                raise
            if n % 25 == 24:
                print(f"till {self.number}: {n + 1} orders", flush=True)
        self._set_network(True)
        self._sell()

    def _set_network(self, is_there):
        self.is_offline = not is_there
        self.words.append(f"the network is {'there' if is_there else 'cut'}")
        (self.relay.restore if is_there else self.relay.cut)()

    def describe_missing(self, known):
        """What this till has sold and the server does not know, and how its browser has it."""
        missing = self.sold.keys() - known
        held = self.page.ask(
            f"""({json.dumps(sorted(missing))}).map((uuid) => {{
                const order = posmodel.models["pos.order"].getBy("uuid", uuid);
                return order && [uuid, order.id, order.state, order.isDirty(), order.isSynced];
            }})"""
        )
        offline = self.page.ask("posmodel.data.network.offline")
        lines = [f"Till {self.number} (offline: {offline}), not stored:"]
        lines += [f"{uuid} {self.sold[uuid]}, {self.when[uuid]}" for uuid in missing]
        return "\n".join([*lines, str(held)])

    # ------------------------------------------------------------------ an order

    def _sell(self):
        entered = Counter()
        self.words.append("sells")
        for _step in range(self.random.choice((1, 1, 2, 2, 3, 5))):
            kinds = ["cable", "popup"]
            if not self.is_offline:
                kinds += ["serial", "serial", "serial", "lot", "typo", "twice"]
            getattr(self, f"_scan_{self.random.choice(kinds)}")(entered)
            if not self.is_offline and self.random.random() < 0.06:
                self._reload(entered)
        if not entered:
            self._scan_cable(entered)
        if entered[PHONE] and self.random.random() < 0.1:
            self._raise(entered)
        self._pay(entered)
        self.gone += [name for name in entered if name[0] in "AB" and name[1:].isdigit()]

    def _scan_serial(self, entered):
        name = self.fresh.pop()
        self._scan(name)
        self._see(name)
        entered.update({PHONE: 1, name: 1})

    def _scan_lot(self, entered):
        name = self.random.choice(LOTS)
        self._scan(name)
        entered.update({MILK: 1, name: 1})
        self._see(f"{name}: {entered[name]}")

    def _scan_cable(self, entered):
        self._scan(BARCODES[CABLE])
        entered.update({CABLE: 1})
        self._see_quantity(CABLE, entered[CABLE])

    def _scan_popup(self, entered):
        """The product's barcode, then the serial, as fast as a scanner is."""
        name = self.fresh.pop()
        self._scan(BARCODES[PHONE])
        self._scan(name)
        self.page.waits_for(
            "document.querySelector('.o_numbers_popup .lot-item')"
            " && !document.querySelector('.o_number_pending')"
            f" || {self._has(name)}"
        )
        # A popup that is full may go by itself this very moment.
        self.page.ask("document.querySelector('.o_numbers_apply')?.click()")
        self._see(name)
        entered.update({PHONE: 1, name: 1})

    def _scan_typo(self, _entered):
        self._scan(f"ZZ{self.random.randrange(10**6):06d}")
        self._is_told("could not find any product")

    def _scan_twice(self, entered):
        self._scan_serial(entered)
        name = list(entered)[-1]
        self._scan(name)
        self._is_told(f"{name} is already in this order")

    def _raise(self, entered):
        """One unit more by the numpad than there are numbers."""
        wanted = int(entered[PHONE]) + 1
        if wanted > 9:
            return
        # At a person's pace: Odoo takes a key within 150 ms of a scan for a part of it.
        time.sleep(0.7)
        # Odoo's lines listen to the pointer, not to clicks; pressing the chosen one gives it up.
        self.page.ask(
            "((line) => line.matches('.selected') || ['pointerdown', 'pointerup'].forEach("
            "(kind) => line.dispatchEvent(new PointerEvent(kind))))"
            f"({self._line(PHONE)})"
        )
        self.page.waits_for(f"{self._line(PHONE)}?.matches('.selected')")
        self.page.press(str(wanted))
        self.words[-1] += f" x{wanted}"
        entered[PHONE] = wanted
        self._see_quantity(PHONE, wanted)

    def _reload(self, entered):
        self.words[-1] += " (reload)"
        self.page.send("Page.reload")
        time.sleep(0.3)
        self._open()
        for name, quantity in entered.items():
            if name in LOTS:
                self._see(f"{name}: {quantity}")
            elif name not in (PHONE, MILK, CABLE):
                self._see(name)

    def _take_back(self):
        """By scanning the unit on the screen of orders."""
        name = self.gone.pop(self.random.randrange(len(self.gone)))
        self.words.append(f"takes back {name}")
        self.page.click(".pos-leftheader .orders-button")
        self.page.waits_for("document.querySelector('.ticket-screen')")
        chosen = "document.querySelector('.ticket-screen .to-refund-highlight')"
        self.page.scan(name)
        # Just after the network is back the server may not answer, or not have the sale yet; and
        # Odoo loses the first key where the browser is busy for 150 ms. The till says so.
        late = ("does not answer", "does not have the sale yet", f"Nobody knows {name[1:]}")
        told = " || ".join(self._find_told(text) for text in late)
        self.page.waits_for(f"{chosen} || {told}")
        if not self.page.ask(f"!!{chosen}"):
            for text in late:
                self.page.ask(
                    f"{self._find_told(text)}?.querySelector('.o_notification_close')?.click()"
                )
            self.page.waits_for(f"!({told})")
            self.page.scan(name)
        self.page.waits_for(chosen)
        self.page.click(".ticket-screen .btn-primary.pay-order-button")
        self._finish({PHONE: -1, name: -1})
        self.fresh.insert(0, name)

    def _pay(self, entered):
        self.page.click(".pay-order-button")
        self.page.waits_for(
            "document.querySelector('.o_continue_without, .payment-screen .paymentmethod')"
        )
        self.page.ask("document.querySelector('.o_continue_without')?.click()")
        self._finish(dict(entered))

    def _finish(self, entered):
        self.page.waits_for("document.querySelector('.payment-screen .paymentmethod')")
        uuid = self.page.ask("posmodel.getOrder().uuid")
        self.page.click(".payment-screen .paymentmethod")
        self.page.waits_for("document.querySelector('.payment-screen .paymentline')")
        self.page.click(".payment-screen button.validation-button.next")
        self.page.waits_for("document.querySelector('.receipt-screen')", 60)
        self.sold[uuid] = entered
        self.when[uuid] = f"order {len(self.sold)}: {self.words[-3:]}"
        self.page.click(".receipt-screen button.validation[name=done]")
        self.page.waits_for(
            "document.querySelector('.product-screen') && !document.querySelector('.orderline')"
        )

    # ------------------------------------------------------------------ the screen

    def _scan(self, code):
        self.words[-1] += f" {code}"
        self.page.scan(code)

    @staticmethod
    def _has(text):
        return (
            "[...document.querySelectorAll('.product-screen .orderline .lot-number')]"
            f".some((el) => el.innerText.includes({json.dumps(text)}))"
        )

    @staticmethod
    def _line(product):
        return (
            "[...document.querySelectorAll('.product-screen .orderline')]"
            f".find((el) => el.innerText.includes({json.dumps(product)}))"
        )

    def _see(self, text):
        self.page.waits_for(
            f"{self._has(text)} && !document.querySelector('.modal .o_numbers_popup')"
        )

    def _see_quantity(self, product, quantity):
        self.page.waits_for(
            f"parseFloat({self._line(product)}?.querySelector('.qty').innerText) === {quantity}"
        )

    @staticmethod
    def _find_told(text):
        return (
            "[...document.querySelectorAll('.o_notification')]"
            f".find((el) => el.innerText.includes({json.dumps(text)}))"
        )

    def _is_told(self, text):
        told = self._find_told(text)
        self.page.waits_for(told)
        self.page.ask(f"{told}?.querySelector('.o_notification_close')?.click()")
        self.page.waits_for(f"!({told})")


def test_day_of_orders():
    """What two cashiers have entered, online and not, is what the server has at the end."""
    seed = os.environ.get("POS_LOT_SEED") or str(random.randrange(10**6))
    count = int(os.environ.get("POS_LOT_ORDERS", "500"))
    print(f"\nPOS_LOT_SEED={seed}, {count} orders", flush=True)
    with ExitStack() as stack:
        database = stack.enter_context(kept_database("soak"))
        configs = run(database, prepare)
        odoo = LiveOdoo(database, get_log("soak_till"))
        stack.callback(odoo.stop)
        odoo.start()
        browser = LiveBrowser()
        stack.callback(browser.stop)
        cashier = Login(odoo.port, database, "cashier", PASSWORD)
        tills = [
            Till(browser, odoo, config, cashier, number, seed)
            for number, config in enumerate(configs)
        ]
        for till in tills:
            stack.callback(till.relay.stop)
        with ThreadPoolExecutor(TILLS) as pool:
            list(pool.map(lambda till: till.live(count // TILLS), tills))
        entered = {uuid: order for till in tills for uuid, order in till.sold.items()}

        def is_stored():
            return len(run(database, read_orders, list(entered))["orders"]) == len(entered)

        try:
            wait_until(is_stored, 120, "all is stored")
        except AssertionError as error:
            known = run(database, read_orders, list(entered))["orders"]
            for till in tills:
                error.add_note(till.describe_missing(known))
            raise
        told = run(database, read_orders, list(entered))
    assert told["orders"] == {
        uuid: {key: quantity for key, quantity in order.items() if quantity}
        for uuid, order in entered.items()
    }
    assert told["flags"] == []
    assert told["odd"] == []
    assert told["gone"] == sorted(name for till in tills for name in till.gone)
    missing = sum(
        order.get(PHONE, 0) - sum(q for name, q in order.items() if name[1:].isdigit())
        for order in entered.values()
    )
    assert told["waiting"] == missing
    print(f"{len(entered)} orders, {len(told['gone'])} serials sold, {missing:g} units wait")
