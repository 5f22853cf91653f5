"""At the till, in the browser: through core's own hooks only, so that stock Odoo runs it too."""

from odoo.tests import tagged

from ..till.browser import driven_browser
from ..till.common import TillCase
from .common import SALESMAN, STOCK_USER

# Small words over what both tills have: product cards, a dialog with an input, the lot icon of a
# line (core's class names), the number pad. Keys are real ones: see tests/till/browser.py.
WORDS = """
const until = async (what, text) => {
    for (let tries = 0; tries < 100; tries++) {
        const found = what();
        if (found) { return found; }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("never came: " + text);
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const find = (selector, text = "") =>
    [...document.querySelectorAll(selector)].find((el) => el.textContent.includes(text));
const click = async (selector, text) =>
    (await until(() => find(selector, text), selector + " " + (text || ""))).click();
let lastCommand = 0;
const waiting = new Map();
window.tillDriverDone = (id) => waiting.get(id)();
const drive = (command, params) => new Promise((resolve) => {
    const id = ++lastCommand;
    waiting.set(id, resolve);
    window.tillDriver(JSON.stringify({ id, do: command, with: params }));
});
const type = async (keys) => { await drive("keys", { keys, gap: 120 }); await pause(600); };
const scan = async (codes) => { await drive("codes", { codes }); await pause(1500); };
const apply = async () => {
    await click(".modal .modal-footer .btn-primary");
    await until(() => !document.querySelector(".modal"), "end of the dialog");
};
const sell = async (name) => {
    await click("article.product", name);
    await until(() => document.querySelector(".modal .o-autocomplete input"), "the popup");
    document.querySelector(".modal .o-autocomplete input").focus();
    await pause(500);
};
const line = () => window.posmodel.getOrder().lines[0];
const numbers = () => line().pack_lot_ids.map((number) => number.lot_name).join();
const icon = () => document.querySelector(".line-lot-icon").className;
const expect = (is, should, what) => {
    if (is !== should) { throw new Error(`${what}: expected ${should}, is ${is}`); }
};
await click(".open-register-btn");
await click(".modal .btn-primary", "Open Register");
await until(() => !document.querySelector(".modal"), "the open register");
"""


@tagged("post_install", "-at_install", "pos_lot_browser")
class TestTill(TillCase):
    """What a cashier does with serials, and what comes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos_lot_traceability" not in cls.env.registry._init_modules:
            # On stock Odoo the till refuses tracked products without these.
            groups = f"{STOCK_USER},{SALESMAN}".split(",")
            for group in groups:
                cls.cashier.group_ids += cls.env.ref(group)

    def _act(self, script, *on_hand):
        for name in on_hand:
            self.put_in_stock(self.phone, name)
        self.config.with_user(self.cashier).open_ui()
        with driven_browser():
            self.browser_js(
                f"/pos/ui/{self.config.id}",
                f"(async () => {{ {WORDS} {script} console.log('test successful'); }})()",
                "Boolean(window.posmodel && document.querySelector('.open-register-btn'))",
                login=self.cashier.login,
                timeout=60,
            )

    def test_one_of_three_is_red(self):
        """With one serial for three units the icon is red."""
        self._act(
            """
            await sell("Phone"); await type([..."SN1", "Enter"]); await apply();
            await click(".numpad button", "3"); await pause(800);
            expect(line().qty, 3, "quantity");
            expect(icon().includes("text-danger"), true, "red");
            """,
            "SN1",
            "SN2",
            "SN3",
        )

    def test_apply_keeps_the_quantity(self):
        """Applying without a change leaves three units three units."""
        self._act(
            """
            await sell("Phone"); await type([..."SN1", "Enter"]); await apply();
            await click(".numpad button", "3"); await pause(800);
            await click(".line-lot-icon"); await until(() => find(".modal"), "the popup");
            await pause(800); await apply();
            expect(line().qty, 3, "quantity");
            """,
            "SN1",
            "SN2",
            "SN3",
        )

    def test_exact_number(self):
        """SN1 typed is SN1, with SN10 on hand."""
        self._act(
            """
            await sell("Phone"); await type([..."SN1", "Enter"]); await apply();
            expect(numbers(), "SN1", "number");
            """,
            "SN10",
            "SN1",
            "SN11",
        )

    def test_new_number_beside_a_longer_one(self):
        """A new SN1 can be entered when only SN10 is on hand."""
        self._act(
            """
            await sell("Phone"); await type([..."SN1", "Enter"]); await apply();
            expect(numbers(), "SN1", "number");
            """,
            "SN10",
            "SN20",
        )

    def test_scanner(self):
        """Three codes at 2 ms a key are three numbers."""
        self._act(
            """
            await sell("Phone");
            await scan(["IMEI351234567", "IMEI351234568", "IMEI351234569"]); await apply();
            expect(numbers(), "IMEI351234567,IMEI351234568,IMEI351234569", "numbers");
            """
        )

    def test_text_not_yet_confirmed(self):
        """Apply takes what is typed and not yet confirmed."""
        self._act(
            """
            await sell("Phone"); await type([..."NEW1"]); await apply();
            expect(numbers(), "NEW1", "number"); expect(line().qty, 1, "quantity");
            """
        )

    def test_letter_case_and_blanks(self):
        """` sn2 ` is SN2."""
        self._act(
            """
            await sell("Phone"); await type([..." sn2 ", "Enter"]); await apply();
            expect(numbers(), "SN2", "number");
            """,
            "SN1",
            "SN2",
        )

    def test_payment_tells(self):
        """Payment tells that two of three are missing."""
        self._act(
            """
            await sell("Phone"); await type([..."SN1", "Enter"]); await apply();
            await click(".numpad button", "3"); await pause(800);
            await click(".pay-order-button"); await pause(1500);
            expect(Boolean(document.querySelector(".modal")), true, "a question");
            """,
            "SN1",
            "SN2",
            "SN3",
        )
