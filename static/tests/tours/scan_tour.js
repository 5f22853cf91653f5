import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { loadJS } from "@web/core/assets";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { session } from "@web/session";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Driver from "@pos_lot_traceability/../tests/tours/utils/driver_util";
import * as Numbers from "@pos_lot_traceability/../tests/tours/utils/numbers_util";
import { SHEET } from "@pos_lot_traceability/scanner_check/scanner_check";
import { SHEET_URL } from "@pos_lot_traceability/scanner_check/scanner_check_dialog";
import {
    CREAM,
    PHONE,
    TABLETS,
    payByBank,
    perform,
    product,
    tour,
} from "@pos_lot_traceability/../tests/tours/utils/till_util";

const FNC1 = "\u001d";

/** What a picture of a code holds, as any reader sees it. */
async function decodePicture(src) {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0);
    const { ZXing } = window;
    const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
    const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source));
    const hints = new Map([
        [ZXing.DecodeHintType.TRY_HARDER, true],
        [ZXing.DecodeHintType.ASSUME_GS1, true],
    ]);
    const text = new ZXing.MultiFormatReader().decode(bitmap, hints).getText();
    // How a reader says that it is GS1.
    return ["]C1", "]d2", FNC1].reduce(
        (rest, start) => (rest.startsWith(start) ? rest.slice(start.length) : rest),
        text
    );
}

function isTold(text) {
    return [
        { content: `it is told: ${text}`, trigger: `.o_notification:contains("${text}")` },
        {
            content: "close what was told",
            trigger: "body",
            run() {
                document.querySelectorAll(".o_notification_close").forEach((el) => el.click());
            },
        },
        { content: "it is gone", trigger: `body:not(:has(.o_notification:contains("${text}")))` },
    ];
}

function linesAre(count) {
    return [
        {
            content: `the cart has ${count} lines`,
            trigger: "body",
            run() {
                const lines = document.querySelectorAll(".product-screen .orderline").length;
                if (lines !== count) {
                    throw new Error(`${lines} lines instead of ${count}`);
                }
            },
        },
    ];
}

