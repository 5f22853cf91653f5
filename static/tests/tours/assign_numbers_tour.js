import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Driver from "./utils/driver_util";
import { registerTour as tour } from "./utils/tour_util";

const TEXT = ".modal .o_field_widget[name=text] textarea";

const click = (content, trigger) => ({ content, trigger, run: "click" });

const dialogIsClosed = () => ({ content: "no dialog is open", trigger: "body:not(:has(.modal))" });

const openShop = () => click("open the shop's group", ".o_group_header");

const openOldestLine = () =>
    click("open the oldest line that waits", ".o_data_row:eq(0) .o_data_cell[name=product_id]");

const assign = () => click("assign", ".modal footer button[name=action_assign]:visible");

// ------------------------------------------------------------------------- ten orders

let lastOrder = "";

/** The dialog stays while the next line is loaded into it: wait for that line. */
async function waitForNextLine() {
    for (let tries = 0; tries < 50; tries++) {
        const order = document.querySelector(".modal .o_field_widget[name=order_id]")?.textContent;
        const field = document.querySelector(TEXT);
        if (order && order !== lastOrder && field && !field.value) {
            lastOrder = order;
            field.focus();
            await new Promise((resolve) => setTimeout(resolve, 300));
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the next line did not come");
}

tour("numbers_assign_ten", () => [
    openShop(),
    Driver.screenshot("worklist"),
    openOldestLine(),
    Array.from({ length: 10 }, (_, index) => [
        {
            content: `line ${index + 1} is there, its field for numbers is empty`,
            trigger: TEXT,
            run: () => waitForNextLine(),
        },
        {
            content: `the dialog says where in the list it is`,
            trigger: `.modal .o_pos_number_progress:contains("${index + 1} of 10")`,
        },
        index === 1 ? Driver.screenshot("assign") : [],
        // Serial numbers as such and in GS1 codes, by scanners that end with Enter or Tab.
        Driver.scanCodes([index % 2 ? `]C1010590123412345721SN${index + 1}` : `SN${index + 1}`], {
            suffix: index % 3 ? "Enter" : "Tab",
        }),
    ]),
    // Each line that is complete went on by itself.
    dialogIsClosed(),
    {
        content: "the end of the list is told",
        trigger: ".o_notification:contains('all are done')",
    },
    { content: "nothing waits any more", trigger: ".o_list_view:not(:has(.o_data_row))" },
]);

/** What is pasted is there only after the event, and without any key. */
const paste = (text) => ({
    content: `paste ${text}`,
    trigger: `${TEXT}:focus`,
    run() {
        const field = document.querySelector(TEXT);
        field.dispatchEvent(new ClipboardEvent("paste", { bubbles: true }));
        document.execCommand("insertText", false, text);
    },
});

const placeInRound = (place) => ({
    content: `the dialog is at ${place}, its field has the focus`,
    trigger: `.modal:has(.o_pos_number_progress:contains("${place}")) ${TEXT.slice(7)}:focus:value(/^$/)`,
});

tour("numbers_round", () => [
    openShop(),
    openOldestLine(),
    placeInRound("1 of 3"),
    Driver.pressKeys(["Alt+k"]),
    placeInRound("2 of 3"),
    paste("SN2\nNOWHERE-1\n"),
    {
        content: "without Enter, the new one is told before the known one, with its count",
        trigger:
            ".o_pos_number_preview:contains('1 new'):contains('1 known') tbody tr:eq(0):contains('NOWHERE-1')",
    },
    { content: "empty the field", trigger: TEXT, run: "clear" },
    paste("SN2"),
    {
        content: "only the known one is left",
        trigger: ".o_pos_number_preview:contains('1 of 1 units'):contains('Can be assigned')",
    },
    Driver.pressKeys(["Alt+w"]),
    {
        content: "what was done is told",
        trigger: ".o_notification:contains('SN2 is assigned')",
    },
    placeInRound("3 of 3"),
    Driver.pressKeys(["Alt+k"]),
    {
        content: "the end of the list is told, and what is left",
        trigger: ".o_notification:contains('Lines that still wait: 2')",
    },
    dialogIsClosed(),
    {
        content: "two lines wait",
        trigger: ".o_list_view:has(.o_data_row:eq(1)):not(:has(.o_data_row:eq(2)))",
    },
]);

/** What the browser was asked to print last. */
let printed = "";

tour("numbers_reprint_ten", () => [
    Chrome.startPoS(),
    Chrome.clickOrders(),
    TicketScreen.selectFilter("Paid"),
    TicketScreen.search("Customer", "Ada"),
    {
        content: "ten orders of the other till are listed",
        trigger: ".ticket-screen .order-row:eq(9)",
        run() {
            window.print = (el) => (printed = (el || document.body).textContent);
        },
    },
    Array.from({ length: 10 }, (_, index) => [
        click(`select order ${index + 1}`, `.ticket-screen .order-row:eq(${index})`),
        {
            content: "it is selected",
            trigger: `.ticket-screen .order-row:eq(${index}).highlight, .ticket-screen .order-row:eq(${index}).active`,
            run: () => (printed = ""),
        },
        click("print it again", ".ticket-screen .control-button:contains('Print Receipt')"),
        {
            content: "the receipt shows its number",
            trigger: "body",
            async run() {
                // Newest first.
                const number = new RegExp(`SN${10 - index}(?!\\d)`);
                for (let tries = 0; tries < 50 && !printed; tries++) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                if (!number.test(printed)) {
                    throw new Error(`no ${number} on: ${printed}`);
                }
            },
        },
    ]),
]);

// ----------------------------------------------------------------------- a clerk's pile

/** What the test has put in stock, see `test_clerk`: 24 boxes of three shops and one return. */
const PILE = [
    ...Array.from({ length: 8 }, (_, index) => [`A${index}`, `B${index}`, `C${index}`]).flat(),
    "BACK2",
];

const scanField = () => ({
    content: "the field for scans has the focus, no dialog is open",
    trigger: "body:not(:has(.modal)) .o_pos_number_scan input:focus",
});

const soldBar = (number) => ({
    content: `${number} is told to be on a receipt, beside the field`,
    trigger: `.o_pos_number_sold:contains("${number}"):contains("receipt")`,
});

/** X1 and X2 were handed out crosswise: a customer has told it. */
const exchangeCrossed = () => [
    scanField(),
    Driver.scanCodes(["X1"]),
    soldBar("X1"),
    scanField(),
    Driver.screenshot("worklist_sold"),
    Driver.pressKeys(["Alt+c"]),
    {
        content: "the dialog of its sale is there, the field for the right number has the focus",
        trigger: ".modal:has([name=old_name]:contains('X1')) [name=new_name] input:focus",
    },
    Driver.scanCodes(["X2"]),
    {
        content: "the other receipt has it: an exchange is offered",
        trigger: ".modal [name=exchange_offer]:contains('X2 stands on receipt')",
    },
    Driver.screenshot("exchange"),
    Driver.pressKeys(["Alt+q"]),
    {
        content: "what was done is told",
        trigger: ".o_notification:contains('has X2 now'):contains('has X1')",
    },
    dialogIsClosed(),
];

tour("numbers_clerk", () => [
    exchangeCrossed(),
    PILE.map((number, index) => [
        scanField(),
        // Scanned once more, the box before holds nobody up.
        index === 5 ? [Driver.scanCodes([PILE[4]]), soldBar(PILE[4]), scanField()] : [],
        Driver.scanCodes([number]),
        {
            content: `${number} has opened its line, filled in and known`,
            trigger: `.modal .o_pos_number_good:contains("Can be assigned")`,
        },
        {
            content: "the cursor stands on an empty row",
            trigger: `${TEXT}:focus:value(/${number}/)`,
        },
        Driver.pressKeys(["Enter"]),
        {
            content: `${number} is told to be assigned`,
            trigger: `.o_notification:contains("${number} is assigned")`,
        },
    ]),
    scanField(),
    Driver.screenshot("worklist_scan"),
    // Three boxes are lost, one in each shop: select them, and close them without number.
    // The titles of the list come first, as from the search bar.
    Driver.pressKeys(["ArrowDown", "ArrowDown"]),
    Array.from({ length: 3 }, (_, index) => [
        {
            content: `shop ${index + 1} of the list has the focus, folded`,
            trigger: `.o_group_header:not(.o_group_open):has(:focus), .o_group_header:not(.o_group_open):focus-within`,
        },
        Driver.pressKeys(["Enter"]),
        { content: "its line is there", trigger: `.o_data_row:eq(${index})` },
        Driver.pressKeys(["ArrowDown", "Shift+Space"]),
        { content: "it is selected", trigger: `.o_data_row_selected:eq(${index})` },
        index < 2 ? Driver.pressKeys(["ArrowDown"]) : [],
    ]),
    Driver.pressKeys(["Alt+w"]),
    {
        content: "the reason has the focus; the lines are listed",
        trigger: ".modal:has(.o_data_row:eq(2)) .o_field_widget[name=reason] input:focus",
    },
    Driver.pressKeys([..."The boxes are gone", "Alt+q"]),
    {
        content: "what was done is told",
        trigger: ".o_notification:contains('Closed without number: lines: 3, orders: 3')",
    },
    dialogIsClosed(),
    { content: "nothing waits any more", trigger: ".o_list_view:not(:has(.o_data_row))" },
]);

// ------------------------------------------------------------------------- CSV import

/** Choose a file, as the browser does when a person has picked one. */
const importFile = (content) => ({
    content: "import a file",
    trigger: ".modal .o_field_widget[name=file]",
    run() {
        const input = document.querySelector(".modal .o_field_widget[name=file] input[type=file]");
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], "numbers.csv", { type: "text/csv" }));
        input.files = transfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    },
});

