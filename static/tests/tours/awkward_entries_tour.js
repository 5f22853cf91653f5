import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { delay } from "@web/core/utils/concurrency";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { CREAM, PHONE, TABLETS, payByBank, perform, product, tour } from "./utils/till_util";

const WIDE = "WM".repeat(20);

/** Time for what must not happen. */
const wait = (ms) => perform(`wait ${ms} ms`, () => delay(ms));

const rowOf = (name) => `.o_numbers_popup .lot-item:has(.o_number_name:contains(/^${name}$/))`;

const focusOn = (selector) => ({
    content: `the focus is on ${selector}`,
    trigger: selector,
    run() {
        this.anchor.focus();
    },
});

const lotHas = (name, quantity) => ({
    content: `${quantity} of ${name}`,
    trigger: `${rowOf(name)} .o_number_quantity:value(${quantity})`,
});

/** Each of these texts is within the row that it stands in. */
const fits = (selector) => ({
    content: `${selector} is not cut off`,
    trigger: selector,
    run() {
        for (const el of document.querySelectorAll(selector)) {
            const text = document.createRange();
            text.selectNodeContents(el);
            const { right } = el.closest("div, li").getBoundingClientRect();
            if (text.getBoundingClientRect().right > right + 1) {
                throw new Error(`${el.innerText} runs out of its row`);
            }
        }
    },
});

const candidate = (name) => `.o_candidate_name:contains(/^${name}$/)`;

tour("numbers_awkward_entries", () => [
    // Short lots, scanned into a quantity: it stays what it was.
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["12345"]),
    Numbers.popupHasNumbers("12345"),
    focusOn(`${rowOf("12345")} .o_number_quantity`),
    Driver.scanCodes(["TEA-A"]),
    Numbers.popupHasNumbers("12345", "TEA-A"),
    lotHas("12345", "1"),
    focusOn(`${rowOf("TEA-A")} .o_number_quantity`),
    Driver.scanCodes(["12345"]),
    lotHas("12345", "2"),
    lotHas("TEA-A", "1"),
    // By hand, with the other mark before the decimals.
    focusOn(`${rowOf("TEA-A")} .o_number_quantity`),
    Driver.pressKeys([..."1,5", "Tab"], { gap: 60 }),
    Numbers.popupIsOpen("3.50 of 3.50"),
    // A key that is held down is no scan.
    focusOn(".o_numbers_input"),
    Driver.holdKey("0", 12),
    wait(250),
    Numbers.inputIs("000000000000"),
    Numbers.popupHasNumbers("12345", "TEA-A"),
    { trigger: ".o_numbers_input", run: "clear" },
    Numbers.apply(),
    Numbers.buttonIs(CREAM, "green", "3.50 of 3.50"),
    // A range that is refused stays refused, and gives way to the next scan.
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    { trigger: candidate("SN1") },
    Driver.pressKeys([..."1..9900", "Enter"], { gap: 60 }),
    Numbers.isRejected("9900 numbers are too many"),
    Numbers.inputIs("1..9900"),
    Driver.pressKeys(["Enter"]),
    wait(250),
    Numbers.isRejected("9900 numbers are too many"),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.popupHasNumbers(),
    Driver.scanCodes(["SN1"]),
    Numbers.popupHasNumbers("SN1"),
    {
        content: "what was entered is not offered any more",
        trigger: `.o_numbers_candidates:has(${candidate("SN2")}):not(:has(${candidate("SN1")}))`,
    },
    Driver.pressKeys([..."constructor", "Enter"], { gap: 60 }),
    Numbers.popupHasNumbers("SN1", "constructor"),
    Numbers.numberHasStatus("constructor", "new"),
    Driver.scanCodes([WIDE]),
    Numbers.popupHasNumbers("SN1", "constructor", WIDE),
    fits(".o_numbers_popup .o_number_name"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    fits(".orderline .lot-number"),
    Numbers.clickPayment(),
    payByBank(),
    fits(".pos-receipt .lot-number"),
    ReceiptScreen.clickNextOrder(),
    // Complete now, and nothing entered: it is asked again.
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    Numbers.clickPayment(),
    Numbers.completeNow(),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsClosed(),
    Numbers.missingDialogShows(TABLETS, "1 missing"),
    Numbers.continueWithout(),
    { trigger: ".payment-screen" },
    perform("for the cashier", () => posmodel.getOrder().setPartner(posmodel.user.partner_id)),
    PaymentScreen.clickShipLaterButton(),
    PaymentScreen.shippingLaterHighlighted(),
    PaymentScreen.clickBack(),
    {
        content: "nothing is missing, and nothing is green: it is chosen when it is shipped",
        trigger: `.orderline:contains("${TABLETS}") button.line-lot-icon.text-muted:contains("0 of 1")`,
    },
    Numbers.clickPayment(),
    { trigger: ".payment-screen" },
    Numbers.noDialog(),
    payByBank(),
    Chrome.isSynced(),
]);

const isPending = (name) => ({ trigger: `.o_number_pending:contains(/^${name}$/)` });

const cartIsEmpty = () => ({
    content: "nothing is in the cart",
    timeout: 4000, // sooner than the server is given up
    trigger: ".product-screen:not(:has(.orderline))",
});

let scannedAt;

