import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { delay } from "@web/core/utils/concurrency";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { PHONE, payByBank, product, tour } from "./utils/till_util";
import { registerTour } from "./utils/tour_util";

const DIALOG = ".modal .o_number_trace_dialog";

/** The rows are exactly these kinds, the newest first. */
function rowsAre(...kinds) {
    return {
        content: `the life is ${kinds.join(", ")}`,
        trigger: `.o_trace_row:eq(${kinds.length - 1})`,
        run() {
            const shown = [...document.querySelectorAll(".o_trace_row")].map(
                (row) => row.dataset.kind
            );
            if (JSON.stringify(shown) !== JSON.stringify(kinds)) {
                throw new Error(`expected ${kinds}, found ${shown}`);
            }
        },
    };
}

const sees = (content, text) => ({ content, trigger: `.o_number_trace:contains("${text}")` });

const LIFE = ["sale", "refund", "sale", "receipt"];

registerTour("numbers_trace_at_till", () => [
    Chrome.startPoS(),
    Chrome.clickMenuButton(),
    { content: "open Trace", trigger: ".o_trace_menu", run: "click" },
    { content: "the field has the focus", trigger: `${DIALOG} .o_trace_input:focus` },
    Driver.scanCodes(["NOBODY-1"], { suffix: "Enter" }),
    {
        content: "nobody knows it",
        trigger: `${DIALOG} .o_trace_unknown:contains("NOBODY-1")`,
    },
    Driver.scanCodes(["SN1"], { suffix: "Enter" }),
    rowsAre(...LIFE),
    sees("who has it", "to an unknown customer"),
    sees("who had it", "Customer: Ada"),
    sees("the warranty", "Warranty until"),
    {
        content: "no supplier is named",
        trigger: `${DIALOG}:not(:contains("Secret Supplies"))`,
    },
    Driver.screenshot("trace_till"),
    { content: "claim", trigger: `${DIALOG} .o_trace_claim`, run: "click" },
    { content: "it is noted", trigger: `${DIALOG} .o_trace_message:contains("noted")` },
    { content: "go to the sale", trigger: `${DIALOG} .o_trace_order`, run: "click" },
    {
        content: "its order is listed",
        trigger: ".ticket-screen .order-row.highlight, .ticket-screen .order-row.active",
    },
    { content: "Trace has closed", trigger: "body:not(:has(.modal))" },
]);

registerTour("numbers_trace_in_back_office", () => [
    {
        content: "the field has the focus",
        trigger: ".o_trace_input:focus",
        run: "edit sn1",
    },
    { content: "search", trigger: ".o_trace_search.btn", run: "click" },
    rowsAre(...LIFE),
    sees("who has it", "to an unknown customer"),
    sees("whom it came from", "Vendor: Secret Supplies"),
    Driver.screenshot("trace_back_office"),
    {
        content: "each row is a link",
        trigger: ".o_trace_row[data-kind=receipt] .o_trace_link",
        run: "click",
    },
    {
        content: "the receipt opens",
        trigger: ".o_form_view .o_field_widget[name=partner_id]",
    },
]);

// -------------------------------------------------- a phone's life, from its receipt to its repair

/** Sell phones by scanning into the popup. */
const sell = (names, ...beforePayment) => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(names),
    Numbers.popupHasNumbers(...names),
    Driver.pressKeys(["Enter"]),
    Numbers.popupIsClosed(),
    beforePayment,
    Numbers.clickPayment(),
    payByBank(),
];

const CODE = ".pos-receipt .o_number_page_code img[src^='data:image']";

tour("life_sold_to_ada", () => [
    sell(
        ["SN1", "SN3"],
        ProductScreen.clickPartnerButton(),
        ProductScreen.clickCustomer("Ada Buyer")
    ),
    { content: "the receipt has the code", trigger: CODE },
    Driver.note("receipt of Ada", ".pos-receipt"),
    ReceiptScreen.clickNextOrder(),
]);

