import { refresh } from "@point_of_sale/../tests/generic_helpers/utils";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as NumberPopup from "@point_of_sale/../tests/generic_helpers/number_popup_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { PHONE, TABLETS, payByBank, perform, product, tour } from "./utils/till_util";

const getTable = (number) =>
    posmodel.models["restaurant.table"].find((table) => table.table_number === number);

const getOpenOrder = (number) =>
    getTable(number)
        .getOrders()
        .find((order) => !order.finalized);

const openTable = (number) => [
    perform(`open table ${number}`, () => posmodel.setTableFromUi(getTable(number))),
    { content: `table ${number} is open`, trigger: ".product-screen" },
];

/** A course of the order that is open, and what is scanned for it. */
const addCourse = (name, ...codes) => [
    { content: "one more course", trigger: ".course-btn", run: "click" },
    { content: `${name} is chosen`, trigger: `.order-course-name:contains("${name}")` },
    Driver.scanCodes(codes),
    codes.map((code) => Numbers.cartHasNumber(code)),
];

/** Scan numbers into the popup that a click on the product opens. */
const add = (name, ...numbers) => [
    product(name),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys(numbers.flatMap((number) => [...number, "Enter"])),
    Numbers.popupHasNumbers(...numbers),
    Numbers.apply(),
];

/** The orders of two tables with a phone and tablets each come together on the second. */
const mergeTables = () => [
    { content: "the register is open", trigger: "body:not(:has(.modal)) .floor-screen" },
    openTable(1),
    add(PHONE, "SN1"),
    add(TABLETS, "LOT-A"),
    Numpad.click("2"),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    perform("save table 1", () => posmodel.syncAllOrders()),
    openTable(2),
    add(PHONE, "SN2", "SN3"),
    add(TABLETS, "LOT-A"),
    Numpad.click("3"),
    Numbers.buttonIs(TABLETS, "green", "3 of 3"),
    perform("save table 2", () => posmodel.syncAllOrders()),
    perform("move table 1 to table 2", () =>
        posmodel.mergeTableOrders(getOpenOrder(1).uuid, getTable(2))
    ),
    openTable(2),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Numbers.buttonIs(TABLETS, "green", "5 of 5"),
];