const BAD_FILE = "Serial Number;Qty;Product\r\nSN1;1;Phone\r\nLOT-A;1;Phone\r\nSN3;1;Phone\r\n";

const importBadFile = () => [
    importFile(BAD_FILE),
    {
        content: "the bad row comes first, with its place and the reason",
        trigger:
            ".o_pos_number_preview tbody tr:eq(0):contains('2'):contains('LOT-A'):contains('another product')",
    },
    { content: "the others are good", trigger: ".o_pos_number_preview:contains('2 of 3 units')" },
];

tour("numbers_import_bad_file", () => [
    openShop(),
    openOldestLine(),
    importFile("Lot;Qty\n"),
    {
        content: "a file without numbers is named as such",
        trigger: ".modal:contains('There are no numbers in this file')",
    },
    click("close the message", ".modal:contains('There are no numbers') footer button"),
    importBadFile(),
    Driver.screenshot("import_bad"),
    assign(),
    {
        content: "nothing is assigned, and the reason is told",
        trigger: ".modal:contains('Nothing was assigned'):contains('LOT-A: ')",
    },
    click("close the message", ".modal:contains('Nothing was assigned') footer button"),
    { content: "what was imported is still there", trigger: `${TEXT}:value(/LOT-A/)` },
    click("give up", ".modal footer button:contains('Discard')"),
    dialogIsClosed(),
]);