tour("life_sold_to_nobody_known", () => [
    sell(["SN2"]),
    Driver.note("receipt of nobody known", ".pos-receipt"),
    ReceiptScreen.clickNextOrder(),
]);

registerTour("life_came_back", () => [
    Chrome.startPoS(),
    // Scanned on the order screen, a sold unit opens its sale, chosen to come back.
    Chrome.clickOrders(),
    { content: "the order screen is there", trigger: ".ticket-screen .orders" },
    Driver.scanCodes(["SN1"]),
    TicketScreen.toRefundTextContains("1"),
    TicketScreen.confirmRefund(),
    Numbers.popupIsClosed(),
    payByBank(),
    Driver.note("receipt of the refund", ".pos-receipt"),
    ReceiptScreen.clickNextOrder(),
]);

registerTour("life_sold_again", () => [
    Chrome.startPoS(),
    Driver.scanCodes(["SN1"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    { content: "the receipt has the code", trigger: CODE },
    Driver.note("receipt of the resale", ".pos-receipt"),
    ReceiptScreen.clickNextOrder(),
]);

const scanForTrace = (dialog, name) => [
    { content: "the field has the focus", trigger: `${dialog} .o_trace_input:focus` },
    Driver.scanCodes([name]),
    { content: `${name} is shown`, trigger: `${dialog} .o_trace_card h4:contains("${name}")` },
];

const noteTrace = (place, name) => [
    Driver.note(`card of ${name} ${place}`, ".o_trace_card"),
    Driver.note(`rows of ${name} ${place}`, ".o_trace_row"),
];

registerTour("life_at_the_till", () => [
    Chrome.startPoS(),
    // Who scans a sold unit where one sells gets an answer with buttons.
    Driver.scanCodes(["SN1"]),
    { trigger: ".o_number_sold:contains('already sold in')" },
    Driver.note("answer to a sold unit", ".o_number_sold .o_notification_content"),
    {
        content: "one answer is enough",
        trigger: "body:not(:has(.o_scan_undo))",
        async run() {
            await delay(500); // an offer to undo would come after a pause
            if (document.querySelector(".o_scan_undo")) {
                throw new Error("two offers to take it off");
            }
        },
    },
    Driver.screenshot("sold_unit"),
    { trigger: ".o_number_sold button:contains('Take off')", run: "click" },
    { content: "it is off again", trigger: ".product-screen:not(:has(.orderline))" },
    Driver.scanCodes(["SN1"]),
    { trigger: ".o_number_sold button:contains('Trace')", run: "click" },
    { content: "Trace shows it", trigger: `${DIALOG} .o_trace_card h4:contains("SN1")` },
    noteTrace("at the till", "SN1"),
    scanForTrace(DIALOG, "SN2"),
    noteTrace("at the till", "SN2"),
    {
        content: "reprint its receipt",
        trigger: `${DIALOG} .o_trace_reprint`,
        async run(helpers) {
            const printed = new Promise((resolve) => (window.print = resolve));
            helpers.click();
            const el = await printed;
            await Driver.noteText("reprint", el.textContent);
        },
    },
    { trigger: `${DIALOG} .o_trace_close`, run: "click" },
    Numbers.noDialog(),
]);

registerTour("life_claimed", () => [
    scanForTrace(".o_number_trace_action", "SN1"),
    noteTrace("before the repair", "SN1"),
    { content: "claim", trigger: ".o_trace_claim", run: "click" },
    { content: "the repair is filled in", trigger: ".o_form_view" },
    { content: "save it", trigger: ".o_form_button_save", run: "click" },
    { content: "it is saved", trigger: ".o_form_saved" },
]);

registerTour("life_in_the_back_office", () => [
    scanForTrace(".o_number_trace_action", "SN1"),
    noteTrace("in the back office", "SN1"),
    scanForTrace(".o_number_trace_action", "SN2"),
    noteTrace("in the back office", "SN2"),
    { content: "go to the lot", trigger: ".o_trace_open_lot", run: "click" },
    Driver.note("warranty on the lot", ".o_field_widget[name=pos_warranty]"),
]);
