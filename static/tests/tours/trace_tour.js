import { registry } from "@web/core/registry";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Driver from "./utils/driver_util";

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

registry.category("web_tour.tours").add("numbers_trace_at_till", {
    steps: () =>
        [
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
            sees("who has it", "to a customer not known"),
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
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("numbers_trace_in_back_office", {
    steps: () =>
        [
            {
                content: "the field has the focus",
                trigger: ".o_trace_input:focus",
                run: "edit sn1",
            },
            { content: "search", trigger: ".o_trace_search.btn", run: "click" },
            rowsAre(...LIFE),
            sees("who has it", "to a customer not known"),
            sees("whom it came from", "Supplier: Secret Supplies"),
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
        ].flat(Infinity),
});