tour("numbers_import_corrected", () => [
    openShop(),
    openOldestLine(),
    importBadFile(),
    {
        content: "go into the bad row",
        trigger: TEXT,
        run() {
            const field = document.querySelector(TEXT);
            field.focus();
            field.setSelectionRange(field.value.indexOf("LOT-A"), field.value.indexOf("LOT-A") + 5);
        },
    },
    Driver.scanCodes(["SN2"], { suffix: "" }),
    { content: "the row is another", trigger: `${TEXT}:value(/SN1\\nSN2\\nSN3/)` },
    click("leave the field", ".modal h2"),
    { content: "all are good", trigger: ".o_pos_number_preview:contains('3 of 3 units')" },
    assign(),
    dialogIsClosed(),
    { content: "nothing waits any more", trigger: ".o_list_view:not(:has(.o_data_row))" },
]);

// -------------------------------------------------------------------- flags to review

const flagged = (name) => `.o_data_row:has(.o_data_cell[name=lot_name]:contains(/^${name}$/))`;

const isGone = (name) => ({
    content: `${name} is dealt with`,
    trigger: `.o_list_view:not(:has(${flagged(name)}))`,
});

tour("numbers_review", () => [
    {
        content: "a sentence says what happened and what to do",
        trigger: `${flagged("SNX")}:contains("Nobody had received"):contains("mistyped")`,
    },
    Driver.screenshot("review"),
    click("correct the mistyped number", `${flagged("SNX")} button[name=action_correct]`),
    {
        content: "the dialog names the wrong number and its product",
        trigger:
            ".modal:has([name=old_name]:contains('SNX')):has([name=product_id]:contains('Phone'))",
    },
    click("into the right number", ".modal .o_field_widget[name=new_name] input"),
    Driver.scanCodes(["LOT-A"]),
    {
        content: "a wrong one is refused before it is taken",
        trigger: ".modal .text-danger:contains('another product')",
    },
    { trigger: ".modal .o_field_widget[name=new_name] input", run: "clear" },
    Driver.scanCodes(["]C1010590123412345721SN1"]),
    { content: "a GS1 code is read", trigger: ".modal .text-success:contains('SN1 can be taken')" },
    Driver.screenshot("correct"),
    click("correct it", ".modal footer button[name=action_correct]"),
    dialogIsClosed(),
    isGone("SNX"),
    click("review another", `${flagged("SN5")} button[name=action_review]`),
    isGone("SN5"),
    {
        content: "the third lies in another warehouse",
        trigger: `${flagged("SN9")} [name=explanation]:contains("DEPO")`,
    },
    click("take it from there", `${flagged("SN9")} button[name=action_take_from_elsewhere]`),
    click("yes", ".modal footer .btn-primary"),
    dialogIsClosed(),
    isGone("SN9"),
    { content: "all is reviewed", trigger: ".o_view_nocontent" },
]);

