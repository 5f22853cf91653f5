/** Words that the tours at the till share. */

import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registerTour } from "./tour_util";

// Products of tests/till/common.py.
export const PHONE = "Phone (serial)";
export const TABLETS = "Tablets (lot)";
export const CREAM = "Cream (lot, kg)";

/** Register a tour that opens the register and goes on with `steps`. */
export function tour(name, steps) {
    registerTour(name, () => [Chrome.startPoS(), Dialog.confirm("Open Register"), steps()]);
}

export function product(name) {
    return {
        content: `click ${name}`,
        trigger: `article.product:contains("${name}")`,
        run: "click",
    };
}

export function payByBank() {
    return [
        PaymentScreen.clickPaymentMethod("Bank"),
        PaymentScreen.clickValidate(),
        ReceiptScreen.receiptIsThere(),
    ].flat();
}

/** Run something that has no button in these tests. */
export function perform(content, run) {
    return { content, trigger: "body", run };
}