tour("numbers_scan_on_product_screen", () => [
    // Nothing but the number: product and number come in one go.
    Driver.scanCodes(["SN1"]),
    Numbers.cartHasNumber("SN1"),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    // A second serial joins its line; one that is there already warns.
    Driver.scanCodes(["sn2"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Driver.scanCodes(["SN1"]),
    isTold("SN1 is already in this order"),
    // The nomenclature would take it for 50 % off.
    Driver.scanCodes(["2250X17"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Driver.scanCodes(["SECOND-IMEI"]),
    Numbers.buttonIs(PHONE, "green", "4 of 4"),
    Numbers.cartHasNumber("SN4"),
    Driver.screenshot("scan_serials"),
    linesAre(1),
    // A lot adds a unit to its line.
    Driver.scanCodes(["LOT-A", "LOT-A"]),
    Numbers.cartHasNumber("LOT-A: 2"),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    // What nobody knows adds nothing, nor does a damaged code.
    Driver.scanCodes(["NOBODY"]),
    isTold("could not find any product"),
    Driver.scanCodes(["]C1010590123412345717270231"]),
    isTold("part (17) is no date"),
    linesAre(2),
    // Of two products: a question.
    Driver.scanCodes(["BOTH"]),
    { trigger: `.modal .selection-item:contains("${TABLETS}")` },
    Driver.screenshot("scan_chooser"),
    { trigger: `.modal .selection-item:contains("${TABLETS}")`, run: "click" },
    Numbers.cartHasNumber("BOTH: 1"),
    Numbers.noDialog(),
    // A serial that a customer has is added, and told.
    Driver.scanCodes(["GONE1"]),
    isTold("at a customer already"),
    Numbers.cartHasNumber("SN GONE1"),
    linesAre(2),
    // Payment waits for what was just scanned.
    perform("the server needs a second", () => {
        const { data } = posmodel;
        const { call } = data;
        data.call = async (model, method, ...args) => {
            if (method === "find_numbers_by_text") {
                await new Promise((resolve) => setTimeout(resolve, 1000));
            }
            return call.call(data, model, method, ...args);
        };
    }),
    Driver.scanCodes(["SN5", "SN6"]),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "sold already"),
    Numbers.continueWithout(),
    payByBank(),
]);

function clickUndo(name) {
    return [
        { trigger: `.o_scan_undo:contains("${name} was added") button:contains("Undo")` },
        Driver.screenshot("undo"),
        { trigger: `.o_scan_undo:contains("${name} was added") .btn`, run: "click" },
        { content: "it is gone", trigger: "body:not(:has(.o_scan_undo))" },
    ].flat();
}

tour("numbers_scan_undone", () => [
    Driver.scanCodes(["SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    { trigger: ".o_scan_undo" },
    Driver.isAccessible(".o_numbers_button"),
    clickUndo("SN1"),
    linesAre(0),
    Driver.scanCodes(["SN1", "SN2", "SN3"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    clickUndo("SN3"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Driver.scanCodes(["LOT-A", "LOT-A"]),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    clickUndo("LOT-A"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.cartHasNumber("LOT-A: 1"),
    // In the popup, which takes the offer of the last scan away.
    Driver.scanCodes(["SN3"]),
    { trigger: ".o_scan_undo:contains('SN3 was added')" },
    Numbers.openButton(PHONE),
    { trigger: "body:not(:has(.o_scan_undo))" },
    Numbers.removeNumber("SN3"),
    Driver.scanCodes(["SN3", "SN4"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3", "SN4"),
    { trigger: ".o_numbers_last:contains('SN4 was taken')" },
    { trigger: ".o_numbers_undo", run: "click" },
    Numbers.popupHasNumbers("SN1", "SN2", "SN3"),
    Numbers.popupIsOpen("3 of 3"),
    Driver.screenshot("undone_in_popup"),
    Numbers.apply(),
    Numbers.clickPayment(),
    payByBank(),
]);

/** The sold line of a product is chosen to come back. */
const comesBack = (name, quantity) => ({
    content: `${quantity} of ${name} comes back`,
    trigger: `.ticket-screen .orderline.selected:contains("${name}"):contains("${quantity}")`,
});

tour("numbers_refund_of_a_sale_not_sent", () => [
    Driver.scanCodes(["SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    perform("sales do not get to the server", () => {
        window.posmodel.syncAllOrders = async () => [];
    }),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    Chrome.clickOrders(),
    { trigger: ".ticket-screen .pos-search-bar input" },
    Driver.scanCodes(["SN1"]),
    isTold("SN1 was sold here, and the server does not have the sale yet"),
    perform("they do again", () => {
        delete window.posmodel.syncAllOrders;
    }),
    Driver.scanCodes(["SN1"]),
    comesBack(PHONE, 1),
    TicketScreen.confirmRefund(),
    payByBank(),
]);

tour("numbers_refund_by_scan", () => [
    Driver.scanCodes(["SN1", "SN2", "SN3"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    Driver.scanCodes(["LOT-A"]),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    Chrome.clickOrders(),
    // By its number, which the list does not show.
    TicketScreen.selectFilter("Paid"),
    TicketScreen.nbOrdersIs(2),
    { trigger: ".pos-search-bar input", run: "click" },
    Driver.pressKeys([..."SN3"]),
    { trigger: ".pos-search-bar .search li:contains('Lot/Serial Number')", run: "click" },
    { trigger: ".ticket-screen:not(:has(.order-row:eq(1))) .order-row" },
    TicketScreen.nbOrdersIs(1),
    Driver.screenshot("order_by_number"),
    // The search box has the focus: a scan is none of its words.
    { trigger: ".pos-search-bar input", run: "clear" },
    { trigger: ".pos-search-bar input", run: "click" },
    Driver.scanCodes(["SN2"]),
    comesBack(PHONE, 1),
    { trigger: ".pos-search-bar input:value()" },
    Driver.screenshot("refund_by_scan"),
    // Without an end key, as some scanners do.
    Driver.scanCodes(["010590123412345721SN1"], { suffix: "" }),
    { content: "two come back", trigger: ".ticket-screen .to-refund-highlight:contains('2')" },
    TicketScreen.confirmRefund(),
    payByBank(),
    {
        content: "the receipt says what came back",
        trigger: ".pos-receipt .lot-number:contains('SN1')",
    },
    ReceiptScreen.clickNextOrder(),
    // What came back already, was never sold, or is no number, says so.
    Chrome.clickOrders(),
    Driver.scanCodes(["SN2"]),
    isTold("SN2 of Phone (serial) came back already"),
    Driver.scanCodes(["SN9"]),
    isTold("SN9 of Phone (serial) was not sold at a till"),
    Driver.scanCodes(["NOBODY"]),
    isTold("Nobody knows NOBODY"),
    // Typing is typing.
    { trigger: ".pos-search-bar input", run: "click" },
    Driver.pressKeys([..."SN9"], { gap: 60 }),
    { trigger: ".pos-search-bar input:value(SN9)" },
]);

/** So many units of the sale on screen are chosen to come back. */
const toRefund = (quantity) => ({
    content: `${quantity} to come back`,
    trigger: `.ticket-screen .to-refund-highlight:contains(/\\b${quantity}\\b/)`,
});

const IMEI = "356938035643809";

// A touch screen gives no field the focus, and a click takes it away.
tour("numbers_refund_by_scan_without_focus", () => [
    Driver.scanCodes(["SN1", "SN2", "SN3", IMEI]),
    Numbers.buttonIs(PHONE, "green", "4 of 4"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    Chrome.clickOrders(),
    { trigger: ".ticket-screen .pos-search-bar input" },
    perform("nothing has the focus", () => document.activeElement.blur()),
    Driver.scanCodes(["SN1"], { gap: 10 }),
    toRefund(1),
    Driver.scanCodes(["SN2"], { gap: 10, pause: 500 }),
    toRefund(2),
    Driver.scanCodes([IMEI], { gap: 10, pause: 300 }),
    toRefund(3),
    Numbers.noDialog(),
    TicketScreen.confirmRefund(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    // Typed by hand, and the next button at once: it is the quantity.
    Chrome.clickOrders(),
    TicketScreen.selectFilter("Paid"),
    { trigger: ".ticket-screen .order-row:last", run: "click" },
    {
        trigger: `.ticket-screen .orderline:contains("SN3")`,
        run: "click",
    },
    Driver.pressKeys(["1"]),
    TicketScreen.confirmRefund(),
    payByBank(),
]);

const traceAndRefund = (name) => [
    perform("open Trace", () => window.posmodel.openTrace(name)),
    { trigger: `.o_number_trace_dialog .o_trace_card h4:contains("${name}")` },
    { trigger: ".o_number_trace_dialog .o_trace_refund", run: "click" },
    Numbers.noDialog(),
];

tour("numbers_refund_from_trace", () => [
    Driver.scanCodes(["SN1", "SN2", "SN3"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    traceAndRefund("SN2"),
    toRefund(1),
    // Again, and from the order screen itself.
    traceAndRefund("SN2"),
    toRefund(1),
    traceAndRefund("SN3"),
    toRefund(2),
    TicketScreen.confirmRefund(),
    payByBank(),
]);

// A customer gives a unit back and takes another one.
tour("numbers_exchange_in_one_order", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    Numpad.click("+/-"),
    Numbers.openButton(PHONE),
    { trigger: ".o_numbers_popup:contains('Which one comes back?')" },
    Driver.scanCodes(["GONE1"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Driver.scanCodes(["SN1"]),
    Numbers.cartHasNumber("SN1"),
    linesAre(2),
    Driver.scanCodes(["SN2"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    linesAre(2),
    // Turned round by mistake, a line says what is wrong with it then.
    Numpad.click("+/-"),
    {
        content: "two units from the shelf do not come back",
        trigger: ".orderline.selected button.line-lot-icon.text-warning:contains('on the shelf')",
    },
    Numpad.click("+/-"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    { trigger: "body:not(:has(button.line-lot-icon.text-warning))" },
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_scanner_check", () => [
    Chrome.clickMenuButton(),
    { content: "open Scanner Check", trigger: ".o_scanner_check_menu", run: "click" },
    { trigger: ".o_scanner_check" },
    {
        content: "the sheet's pictures hold what the dialog expects",
        trigger: ".o_scanner_check",
        async run() {
            await loadJS("/web/static/lib/zxing-library/zxing-library.js");
            const html = await (await fetch(SHEET_URL)).text();
            const page = new DOMParser().parseFromString(html, "text/html");
            const texts = [];
            for (const { src } of page.querySelectorAll("img")) {
                texts.push(await decodePicture(src));
            }
            const expected = SHEET.map(({ text }) => text);
            if (JSON.stringify(texts) !== JSON.stringify(expected)) {
                throw new Error(`${JSON.stringify(texts)} instead of ${JSON.stringify(expected)}`);
            }
        },
    },
    Driver.screenshot("scanner_check_empty"),
    // A scanner that makes a tilde of the separator.
    Driver.scanCodes(
        SHEET.map(({ text }) => text.replace(FNC1, "~")),
        { pause: 50 }
    ),
    { trigger: ".o_scanner_findings:contains('It ends each code with Enter.')" },
    { trigger: ".o_scanner_findings:contains('It sends “~” for the separator')" },
    { trigger: ".o_scanner_check:not(:contains('not scanned yet'))" },
    Driver.isAccessible(".o_scanner_check"),
    Driver.screenshot("scanner_check"),
    { trigger: ".o_scanner_keep", run: "click" },
    { trigger: ".o_scanner_kept" },
    { trigger: ".o_scanner_again", run: "click" },
    { trigger: ".o_scanner_check:contains('not scanned yet')" },
    // One that keeps it: Ctrl+], with a prefix, and nothing at the end.
    Driver.scanCodes(
        SHEET.map(({ text, prefixes }) => prefixes[0] + text),
        { suffix: "", pause: 500 }
    ),
    { trigger: ".o_scanner_findings:contains('It keeps the separator of GS1 codes.')" },
    { trigger: ".o_scanner_findings:contains('It ends codes with nothing')" },
    { trigger: ".o_scanner_findings:contains('It says what kind of code it has read')" },
    { trigger: ".o_scanner_check .modal-footer .btn-primary", run: "click" },
    Numbers.noDialog(),
    linesAre(0),
    // The shop reads the tilde from now on.
    Driver.scanCodes(["010590123412346410P2409~21X"]),
    Numbers.cartHasNumber("P2409: 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_scan_gs1", () => [
    Driver.scanCodes(["010590123412345721SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.cartHasNumber("SN1"),
    Driver.scanCodes(["(01)05901234123457(21)SN2"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Driver.scanCodes(["https://id.example.com/01/05901234123457/21/SN3?17=271231"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    // FNC1 as keyboard scanners send it: Ctrl+].
    Driver.scanCodes(["010590123412346410P2409\u001d17270612"]),
    Numbers.cartHasNumber("P2409: 1"),
    // Or as Alt and its number; and a barcode with what tells its kind.
    Driver.scanCodes(["]E05901234123464"]),
    Numbers.cartHasNumber("P2409: 2"),
    Driver.pressKeys([..."010590123412346410P2409", "Alt029", ..."17270612", "Enter"], { gap: 2 }),
    Numbers.cartHasNumber("P2409: 3"),
    // Also in the popup, and what is damaged is named there.
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["010590123412347110C9\u001d17270932"]),
    Numbers.isRejected("part (17) is no date"),
    { trigger: ".o_numbers_input", run: "clear" },
    Driver.pressKeys([..."010590123412347110C1", "Alt029", ..."17270930", "Enter"], { gap: 2 }),
    Numbers.popupHasNumbers("C1"),
    Numbers.apply(),
    // A carton brings its units.
    Driver.scanCodes(["011590123412346110P2409"]),
    Numbers.cartHasNumber("P2409: 15"),
    Driver.scanCodes(["01059012341234713103001250" + "10C1"]),
    Numbers.cartHasNumber("C1: 1.25"),
    Driver.screenshot("scan_gs1"),
    // The date of a new lot is its code's.
    Driver.scanCodes(["0105901234123471" + "17491231" + "10C2"]),
    Numbers.cartHasNumber("C2: 1 (exp. 12/31/2049)"),
    linesAre(5), // kilograms are not grouped
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_scan_fifty", () => [
    Driver.scanCodes(
        Array.from({ length: 50 }, (_, index) => `UNIT${String(index).padStart(3, 0)}`)
    ),
    {
        // Fifty numbers push the button of their line out of sight.
        content: "all of them are there",
        trigger: "body",
        timeout: 60000,
        async run() {
            const getCount = () =>
                document.querySelector("button.line-lot-icon.text-success")?.textContent || "";
            for (let turn = 0; turn < 200 && !getCount().includes("50 of 50"); turn++) {
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            if (!getCount().includes("50 of 50")) {
                throw new Error(`the button says ${getCount()}`);
            }
        },
    },
    linesAre(1),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_scan_of_a_product_not_loaded", () => [
    {
        content: "the product is not there yet",
        trigger: `.product-list:not(:has(article.product:contains("${PHONE}")))`,
    },
    // Its barcode, and its serial at once.
    Driver.scanCodes(["5901234123457", "SN1"]),
    Numbers.popupHasNumbers("SN1"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    // A number alone.
    Driver.scanCodes(["C1-CREAM"]),
    Numbers.buttonIs(CREAM, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
]);

/** A number that is known, a product's barcode, and digits that are nobody's. */
const ANYTHING = ["SN31", "5901234123457", "4006381333931"];

const numbersAreWhole = (...names) => ({
    content: "each number is whole on the receipt",
    trigger: names.map((name) => `.pos-receipt:has(.lot-number:contains("${name}"))`).join(""),
    run() {
        const paper = document.querySelector(".pos-receipt").getBoundingClientRect();
        for (const number of document.querySelectorAll(".pos-receipt .lot-number")) {
            const text = document.createRange();
            text.selectNodeContents(number);
            const isCut = number.scrollWidth > number.clientWidth && number.clientWidth;
            if (isCut || text.getBoundingClientRect().right > paper.right) {
                throw new Error(`${number.textContent} is wider than the receipt`);
            }
        }
    },
});

const LONG = `L${"0123456789".repeat(5)}ABCDEFGHI`;

tour("numbers_scanned_elsewhere", () => [
    // As in a shop: in tests core lets bursts of digits pass for typed ones.
    perform("a burst of keys is none of the numpad's", () => (session.test_mode = false)),
    Driver.scanCodes([
        ...Array.from({ length: 28 }, (_, index) => `UNIT${String(index + 1).padStart(2, 0)}`),
        LONG,
        "LOT-A",
    ]),
    Numbers.cartHasNumber("LOT-A: 1"),
    linesAre(2),
    // A keyboard of another language: French, with Caps Lock off.
    Driver.scanCodes(["à&à(çà&é\"'&é\"'(è", "UNIT§à"]),
    isTold("could not find any product"),
    linesAre(2),
    // The customer list has a field of its own.
    ProductScreen.clickPartnerButton(),
    Driver.scanCodes(["SN31"]),
    { trigger: ".modal .modal-header input:value(SN31)" },
    { trigger: ".modal .modal-header input", run: "clear" },
    ProductScreen.clickCustomer("Ada Lovelace"),
    Numbers.noDialog(),
    linesAre(2),
    // A question without a field: what is scanned answers nothing, and is there behind it.
    perform("a question", () => {
        window.posmodel.dialog.add(ConfirmationDialog, {
            body: "Shall it be so?",
            confirm: () => console.error("A scan has confirmed"),
            cancel: () => {},
        });
    }),
    { trigger: ".modal:contains('Shall it be so?')" },
    Driver.scanCodes(["SN30"]),
    Numbers.cartHasNumber("LOT-A: 1"),
    { trigger: ".o_scan_undo:contains('SN30 was added')" },
    { trigger: ".modal:contains('Shall it be so?')" },
    Driver.screenshot("scan_behind_a_question"),
    Dialog.cancel(),
    Numbers.noDialog(),
    linesAre(2),
    // Money out of the drawer: a scan confirms nothing.
    perform("Cash In/Out", () => void window.posmodel.cashMove()),
    { trigger: ".modal .cash-reason" },
    Driver.scanCodes(["SN31"]),
    { trigger: ".modal .cash-reason" },
    Driver.screenshot("scan_into_cash_move"),
    Dialog.discard(),
    Numbers.noDialog(),
    linesAre(2),
    Numbers.clickPayment(),
    PaymentScreen.clickPaymentMethod("Cash"),
    PaymentScreen.selectedPaymentlineHas("Cash", "3,010.00"),
    Driver.scanCodes(ANYTHING, { pause: 300 }),
    isTold("this screen reads no codes"),
    PaymentScreen.selectedPaymentlineHas("Cash", "3,010.00"),
    Driver.screenshot("scan_while_paying"),
    PaymentScreen.clickValidate(),
    numbersAreWhole("UNIT01", "UNIT28", "SN30", LONG, "LOT-A"),
    Driver.scanCodes(ANYTHING, { pause: 300 }),
    isTold("this screen reads no codes"),
    ReceiptScreen.isShown(),
    { trigger: ".receipt-screen .send-receipt-email-input", run: "click" },
    Driver.pressKeys("ada@example.com", { gap: 40 }),
    ReceiptScreen.clickSend(),
    ReceiptScreen.emailIsSuccessful(),
    ReceiptScreen.clickNextOrder(),
    linesAre(0),
    // The long one comes back.
    Chrome.clickOrders(),
    Driver.scanCodes([LONG]),
    comesBack(PHONE, 1),
    TicketScreen.confirmRefund(),
    payByBank(),
    numbersAreWhole(LONG),
    Chrome.isSynced(),
]);

tour("numbers_search", () => [
    // A number in the search box finds its product, which comes with it.
    ProductScreen.searchProduct("SN-ONE"),
    {
        content: "only the product of the number is shown",
        trigger: `.product-list:has(article.product:contains("${PHONE}")):not(:has(article.product:contains("${TABLETS}")))`,
    },
    product(PHONE),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.cartHasNumber("SN-ONE"),
    Driver.scanCodes(["SN-TWO"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    // Also where its text is in another product's barcode.
    { trigger: ".pos-rightheader .form-control > input", run: "click" },
    Driver.scanCodes(["234123457"]),
    {
        content: "both are shown",
        trigger: `.product-list:has(article.product:contains("${PHONE}")):has(article.product:contains("${TABLETS}")):not(:has(article.product:contains("${CREAM}")))`,
    },
    {
        content: "the product of the number is the first",
        trigger: `.product-list article.product:first-child:contains("${TABLETS}")`,
    },
    {
        content: "nothing is told",
        trigger: `body:not(:has(.o_notification:contains("No other products")))`,
    },
    product(TABLETS),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.cartHasNumber("234123457"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
]);
