import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { PHONE, payByBank, product, tour } from "./utils/till_util";

const CODE = ".pos-receipt .o_number_page_code img[src^='data:image']";
const BUTTON = ".receipt-screen .o_safety_contact";
const DIALOG = ".modal .o_safety_contact_dialog";

const sellPhone = (name) => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([...name, "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Numbers.clickPayment(),
];

const noteContact = (keys, field = "email") => [
    { content: "open the dialog", trigger: BUTTON, run: "click" },
    {
        content: "the first field has the focus",
        trigger: `${DIALOG} input:focus`,
        run: () => document.querySelector(`#o_safety_contact_${field}`).focus(),
    },
    Driver.pressKeys([...keys, "Enter"]),
];

const isNoted = {
    content: "the contact is noted",
    trigger: `body:not(:has(.modal)) ${BUTTON}:contains("noted")`,
};

tour("number_page_on_receipt", () => [
    sellPhone("SN1"),
    payByBank(),
    { content: "the receipt has the code", trigger: CODE },
    Driver.screenshot("number_page_receipt"),
    noteContact("call me", "phone"),
    {
        content: "what is no number is told, and stays",
        trigger: `${DIALOG} .o_safety_contact_message:contains("no telephone number")`,
    },
    Driver.screenshot("safety_contact"),
    {
        content: "another one",
        trigger: "#o_safety_contact_phone",
        run: "edit 06 12 34 56 78",
    },
    { content: "note it", trigger: `.modal .o_safety_contact_save`, run: "click" },
    isNoted,
    ReceiptScreen.clickNextOrder(),
]);

tour("number_page_offline", () => [
    product(PHONE),
    Numbers.popupIsOpen("0 of 1"),
    Driver.pressKeys([..."SN1", "Enter", "Enter"]),
    Numbers.popupIsClosed(),
    Driver.setNetwork(false),
    Numbers.clickPayment(),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.receiptIsThere(),
    Dialog.confirm("Continue with limited functionality"),
    { content: "the receipt has the code", trigger: CODE },
    noteContact("bo@example.com"),
    isNoted,
    Driver.setNetwork(true),
    ReceiptScreen.clickNextOrder(),
    Chrome.isSynced(),
    {
        content: "nothing of the contact is left in this browser",
        trigger: "body",
        async run() {
            const left = () =>
                Object.keys(localStorage).some((key) => key.includes("safety_contacts"));
            for (let wait = 0; wait < 50 && left(); wait++) {
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            if (left()) {
                throw new Error("the contact was not sent");
            }
        },
    },
]);

tour("number_page_off", () => [
    sellPhone("SN1"),
    payByBank(),
    { content: "no code", trigger: ".pos-receipt:not(:has(.o_number_page_code))" },
    { content: "a contact may be left", trigger: BUTTON },
    ReceiptScreen.clickNextOrder(),
]);

const TURNS = 8;

/** Build a receipt as the printer does, and tell what that takes in ms. */
async function buildReceipt(order) {
    // The back office loads tours too, and has no till.
    const load = (name) => odoo.loader.modules.get(`@point_of_sale/${name}`);
    const { OrderReceipt } = load("app/screens/receipt_screen/receipt/order_receipt");
    // The last receipt leaves the page with the next frame; until then no other is mounted.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    const el = await posmodel.env.services.renderer.toHtml(OrderReceipt, { order });
    // Odoo's own wait lasts its 3 s where the images are there already.
    await Promise.allSettled([...el.querySelectorAll("img")].map((image) => image.decode()));
    return performance.now() - start;
}

// Measured by dev/bench --receipt: no test runs it.
tour("receipt_times", () => [
    sellPhone("SN1"),
    payByBank(),
    { content: "the receipt has the code", trigger: CODE },
    {
        content: "build the receipt with its code and without",
        trigger: "body",
        timeout: 60000,
        async run() {
            const order = posmodel.models["pos.order"].find((each) => each.number_page_token);
            const times = { "without code": [], "with code": [] };
            const token = order.number_page_token;
            for (let turn = -1; turn < TURNS; turn++) {
                for (const [name, values] of Object.entries(times)) {
                    order.number_page_token = name === "with code" ? token : false;
                    const taken = await buildReceipt(order);
                    if (turn >= 0) {
                        values.push(taken);
                    }
                }
            }
            order.number_page_token = token;
            await Driver.noteText("receipt times", JSON.stringify(times));
        },
    },
    ReceiptScreen.clickNextOrder(),
]);
