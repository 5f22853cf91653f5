import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Driver from "@pos_lot_traceability/../tests/tours/utils/driver_util";
import * as Numbers from "@pos_lot_traceability/../tests/tours/utils/numbers_util";
import {
    CREAM,
    PHONE,
    TABLETS,
    payByBank,
    product,
    tour,
} from "@pos_lot_traceability/../tests/tours/utils/till_util";

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
    Numbers.cartHasNumber("SN SN1"),
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
    Numbers.cartHasNumber("SN SN4"),
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
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "sold already"),
    Numbers.continueWithout(),
    payByBank(),
]);

tour("numbers_scan_gs1", () => [
    Driver.scanCodes(["010590123412345721SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.cartHasNumber("SN SN1"),
    Driver.scanCodes(["(01)05901234123457(21)SN2"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Driver.scanCodes(["https://id.example.com/01/05901234123457/21/SN3?17=271231"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    // FNC1 as keyboard scanners send it: Ctrl+].
    Driver.scanCodes(["010590123412346410P2409\u001d17270612"]),
    Numbers.cartHasNumber("P2409: 1"),
    // Also in the popup, and what is damaged is named there.
    product(CREAM),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["010590123412347110C9\u001d17270932"]),
    Numbers.isRejected("part (17) is no date"),
    { trigger: ".o_numbers_input", run: "clear" },
    Driver.scanCodes(["010590123412347110C1\u001d17270930"]),
    Numbers.popupHasNumbers("C1"),
    Numbers.apply(),
    // A carton brings its units.
    Driver.scanCodes(["011590123412346110P2409"]),
    Numbers.cartHasNumber("P2409: 13"),
    Driver.scanCodes(["01059012341234713103001250" + "10C1"]),
    Numbers.cartHasNumber("C1: 1.25"),
    Driver.screenshot("scan_gs1"),
    linesAre(4), // kilograms are not grouped
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

tour("numbers_search", () => [
    // A number in the search box finds its product, which comes with it.
    ProductScreen.searchProduct("SN-ONE"),
    {
        content: "only the product of the number is shown",
        trigger: `.product-list:has(article.product:contains("${PHONE}")):not(:has(article.product:contains("${TABLETS}")))`,
    },
    product(PHONE),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.cartHasNumber("SN SN-ONE"),
    Driver.scanCodes(["SN-TWO"]),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
]);