tour("numbers_server_hangs", () => [
    // Given up while it is being checked: asked once, then nothing is left of it.
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    { trigger: candidate("SN1") },
    Driver.hang(),
    Driver.scanCodes(["SN1"]),
    isPending("SN1"),
    Driver.pressKeys(["Escape"]),
    { trigger: ".o_numbers_popup .o_numbers_discard_confirm" },
    Driver.pressKeys(["Escape", "Escape"]),
    Numbers.popupIsClosed(),
    cartIsEmpty(),
    Driver.letGo(),
    wait(250),
    Numbers.noDialog(),
    cartIsEmpty(),
    // Thought better of it.
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    { trigger: candidate("SN1") },
    Driver.hang(),
    Driver.scanCodes(["SN1"]),
    isPending("SN1"),
    Driver.pressKeys(["Escape"]),
    { trigger: ".o_numbers_popup .btn:contains('Keep editing')", run: "click" },
    Driver.letGo(),
    Numbers.popupHasNumbers("SN1"),
    Numbers.numberHasStatus("SN1", "on hand here"),
    // The server is waited for once, here for a moment; the next scans do not wait.
    perform("the first wait is short", () => {
        const { setTimeout } = window;
        window.setTimeout = (callback, ms, ...args) => {
            const isWait = ms === 5000;
            if (isWait) {
                window.setTimeout = setTimeout;
            }
            return setTimeout(callback, isWait ? 300 : ms, ...args);
        };
    }),
    Driver.hang(),
    Driver.scanCodes(["SN2"]),
    Numbers.popupHasNumbers("SN1", "SN2"),
    Numbers.numberHasStatus("SN2", "checked when the server is back"),
    { trigger: ".o_numbers_offline" },
    perform("look at the clock", () => (scannedAt = performance.now())),
    Driver.scanCodes(["SN3"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3"),
    Driver.scanCodes(["SN4"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3", "SN4"),
    perform("look at the clock again", () => {
        const ms = performance.now() - scannedAt;
        if (ms > 4500) {
            throw new Error(`two scans took ${ms} ms`);
        }
    }),
    Driver.letGo(),
    ["SN2", "SN3", "SN4"].map((name) => Numbers.numberHasStatus(name, "on hand here")),
    { trigger: ".o_numbers_popup:not(:has(.o_numbers_offline))" },
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "4 of 4"),
    // Given up on a line that had numbers: these stay, what is answered later comes to nothing.
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("4 of 4"),
    Driver.hang(),
    Driver.scanCodes(["SN5"]),
    isPending("SN5"),
    Driver.pressKeys(["Escape"]),
    { trigger: ".o_numbers_popup .o_numbers_discard_confirm" },
    Driver.pressKeys(["Escape", "Escape"]),
    Numbers.popupIsClosed(),
    Driver.letGo(),
    wait(250),
    Numbers.noDialog(),
    Numbers.buttonIs(PHONE, "green", "4 of 4"),
    // What the server refuses is told in its words.
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    { trigger: ".o_numbers_fill:contains('Fill 1')", run: "click" },
    {
        content: "the server's sentence",
        trigger:
            ".o_numbers_popup:has(.o_numbers_refusal:contains('Cream is being counted.'))" +
            ":not(:has(.o_numbers_offline)):not(:has(.o_numbers_proposal))",
    },
    Driver.scanCodes(["C1"]),
    Numbers.popupHasNumbers("C1"),
    { trigger: ".o_numbers_popup:not(:has(.o_numbers_refusal))" },
    Numbers.apply(),
    // More units than numbers are asked for at a time.
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    [..."1200"].map((digit) => Numpad.click(digit)),
    Numbers.buttonIs(TABLETS, "red", "0 of 1200"),
    Numbers.openButton(TABLETS),
    { trigger: ".o_numbers_fill:contains('Fill 1200')", run: "click" },
    { trigger: ".o_numbers_proposal:contains('Take LOT-A: 1200?')" },
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsOpen("1200 of 1200"),
    Numbers.apply(),
    Numbers.buttonIs(TABLETS, "green", "1200 of 1200"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    // Another device takes the line away, then the order, while their popup is open.
    Driver.scanCodes(["SN5", "LOT-A"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    perform("the server knows the order", () => {
        posmodel.addPendingOrder([posmodel.getOrder().id]);
        return posmodel.syncAllOrders();
    }),
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("1 of 1"),
    Driver.hang(),
    Driver.scanCodes(["SN6"]),
    isPending("SN6"),
    perform("another device deletes the line", async () => {
        const order = posmodel.getOrder();
        const { id } = order.lines.find((line) => line.isSerialTracked());
        await posmodel.env.services.orm.unlink("pos.order.line", [id]);
        await posmodel.data.loadServerOrders([["id", "=", order.id]]);
    }),
    Numbers.popupIsClosed(),
    Driver.letGo(),
    { trigger: `.product-screen:not(:has(.orderline:contains("${PHONE}")))` },
    Numbers.openButton(TABLETS),
    Numbers.popupIsOpen("1 of 1"),
    Driver.hang(),
    Driver.scanCodes(["LOT-A"]),
    isPending("LOT-A"),
    perform("another device cancels the order", async () => {
        const { id } = posmodel.getOrder();
        await posmodel.env.services.orm.call("pos.order", "action_pos_order_cancel", [[id]]);
        await posmodel.deviceSync.readDataFromServer();
    }),
    Numbers.popupIsClosed(),
    Driver.letGo(),
    wait(250),
    Numbers.noDialog(),
    cartIsEmpty(),
    // The next order is sold and sent as any other.
    Driver.scanCodes(["SN7"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    Chrome.isSynced(),
    Numbers.noDialog(),
]);
