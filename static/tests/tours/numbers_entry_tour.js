import { refresh } from "@point_of_sale/../tests/generic_helpers/utils";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import { SHEET } from "@pos_lot_traceability/scanner_check/scanner_check";
import { SHEET_URL } from "@pos_lot_traceability/scanner_check/scanner_check_dialog";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { CREAM, PHONE, TABLETS, payByBank, product, tour } from "./utils/till_util";

tour("numbers_three_serials_typed", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.screenshot("popup_empty"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter", ..."SN3", "Enter"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3"),
    Numbers.popupIsOpen("3 of 3"),
    Driver.screenshot("popup_three"),
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.cartHasNumber("SN1"),
    Driver.screenshot("line_green"),
    Numbers.clickPayment(),
    payByBank(),
    Driver.screenshot("receipt"),
    {
        content: "the receipt lists the numbers",
        trigger: ".pos-receipt .lot-number:contains('SN3')",
    },
]);

for (const [name, suffix, pause] of [
    ["enter", "Enter", 0],
    ["tab", "Tab", 0],
    ["none", "", 130],
]) {
    tour(`numbers_fifty_scanned_${name}`, () => {
        const codes = Array.from(
            { length: 50 },
            (_, i) => `IMEI3512345678${String(i).padStart(2, "0")}`
        );
        return [
            product(PHONE),
            Numbers.popupIsOpen("0 of 1"),
            Driver.scanCodes(codes, { suffix, pause }),
            Numbers.popupHasNumbers(...codes),
            Numbers.popupIsOpen("50 of 50"),
            Numbers.inputIs(""),
            Numbers.apply(),
            Numbers.buttonIs(PHONE, "green", "50 of 50"),
            Numbers.clickPayment(),
            payByBank(),
        ];
    });
}