// ----------------------------------------------------- the order, its waiting transfer

tour("numbers_order_form", () => [
    click("open the order of a flagged number", `${flagged("SN1")} .o_data_cell[name=explanation]`),
    {
        content: "the order shows its lines with numbers and flags",
        trigger: ".o_form_view .o_data_row:contains('SN1'):contains('Duplicate')",
    },
    Driver.screenshot("order_form"),
    click("its numbers", "button[name=action_view_numbers]"),
    { trigger: ".o_list_view .o_data_cell[name=lot_name]:contains('SN1')" },
    click("back", ".o_back_button, .breadcrumb-item:last a"),
    click("what is to assign", ".o_form_view button[name=action_view_numbers_to_assign]"),
    { trigger: ".o_list_view .o_data_row button[name=action_assign_numbers]" },
    click("back", ".o_back_button, .breadcrumb-item:last a"),
    click("the transfer that waits", ".o_form_view button[name=action_view_numbers_transfer]"),
    {
        content: "it says what it waits for",
        trigger: ".o_form_view .alert:contains('Numbers to assign')",
    },
    click("check its availability", "button[name=action_assign]:visible"),
    {
        content: "nothing is reserved, and the way to go is told",
        trigger: ".o_notification:contains('Nothing is reserved'):contains('Assign Numbers')",
    },
    click("go there", "button[name=action_assign_numbers]:visible"),
    { content: "the dialog of its line is there", trigger: `${TEXT}:focus` },
    click("not now", ".modal footer button:contains('Discard')"),
    dialogIsClosed(),
    click("validate it all the same", "button[name=button_validate]:visible"),
    { content: "it says what to do", trigger: ".modal:contains('assign them first')" },
    click("close the message", ".modal footer button"),
    dialogIsClosed(),
]);

tour("numbers_shop_card", () => [
    click(
        "the shop's card tells how many orders wait",
        ".o_kanban_record:contains('Numbers shop') .badge:contains('3')"
    ),
    {
        content: "the list opens with the lines of the shop",
        trigger: ".o_list_view .o_data_row:eq(2):contains('Phone')",
    },
]);

tour("numbers_closing_dialog", () => [
    Chrome.startPoS(),
    Chrome.clickMenuOption("Close Register"),
    {
        content: "the closing dialog tells how many units lack their number",
        trigger: ".o_numbers_to_assign:contains('3 units'):contains('Orders: 3')",
    },
    Driver.screenshot("closing"),
]);