tour("numbers_merge_tables", () => [
    mergeTables(),
    Driver.screenshot("tables_merged"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_courses", () => [
    { content: "the register is open", trigger: "body:not(:has(.modal)) .floor-screen" },
    openTable(1),
    addCourse("Course 1", "SN1", "LOT-A"),
    addCourse("Course 2", "SN2"),
    Driver.scanCodes(["LOT-A"]),
    {
        content: "the lot is in both courses",
        trigger: '.product-screen:has(.lot-number:contains("LOT-A"):eq(1))',
    },
    Driver.screenshot("courses"),
    Driver.loseNextAnswer(),
    { content: "cook it", trigger: '.fire-btn:contains("Course 2")', run: "click" },
    { content: "the course is on its way", trigger: ".floor-screen, .modal" },
    perform("go on", () => document.querySelector(".modal .btn-primary")?.click()),
    perform("the order is sent again", () => posmodel.syncAllOrders()),
    openTable(1),
    { content: "more", trigger: '.order-course-name:contains("Course 2")', run: "click" },
    Driver.scanCodes(["SN3"]),
    Numbers.cartHasNumber("SN3"),
    Numbers.clickPayment(),
    payByBank(),
    Chrome.isSynced(),
]);

/** No letter of the long number is cut off by the receipt's edge. */
const isWhole = (number) => ({
    content: "the long number is whole on the receipt",
    trigger: `.pos-receipt .lot-number:contains("${number}")`,
    run({ anchor }) {
        const text = document.createRange();
        text.selectNodeContents(anchor);
        const paper = anchor.closest(".pos-receipt").getBoundingClientRect();
        if (text.getBoundingClientRect().right > paper.right) {
            throw new Error("The number is wider than the receipt");
        }
    },
});

const LONG = `SN3-${"0123456789".repeat(12)}`;

tour("numbers_bill_of_two_guests", () => [
    { content: "the register is open", trigger: "body:not(:has(.modal)) .floor-screen" },
    openTable(1),
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.scanCodes(["SN1", "SN2", LONG]),
    Numbers.popupHasNumbers("SN1", "SN2", LONG),
    Numbers.apply(),
    perform("save the order", () => posmodel.syncAllOrders()),
    perform("split the bill", () =>
        posmodel.navigate("SplitBillScreen", { orderUuid: posmodel.getOrder().uuid })
    ),
    {
        content: "one phone is for another guest",
        trigger: `.splitbill-screen .orderline:contains("${PHONE}")`,
        run: "click",
    },
    { content: "that guest pays", trigger: ".pay-split-order", run: "click" },
    Numbers.popupHasNumbers("SN1"),
    {
        content: "it is the one with the long number",
        trigger: `.o_numbers_candidates a:contains("${LONG}")`,
        run: "click",
    },
    Numbers.popupHasNumbers(LONG),
    Driver.screenshot("bill_split"),
    Numbers.apply(),
    payByBank(),
    isWhole(LONG),
    Driver.screenshot("long_number_on_receipt"),
    perform("open what is left of the bill", () => {
        const order = getOpenOrder(1);
        posmodel.setOrder(order);
        posmodel.navigate("ProductScreen", { orderUuid: order.uuid });
    }),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
    Chrome.isSynced(),
]);

/** Another device adds a serial, and a unit, to a table's phones; this one hears of it. */
const addElsewhere = (table, lot_name, qty) =>
    perform(`another device adds ${lot_name}`, async () => {
        const order = getOpenOrder(table);
        const line = order.lines.find(({ product_id }) => product_id.display_name === PHONE);
        const amount = qty * line.price_unit;
        const pack_lot_ids = [[0, 0, { lot_name, quantity: 1, uuid: crypto.randomUUID() }]];
        const values = { qty, price_subtotal: amount, price_subtotal_incl: amount, pack_lot_ids };
        // The till reads what is younger by a second than what it has.
        await new Promise((resolve) => setTimeout(resolve, 1100));
        await posmodel.env.services.orm.call("pos.order", "sync_from_ui", [
            [
                {
                    id: order.id,
                    uuid: order.uuid,
                    access_token: order.access_token,
                    state: "draft",
                    session_id: posmodel.session.id,
                    user_id: posmodel.user.id,
                    lines: [[1, line.id, values]],
                },
            ],
        ]);
        await posmodel.deviceSync.readDataFromServer();
    });

const tableOnFloor = (number) => `.floor-map .table:has(.label:contains("${number}"))`;

const frame = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Drag a table onto another one: it is told where it may be put before it is dropped. */
const dragTogether = (child, parent) => [
    {
        content: `drag table ${child} onto table ${parent}`,
        trigger: tableOnFloor(child),
        async run({ anchor, hover, waitFor }) {
            const { drag } = odoo.loader.modules.get("@odoo/hoot-dom");
            const { drop, moveTo } = await drag(anchor);
            await frame();
            await hover(anchor, { position: { top: 20, left: 20 }, relative: true });
            for (const position of ["top", "center"]) {
                await frame();
                await moveTo(await waitFor(tableOnFloor(parent)), { position, relative: true });
            }
            // Core takes them for meant together after a moment.
            await new Promise((resolve) => setTimeout(resolve, 700));
            await drop();
        },
    },
    { content: "they are together", trigger: `${tableOnFloor(child)} .info.opacity-25` },
];

const dragApart = (child) => [
    {
        content: `drag table ${child} away`,
        trigger: tableOnFloor(child),
        run: ({ drag_and_drop }) =>
            drag_and_drop("div.floor-map", { position: { bottom: 0 }, relative: true }),
    },
    { content: "they are apart", trigger: ".floor-map:not(:has(.info.opacity-25))" },
];

const isAmber = (name, word) => ({
    content: `${name} is amber: ${word}`,
    trigger: `.orderline:contains("${name}") button.line-lot-icon.text-warning:contains("${word}")`,
});

const isNoCandidate = (name) => ({
    content: `${name} is not offered`,
    trigger: `.o_numbers_candidates:not(:contains("${name}"))`,
});

tour("numbers_of_two_devices", () => [
    { content: "the register is open", trigger: "body:not(:has(.modal)) .floor-screen" },
    openTable(1),
    Driver.scanCodes(["SN1", "LOT-A"]),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    // What another device has entered is looked up, also after a reload.
    openTable(2),
    isAmber(PHONE, "sold already"),
    Numbers.buttonIs(TABLETS, "red", "0 of 2"),
    refresh(),
    openTable(2),
    isAmber(PHONE, "sold already"),
    Numbers.buttonIs(TABLETS, "red", "0 of 2"),
    Numbers.openButton(TABLETS),
    Driver.scanCodes(["LOT-A"]),
    Numbers.apply(),
    Numbers.openButton(PHONE),
    Numbers.numberHasStatus("SN3", "on hand here"),
    Numbers.numberHasStatus("GONE1", "at a customer already"),
    Numbers.removeNumber("GONE1"),
    // The serial of another table is not offered, and says where it is.
    { content: "SN2 is offered", trigger: `.o_numbers_candidates a:contains("SN2")` },
    isNoCandidate("SN1"),
    Driver.scanCodes(["SN1"]),
    Numbers.numberHasStatus("SN1", "also in the open order T 1"),
    Driver.screenshot("on_another_table"),
    Numbers.removeNumber("SN1"),
    Driver.scanCodes(["SN2", "SN4"]),
    Numbers.popupHasNumbers("SN3", "SN2", "SN4"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    perform("save the order", () => posmodel.syncAllOrders()),
    // Another device adds a serial while this one does.
    Numbers.openButton(PHONE),
    Driver.scanCodes(["SN6"]),
    Numbers.popupIsOpen("4 of 4"),
    addElsewhere(2, "SN5", 4),
    Numbers.popupIsOpen("5 of 4"),
    { content: "it says so", trigger: ".o_numbers_raise:contains('5')", run: "click" },
    Numbers.popupIsOpen("5 of 5"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "5 of 5"),
    // The tables are dragged together, and apart.
    Chrome.clickPlanButton(),
    dragTogether(2, 1),
    openTable(1),
    Numbers.buttonIs(PHONE, "green", "6 of 6"),
    Numbers.buttonIs(TABLETS, "green", "3 of 3"),
    Chrome.clickPlanButton(),
    dragApart(2),
    openTable(2),
    Numbers.buttonIs(PHONE, "green", "5 of 5"),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    // One guest pays a phone, with a tip; the others pay the rest in parts.
    ProductScreen.clickControlButton("Split"),
    {
        content: "one phone",
        trigger: `.splitbill-screen .orderline:contains("${PHONE}")`,
        run: "click",
    },
    { content: "that guest pays", trigger: ".pay-split-order", run: "click" },
    Numbers.popupIsOpen("1 of 1"),
    {
        content: "it is SN5",
        trigger: `.o_numbers_candidates a:contains("SN5")`,
        run: "click",
    },
    Numbers.popupHasNumbers("SN5"),
    Numbers.apply(),
    PaymentScreen.clickTipButton(),
    NumberPopup.enterValue("5"),
    Dialog.confirm(),
    payByBank(),
    ReceiptScreen.clickContinueOrder(),
    { content: "back to the order", trigger: ".splitbill-screen .button.back", run: "click" },
    Numbers.buttonIs(PHONE, "green", "4 of 4"),
    Numbers.clickPayment(),
    PaymentScreen.enterPaymentLineAmount("Cash", "100"),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    { content: "the tables are there", trigger: ".floor-screen" },
    openTable(1),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Numbers.clickPayment(),
    payByBank(),
    Chrome.isSynced(),
]);

/** Apply in the popup of a combo's item; that of the next item is there at once. */
const applyAndGoOn = () => [
    { content: "apply", trigger: ".o_numbers_apply", run: "click" },
    { content: "the next item", trigger: `.modal:has(.o_numbers_popup):contains("${TABLETS}")` },
];

tour("numbers_combo", () => [
    product("Starter set"),
    // Its tracked items are asked for one after the other.
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", ..."SN2", "Enter"]),
    Numbers.popupHasNumbers("SN1"),
    Numbers.isRejected("Remove one first"),
    Driver.screenshot("combo_popup"),
    { trigger: ".o_numbers_input", run: "clear" },
    applyAndGoOn(),
    // Its last number closes the popup.
    Driver.pressKeys([..."LOT-A", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "1 of 1"),
    Numbers.buttonIs(TABLETS, "green", "1 of 1"),
    Driver.screenshot("combo_cart"),
    // More sets: the items ask for more numbers.
    Numpad.click("2"),
    Numbers.buttonIs(PHONE, "red", "1 of 2"),
    Numbers.openButton(PHONE),
    Driver.pressKeys([..."SN2", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "green", "2 of 2"),
    Numbers.buttonIs(TABLETS, "green", "2 of 2"),
    Numbers.clickPayment(),
    payByBank(),
]);

tour("numbers_combo_without", () => [
    product("Starter set"),
    Numbers.popupIsOpen("0 of 1"),
    applyAndGoOn(),
    Driver.pressKeys([..."LOT-A", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.buttonIs(PHONE, "red", "0 of 1"),
    Numbers.clickPayment(),
    Numbers.missingDialogShows(PHONE, "1 missing"),
    Numbers.continueWithout(),
    payByBank(),
]);