tour("numbers_exact_wins", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1"]),
    { trigger: ".o-autocomplete--dropdown-item:contains('SN10')" },
    Driver.pressKeys(["Enter"]),
    Numbers.popupHasNumbers("SN1"),
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsClosed(),
    Numbers.cartHasNumber("SN1"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_letter_case_and_blanks", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..." sn1 ", "Enter"]),
    Numbers.popupHasNumbers("SN1"),
    Numbers.numberHasStatus("SN1", "on hand here"),
    Driver.pressKeys([..."SN1", "Enter"]),
    Numbers.isRejected("already in this order"),
    Numbers.inputIs("SN1"),
    // The refused text is selected: the next one replaces it.
    Driver.pressKeys([..."SN7", "Enter"]),
    Numbers.popupHasNumbers("SN1", "SN7"),
    Numbers.numberHasStatus("SN7", "new"),
    Numbers.removeNumber("SN7"),
    Numbers.popupHasNumbers("SN1"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_scan_before_popup", () => [
    Numbers.noDialog(),
    Driver.clickAndScan("article.product:has(.product-name)", ["IMEI351234567", "IMEI351234568"], {
        count: 2,
    }),
    Numbers.popupIsOpen(),
    Numbers.popupHasNumbers("IMEI351234567", "IMEI351234568"),
    {
        content: "a scan with the focus on the header reaches the popup",
        trigger: ".o_numbers_popup .modal-title",
        run: "click",
    },
    {
        trigger: ".o_numbers_popup .o_number_remove",
        run() {
            document.querySelector(".o_numbers_popup .o_number_remove").focus();
        },
    },
    // Its own barcode asks for one unit more, another product's is no number.
    Driver.scanCodes(["5901234123457"]),
    Numbers.popupIsOpen("2 of 3"),
    Driver.scanCodes(["5901234123464"]),
    Numbers.isRejected("barcode of Tablets (lot)"),
    Driver.scanCodes(["IMEI351234569"]),
    Numbers.popupIsOpen("3 of 3"),
    Numbers.popupHasNumbers("IMEI351234567", "IMEI351234568", "IMEI351234569"),
    Numbers.apply(),
    Numbers.noDialog(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    {
        content: "the number is one line",
        trigger: "body",
        run() {
            const lines = document.querySelectorAll(".order-container .orderline").length;
            if (lines !== 1) {
                throw new Error(`${lines} lines`);
            }
        },
    },
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_red_and_green", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numpad.click("3"),
    Numbers.buttonIs(PHONE, "red", "1 of 3"),
    Driver.screenshot("line_red"),
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("1 of 3"),
    // Applying without change neither lowers the quantity nor hides the gap.
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "red", "1 of 3"),
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("1 of 3"),
    Driver.pressKeys([..."SN2", "Enter", ..."SN3"]),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    // Removing a number does not touch the quantity.
    Numbers.openButton(PHONE),
    Numbers.removeNumber("SN2"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "red", "2 of 3"),
    Numpad.click("⌫"),
    Numpad.click("1"),
    Numbers.buttonIs(PHONE, "red", "2 of 1"),
    Numpad.click("⌫"),
    Numpad.click("2"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    // Esc in a popup where something was entered asks once, then puts everything back.
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("2 of 2"),
    Driver.pressKeys([..."SN9", "Enter"]),
    Numbers.popupHasNumbers("SN1", "SN3", "SN9"),
    Driver.pressKeys(["Escape"]),
    { trigger: ".o_numbers_popup .o_numbers_discard_confirm" },
    Driver.pressKeys(["Escape"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    // A unit added and not numbered goes again with Esc.
    product(PHONE),
    Numbers.popupIsOpen("2 of 3"),
    Driver.pressKeys(["Escape"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    // Reload: quantity and numbers are still there, each once.
    refresh(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    product(PHONE),
    Numbers.popupIsOpen("2 of 3"),
    Driver.pressKeys(["Enter"]),
    Numbers.buttonIs(PHONE, "red", "2 of 3"),
    refresh(),
    Numbers.buttonIs(PHONE, "red", "2 of 3"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "1 missing"),
    Driver.screenshot("payment_dialog"),
    Numbers.completeNow(),
    Numbers.popupIsOpen("2 of 3"),
    Driver.pressKeys([..."SN2", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    payByBank(),
]);

tour("numbers_checkout_with_missing", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numpad.click("3"),
    Numbers.buttonIs(PHONE, "red", "1 of 3"),
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    Numbers.buttonIs(TABLETS, "red", "0 of 1"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "2 missing"),
    Numbers.missingDialogShows(TABLETS, "1 missing"),
    Numbers.continueWithout(),
    PaymentScreen.clickPaymentMethod("Bank"),
    Numbers.noDialog(),
    PaymentScreen.clickValidate(),
    ReceiptScreen.receiptIsThere(),
    Numbers.noDialog(),
]);

tour("numbers_fast_payment_with_missing", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    ProductScreen.clickFastPaymentButton("Bank"),
    Numbers.missingDialogShows(PHONE, "1 missing"),
    Numbers.continueWithout(),
    ReceiptScreen.receiptIsThere(),
    Numbers.noDialog(),
]);

tour("numbers_two_lots", () => [
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."LOT-A", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    // One lot follows the quantity as far as its stock reaches: 5 here.
    Numpad.click("4"),
    Numbers.buttonIs(TABLETS, "green", "4 of 4"),
    // Again the same product: it joins its line, without a question.
    product(TABLETS),
    Numbers.buttonIs(TABLETS, "green", "5 of 5"),
    Numpad.click("⌫"),
    Numpad.click("8"),
    Numbers.buttonIs(TABLETS, "red", "5 of 8"),
    Numbers.openButton(TABLETS),
    Numbers.popupIsOpen("5 of 8"),
    Driver.pressKeys([..."LOT-B", "Enter"]),
    Numbers.popupHasNumbers("LOT-A", "LOT-B"),
    Numbers.popupIsOpen("8 of 8"),
    Driver.screenshot("popup_lots"),
    Numbers.setLotQuantity("LOT-A", "4"),
    Numbers.popupIsOpen("7 of 8"),
    Numbers.setLotQuantity("LOT-B", "4"),
    Numbers.popupIsOpen("8 of 8"),
    Numbers.apply(),
    Numbers.buttonIs(TABLETS, "green", "8 of 8"),
    // Two lots do not follow.
    Numpad.click("⌫"),
    Numpad.click("9"),
    Numbers.buttonIs(TABLETS, "red", "8 of 9"),
    Numpad.click("⌫"),
    Numpad.click("8"),
    Numbers.buttonIs(TABLETS, "green", "8 of 8"),
    // The price of 8 untracked units: 10 each from 8 on, in one line.
    ProductScreen.totalAmountIs("80.00"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_decimal_lot", () => [
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."C-1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numpad.click("⌫"),
    Numpad.click("0"),
    Numpad.click("."),
    Numpad.click("7"),
    Numpad.click("5"),
    Numbers.buttonIs(CREAM, "green", "0.75 of 0.75"),
    Numbers.openButton(CREAM),
    Numbers.setLotQuantity("C-1", "0.5"),
    Numbers.apply(),
    Numbers.buttonIs(CREAM, "red", "0.50 of 0.75"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(CREAM, "0.25 missing"),
    Numbers.continueWithout(),
    payByBank(),
]);

tour("numbers_serial_in_whole_units", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numpad.click("⌫"),
    Numpad.click("1"),
    Numpad.click("."),
    Numpad.click("5"),
    Numbers.buttonIs(PHONE, "red", "2 of 2"),
    Numpad.click("⌫"),
    Numpad.click("⌫"),
    Numpad.click("2"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_offline", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Driver.setNetwork(false),
    product(PHONE),
    Numbers.popupIsOpen("1 of 2"),
    Driver.pressKeys([..."SN2", "Enter"]),
    Numbers.popupHasNumbers("SN1", "SN2"),
    Numbers.numberHasStatus("SN2", "checked when the server is back"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.receiptIsThere(),
    Dialog.confirm("Continue with limited functionality"),
    Driver.setNetwork(true),
    ReceiptScreen.clickNextOrder(),
    Chrome.isSynced(),
]);

tour("numbers_reload_at_once", () => [
    Driver.scanCodes(["SN1", "SN2"]),
    Driver.reloadAsSoonAs("2 of 2"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["LOT-A"]),
    Driver.reloadAsSoonAs("1 of 1"),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    // What was taken off stays off.
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("2 of 2"),
    Numbers.removeNumber("SN2"),
    Driver.reloadAsSoonAs("1 of 2"),
    Numbers.buttonIs(PHONE, "red", "1 of 2"),
    product(PHONE),
    Numbers.popupIsOpen("1 of 3"),
    Driver.scanCodes(["SN3"]),
    Driver.reloadAsSoonAs("2 of 3"),
    Numbers.buttonIs(PHONE, "red", "2 of 3"),
    Numbers.clickPayment(),
    Numbers.continueWithout(),
    payByBank(),
]);

tour("numbers_lost_answer", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."LOT-A", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    refresh(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Driver.loseNextAnswer(),
    Numbers.clickPayment(),
    payByBank(),
    Dialog.confirm("Continue with limited functionality"),
    refresh(),
    {
        content: "the order is sent again and nothing is left to send",
        trigger: "body",
        async run() {
            await posmodel.syncAllOrders();
            const left = posmodel.models["pos.order"].filter((o) => o.finalized && !o.isSynced);
            if (left.length) {
                throw new Error("the order was not sent again");
            }
        },
    },
]);

tour("numbers_refund_one_of_two", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    ProductScreen.clickRefund(),
    { trigger: ".ticket-screen .order-row:contains('Paid')", run: "click" },
    Numpad.click("1"),
    {
        trigger: ".ticket-screen .button.validation, .ticket-screen .pay-order-button",
        run: "click",
    },
    Numbers.popupIsOpen("0 of 1"),
    { trigger: ".o-autocomplete--dropdown-item:contains('SN1')" },
    // Never while keys come: the second number is one too many, and said to be.
    Driver.pressKeys([..."SN2", "Enter", ..."SN1", "Enter"]),
    Numbers.isRejected("Remove one first"),
    Numbers.popupHasNumbers("SN2"),
    Numbers.numberHasStatus("SN2", "sold in this order"),
    Numbers.removeNumber("SN2"),
    { trigger: ".o_numbers_rejected button", run: "click" },
    { trigger: ".o_numbers_input", run: "clear" },
    // With its last number the popup closes by itself.
    Driver.scanCodes(["SN2"]),
    Numbers.popupIsClosed(),
    payByBank(),
]);

tour("numbers_on_a_phone", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter"]),
    Numbers.popupHasNumbers("SN1", "SN2"),
    Driver.screenshot("phone_popup"),
    {
        content: "nothing to touch is smaller than 44 px",
        trigger: ".o_numbers_popup",
        run() {
            const controls =
                ".o_numbers_popup :is(button, input, .o-autocomplete--dropdown-item a)";
            for (const el of document.querySelectorAll(controls)) {
                const { width, height } = el.getBoundingClientRect();
                if (width < 44 || height < 44) {
                    throw new Error(`${el.className}: ${width} x ${height}`);
                }
            }
        },
    },
    Numbers.removeNumber("SN2"),
    Numbers.apply(),
    { content: "complete: no badge", trigger: ".review-button:not(:has(.o_cart_numbers_missing))" },
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    {
        content: "the cart tells before it is opened",
        trigger: ".review-button .o_cart_numbers_missing",
    },
    Driver.screenshot("phone_products"),
    ProductScreen.clickReview(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "red", "0 of 1"),
    Driver.screenshot("phone_cart"),
    {
        content: "the list button is large enough, and named",
        trigger: "button.line-lot-icon.text-danger",
        run() {
            const { width, height } = this.anchor.getBoundingClientRect();
            const label = this.anchor.getAttribute("aria-label");
            if (width < 44 || height < 44 || label !== "0 of 1 in lot numbers, 1 missing") {
                throw new Error(`${width} x ${height}, "${label}"`);
            }
        },
    },
    Numbers.openButton(TABLETS),
    Numbers.pickSuggestion("LOT-A"),
    Numbers.popupHasNumbers("LOT-A"),
    Numbers.apply(),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    Driver.screenshot("phone_receipt"),
]);

tour("numbers_gs1_in_the_popup", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    // The serial is what stands behind (21), whatever else the code says.
    Driver.scanCodes(["010590123412345721SN1"]),
    Numbers.popupHasNumbers("SN1"),
    // Another product's code, while a number is missing, and one that is damaged, are not taken.
    Driver.scanCodes(["5901234123457"]),
    Numbers.popupIsOpen("1 of 2"),
    Driver.scanCodes(["010590123412346421SN2"]),
    Numbers.isRejected("This code is of Tablets (lot)"),
    Driver.scanCodes(["]C1010590123412345821SN3"]),
    Numbers.isRejected("cannot be read"),
    Numbers.popupHasNumbers("SN1"),
    { trigger: ".o_numbers_input", run: "clear" },
    Driver.scanCodes(["SN4"]),
    Numbers.popupHasNumbers("SN1", "SN4"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_run", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."R000700..R000821", "Enter"]),
    { trigger: ".o_numbers_bulk:contains('122 numbers')" },
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsOpen("122 of 122"),
    // The newest stay in sight.
    { trigger: ".o_number_run_name:contains('R000700 … R000818 (119)')" },
    Driver.screenshot("run_in_popup"),
    { trigger: ".o_number_unfold", run: "click" },
    { trigger: ".o_number_name:contains('R000700')" },
    Numbers.apply(),
    Numbers.cartHasNumber("R000700 … R000821 (122)"),
    Driver.screenshot("run_in_cart"),
    { trigger: ".orderline .o_numbers_unfold:contains('Show all')", run: "click" },
    Numbers.cartHasNumber("SN R000765"),
    { trigger: ".orderline .o_numbers_unfold:contains('Show fewer')", run: "click" },
    Numbers.cartHasNumber("R000700 … R000821 (122)"),
    Numbers.clickPayment(),
    payByBank(),
    { trigger: ".pos-receipt .lot-number:contains('R000765')" },
]);

tour("numbers_surplus_and_fill", () => [
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["LOT-A", "LOT-B"]),
    Numbers.popupHasNumbers("LOT-A", "LOT-B"),
    Numbers.setLotQuantity("LOT-A", "6"),
    Numbers.setLotQuantity("LOT-B", "4"),
    Numbers.popupIsOpen("10 of 10"),
    Numbers.apply(),
    Numpad.click("8"),
    Numbers.buttonIs(TABLETS, "red", "10 of 8"),
    Numbers.openButton(TABLETS),
    { trigger: ".o_numbers_raise:contains('Set quantity to 10')" },
    Driver.screenshot("surplus"),
    { trigger: ".o_numbers_reduce:contains('Reduce to 8')", run: "click" },
    Numbers.popupIsOpen("8 of 8"),
    Numbers.apply(),
    Numbers.cartHasNumber("LOT-B: 2"),
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["SN1", "SN2", "SN3"]),
    Numbers.popupIsOpen("3 of 3"),
    Numbers.apply(),
    Numpad.click("5"),
    Numbers.buttonIs(PHONE, "red", "3 of 5"),
    Numbers.openButton(PHONE),
    // Fill says what it takes; Escape leaves it.
    { trigger: ".o_numbers_fill:contains('Fill 2')", run: "click" },
    { trigger: ".o_numbers_proposal:contains('Take SN4, SN5?')" },
    Driver.screenshot("fill"),
    Driver.pressKeys(["Escape"]),
    { trigger: ".o_numbers_popup:not(:has(.o_numbers_proposal))" },
    Numbers.popupIsOpen("3 of 5"),
    { trigger: ".o_numbers_fill", run: "click" },
    { trigger: ".o_numbers_proposal" },
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsOpen("5 of 5"),
    Numbers.apply(),
    Numpad.click("⌫"),
    Numpad.click("4"),
    Numbers.buttonIs(PHONE, "red", "5 of 4"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "1 too many"),
    Driver.screenshot("surplus_before_payment"),
    { trigger: ".o_raise_quantity:contains('Set quantity to 5')", run: "click" },
    payByBank(),
]);

const isOpen = (name) => ({ content: `${name} is there`, trigger: name });

for (const [size, toCart] of [
    ["desktop", () => []],
    ["phone", () => ProductScreen.clickReview()],
]) {
    tour(`numbers_accessible_on_${size}`, () => [
        product(PHONE),
        Numbers.popupIsOpen("0 of 1"),
        Driver.isAccessible(".o_numbers_popup"),
        // One on hand, a new one, one that is sold already, one that is refused, one candidate chosen.
        Driver.scanCodes(["SN1", "NEW-1", "GONE1", "SN1"]),
        Numbers.isRejected("already in this order"),
        Numbers.popupHasNumbers("SN1", "NEW-1", "GONE1"),
        Driver.isAccessible(".o_numbers_popup"),
        { trigger: ".o_numbers_rejected button", run: "click" },
        { trigger: ".o_numbers_input", run: "clear" },
        Driver.pressKeys(["ArrowDown"]),
        { trigger: ".o_numbers_candidates [aria-selected=true]" },
        Driver.isAccessible(".o_numbers_popup"),
        Driver.pressKeys([..."R1..R12", "Enter"]),
        isOpen(".o_numbers_bulk"),
        Driver.isAccessible(".o_numbers_popup"),
        Driver.pressKeys(["Enter"]),
        Numbers.popupIsOpen("15 of 15"),
        Driver.pressKeys(["Escape"]),
        isOpen(".o_numbers_discarding"),
        Driver.isAccessible(".o_numbers_popup"),
        { trigger: ".o_numbers_popup .btn:contains('Keep editing')", run: "click" },
        Numbers.apply(),
        toCart(),
        isOpen(".o_numbers_button.text-warning"),
        // The list of numbers itself is core's.
        Driver.isAccessible(".o_numbers_button"),
        Driver.screenshot(`accessible_cart_${size}`),
        Numpad.click("⌫"),
        Numpad.click("2"),
        Numpad.click("0"),
        isOpen(".o_numbers_button.text-danger"),
        Driver.isAccessible(".o_numbers_button"),
        Numbers.openButton(PHONE),
        { trigger: ".o_numbers_fill", run: "click" },
        isOpen(".o_numbers_proposal"),
        Driver.isAccessible(".o_numbers_popup"),
        Driver.screenshot(`accessible_popup_${size}`),
        Driver.pressKeys(["Escape"]),
        Numbers.apply(),
        Numbers.clickPayment(),
        isOpen(".o_missing_numbers"),
        Driver.isAccessible(".o_missing_numbers"),
        Driver.screenshot(`accessible_missing_${size}`),
        Numbers.continueWithout(),
        payByBank(),
    ]);
}

tour("numbers_with_decimal_comma", () => [
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["C1"]),
    Numbers.popupHasNumbers("C1"),
    Numbers.setLotQuantity("C1", "1,25"),
    Numbers.popupIsOpen("1,25 of 1,25"),
    Numbers.apply(),
    Numbers.buttonIs(CREAM, "green", "1,25 of 1,25"),
    Numbers.cartHasNumber("C1: 1,25"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_camera", () => [
    {
        content: "a camera that sees the first code of the sheet",
        trigger: "body",
        async run() {
            const image = new Image();
            const html = await (await fetch(SHEET_URL)).text();
            const page = new DOMParser().parseFromString(html, "text/html");
            image.src = page.querySelector("img").src;
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [640, 480];
            const context = canvas.getContext("2d");
            const draw = () => {
                context.fillStyle = "#fff";
                context.fillRect(0, 0, 640, 480);
                context.drawImage(image, 20, 140, 600, 200);
            };
            draw();
            setInterval(draw, 100);
            navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
        },
    },
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    { trigger: ".o_numbers_camera", run: "click" },
    { trigger: ".o_numbers_video video" },
    Numbers.popupIsOpen("1 of 1"),
    Numbers.popupHasNumbers(SHEET[0].text),
    Driver.screenshot("camera"),
    { trigger: ".o_numbers_camera", run: "click" },
    { trigger: ".o_numbers_popup:not(:has(video))" },
    Numbers.popupHasNumbers(SHEET[0].text),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_next_product", () => [
    // Shelf to shelf, without a look at the screen: product, its numbers, the next product.
    Driver.scanCodes(["5901234123457"]),
    Numbers.popupIsOpen("0 of 1"),
    // Named and not taken while the number is missing; afterwards it is where the till goes.
    Driver.scanCodes(["5901234123464"]),
    Numbers.isRejected("barcode of Tablets (lot)"),
    Driver.scanCodes(["SN1", "5901234123464", "LOT-A", "5901234123457", "SN2", "SN3"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3"),
    Driver.screenshot("next_product"),
    // A code of another product with its lot; then one without numbers, and what follows it.
    Driver.scanCodes(["010590123412346410LOT-A"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("3 of 3"),
    Driver.scanCodes(["5901234123488", "SN4", "SN5"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "5 of 5"),
    Numbers.noDialog(),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_blocked", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Numbers.apply(),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "1 missing"),
    {
        content: "there is no way around",
        trigger: ".o_missing_numbers:not(:has(.o_continue_without))",
    },
    Numbers.completeNow(),
    Numbers.popupIsOpen("0 of 1"),
    // Giving up leads back to the cart, not to payment.
    Driver.pressKeys(["Escape"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."OLD", "Enter"]),
    Numbers.isRejected("OLD has expired"),
    Numbers.popupHasNumbers(),
    Driver.pressKeys([..."LOT-A", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.clickPayment(),
    Numbers.completeNow(),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."UNKNOWN", "Enter"]),
    Numbers.isRejected("UNKNOWN is not a known number"),
    Driver.pressKeys([..."SN1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    payByBank(),
]);

const isRefused = () => [
    Numbers.missingDialogShows(PHONE, "1 missing"),
    {
        content: "there is no way around",
        trigger: ".o_missing_numbers:not(:has(.o_continue_without))",
    },
];

/** As the browser does it: past the store. */
const goToPaymentAddress = () => [
    {
        content: "the address of the payment screen",
        trigger: "body",
        run() {
            const orderUuid = posmodel.getOrder().uuid;
            posmodel.router.navigate("PaymentScreen", { orderUuid });
        },
    },
    { trigger: ".payment-screen" },
];

tour("numbers_reload_while_paying", () => [
    Driver.scanCodes(["SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    { trigger: ".payment-screen" },
    refresh(),
    { trigger: ".payment-screen" },
    Numbers.noDialog(),
    payByBank(),
]);

tour("numbers_blocked_refund", () => [
    Driver.scanCodes(["SN1", "SN2"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    ProductScreen.clickRefund(),
    { trigger: ".ticket-screen .order-row:contains('Paid')", run: "click" },
    Numpad.click("1"),
    TicketScreen.confirmRefund(),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys(["Escape"]),
    Numbers.popupIsClosed(),
    isRefused(),
    { trigger: ".o_missing_numbers .btn-light:contains('Back')", run: "click" },
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    // From the list of orders, which remembers that this one was to be paid.
    {
        content: "it was to be paid",
        trigger: "body",
        run: () => posmodel.getOrder().setScreenData({ name: "PaymentScreen" }),
    },
    Chrome.clickOrders(),
    { trigger: ".ticket-screen .order-row:contains('Payment')", run: "click" },
    TicketScreen.loadSelectedOrder(),
    isRefused(),
    { trigger: ".o_missing_numbers .btn-light:contains('Back')", run: "click" },
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    // The browser's own way back: nobody is asked until the payment is validated.
    goToPaymentAddress(),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    isRefused(),
    { trigger: ".o_missing_numbers .btn-light:contains('Back')", run: "click" },
    Numbers.noDialog(),
    // A reload, where the address leads there.
    refresh(),
    isRefused(),
    Numbers.completeNow(),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["SN2"]),
    Numbers.popupIsClosed(),
    PaymentScreen.clickValidate(),
    ReceiptScreen.receiptIsThere(),
]);

tour("numbers_silent_and_proposed", () => [
    product(PHONE),
    // Proposed, not applied: the next number in the removal order stands there.
    Numbers.popupIsOpen("1 of 1"),
    Numbers.popupHasNumbers("SN1"),
    Numbers.removeNumber("SN1"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    Numbers.clickPayment(),
    Numbers.noDialog(),
    payByBank(),
]);

tour("numbers_split_bill", () => [
    {
        content: "an order without a table",
        trigger: ".pos",
        run() {
            const order = posmodel.addNewOrder();
            posmodel.setOrder(order);
            posmodel.navigate("ProductScreen", { orderUuid: order.uuid });
        },
    },
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter", ..."SN3", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    product(TABLETS),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."LOT-A", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numpad.click("4"),
    Numbers.buttonIs(TABLETS, "green", "4 of 4"),
    ProductScreen.clickControlButton("Split"),
    { trigger: `.splitbill-screen .orderline:contains("${PHONE}")`, run: "click" },
    { trigger: `.splitbill-screen .orderline:contains("${TABLETS}")`, run: "click" },
    { trigger: `.splitbill-screen .pay-button button:contains("Split")`, run: "click" },
    // Which one goes along is asked; the first one is there already.
    Numbers.popupHasNumbers("SN1"),
    Numbers.apply(),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    {
        content: "back to what is left of the first bill",
        trigger: "body",
        run() {
            const left = posmodel.models["pos.order"].find(
                (o) => o.state === "draft" && o.lines.length
            );
            posmodel.setOrder(left);
            posmodel.navigate("ProductScreen", { orderUuid: left.uuid });
        },
    },
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.buttonIs(TABLETS, "green", "3 of 3"),
    Numbers.clickPayment(),
    payByBank(),
]);
