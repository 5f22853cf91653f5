import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { CREAM, PHONE, TABLETS, payByBank, tour } from "./utils/till_util";

const ASKED = ".modal .o_order_numbers";

const openOrder = () => [
    ...ProductScreen.clickControlButton("Quotation/Order"),
    {
        content: "select the first order",
        trigger:
            ".modal:not(.o_inactive_modal) .o_list_table tbody tr.o_data_row:eq(0) td, " +
            ".modal:not(.o_inactive_modal) .o_kanban_record:not(.o_kanban_ghost):eq(0)",
        run: "click",
    },
];

const settle = () => ({
    content: "settle it",
    trigger: ".modal:not(.o_inactive_modal) .selection-item:contains('Settle the order')",
    run: "click",
});

const asksFor = (product, count, ...names) => [
    {
        content: `${product}: ${count} can be loaded`,
        trigger:
            `${ASKED} .o_order_numbers_line:contains("${product}")` +
            `:has(.o_order_numbers_count:contains(/^\\s*${count}\\s*$/))`,
    },
    ...names.map((name) => ({
        content: `the preview has ${name}`,
        trigger: `${ASKED} .o_order_number:contains("${name}")`,
    })),
];

const isUnavailable = (name, reason) => ({
    content: `${name}: ${reason}`,
    trigger: `${ASKED} .o_order_number_unavailable:contains("${name}"):contains("${reason}")`,
});

const answer = (yes) => [
    { trigger: `${ASKED} ${yes ? ".o_load_numbers" : ".o_load_without"}`, run: "click" },
    { content: "asked once", trigger: "body:not(:has(.modal))" },
];

tour("order_numbers_serials_and_split_lot", () => [
    openOrder(),
    settle(),
    asksFor(PHONE, "2 of 2", "SN1", "SN2"),
    asksFor(TABLETS, "6 of 6", "LOT-A", "LOT-B"),
    Driver.screenshot("order_numbers"),
    answer(true),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.buttonIs(TABLETS, "green", "6 of 6"),
    Numbers.cartHasNumber("LOT-A: 5"),
    Numbers.cartHasNumber("LOT-B: 1"),
    Driver.screenshot("order_cart"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("order_numbers_quotation", () => [
    openOrder(),
    settle(),
    asksFor(PHONE, "2 of 2", "SN2", "SN3"),
    answer(true),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    // Adjusting is the same button and popup as everywhere.
    Numbers.openButton(PHONE),
    Numbers.popupHasNumbers("SN2", "SN3"),
    Numbers.numberHasStatus("SN2", "on hand here"),
    Numbers.removeNumber("SN2"),
    Driver.pressKeys([..."SN1", "Enter"]),
    Numbers.popupHasNumbers("SN3", "SN1"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("order_numbers_half_delivered", () => [
    openOrder(),
    settle(),
    asksFor(PHONE, "3 of 3", "SN3", "SN4", "SN5"),
    answer(false),
    Numbers.buttonIs(PHONE, "red", "0 of 3"),
    Numbers.openButton(PHONE),
    Driver.pressKeys([..."SN3", "Enter", ..."SN4", "Enter", ..."SN5", "Enter"]),
    Numbers.popupHasNumbers("SN3", "SN4", "SN5"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("order_numbers_not_available", () => [
    openOrder(),
    settle(),
    asksFor(PHONE, "1 of 2", "SN2"),
    isUnavailable("SN1", "reserved for"),
    Driver.screenshot("order_numbers_not_available"),
    answer(true),
    Numbers.buttonIs(PHONE, "red", "1 of 2"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "1 missing"),
    Numbers.continueWithout(),
    payByBank(),
]);

tour("order_numbers_not_grouped", () => [
    openOrder(),
    settle(),
    asksFor(CREAM, "2.50 of 2.50", "C1", "C2"),
    answer(true),
    {
        content: "three lines, all green",
        trigger: ".order-container:has(.orderline:eq(2) button.line-lot-icon.text-success)",
    },
    { content: "none is red", trigger: "body:not(:has(.line-lot-icon.text-danger))" },
    Driver.screenshot("order_cart_not_grouped"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("order_numbers_connection_lost", () => [
    openOrder(),
    { trigger: ".modal:not(.o_inactive_modal) .selection-item:contains('Settle the order')" },
    Driver.setNetwork(false),
    settle(),
    {
        content: "the cashier is told",
        trigger: ".modal:contains('The order was not loaded'):contains('does not answer')",
    },
    Dialog.confirm("Ok"),
    { content: "nothing was loaded", trigger: "body:not(:has(.orderline))" },
    { content: "no customer either", trigger: ".set-partner:not(:contains('Ada'))" },
    Driver.setNetwork(true),
    openOrder(),
    settle(),
    asksFor(PHONE, "1 of 1", "SN1"),
    { content: "by keyboard", trigger: `${ASKED} .o_load_nothing`, run: "click" },
    {
        content: "back: nothing was loaded",
        trigger: "body:not(:has(.orderline)):not(:has(.modal))",
    },
    openOrder(),
    settle(),
    answer(true),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("order_numbers_loaded_twice", () => [
    openOrder(),
    settle(),
    answer(true),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "8 of 8"),
    openOrder(),
    settle(),
    isUnavailable("SN1", "already in this cart"),
    answer(true),
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    {
        content: "twice 8 of a lot of 10 are on no line green",
        trigger:
            `.order-container:not(:has(.orderline:contains("${TABLETS}") .text-success))` +
            ` .orderline:contains("${TABLETS}") button.text-warning:contains("only 10 here")`,
    },
    Numbers.clickPayment(),
    Numbers.missingDialogShows(TABLETS, "only 10 here"),
    Numbers.continueWithout(),
    payByBank(),
]);

tour("order_numbers_on_a_phone", () => [
    { content: "the buttons are beside the cart", trigger: ".review-button", run: "click" },
    openOrder(),
    settle(),
    asksFor(PHONE, "1 of 2", "SN1"),
    asksFor(TABLETS, "5 of 6", "LOT-A"),
    Driver.screenshot("order_numbers_phone"),
    Driver.pressKeys(["Enter"]),
    Numbers.noDialog(),
    Numbers.buttonIs(PHONE, "red", "1 of 2"),
    Numbers.buttonIs(TABLETS, "red", "5 of 6"),
    Numbers.clickPayment(),
    Numbers.continueWithout(),
    payByBank(),
]);
