import * as Order from "@point_of_sale/../tests/generic_helpers/order_widget_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TextInputPopup from "@point_of_sale/../tests/generic_helpers/text_input_popup_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Driver from "@pos_lot_traceability/../tests/tours/utils/driver_util";
import * as Numbers from "@pos_lot_traceability/../tests/tours/utils/numbers_util";
import { PHONE, payByBank, tour } from "@pos_lot_traceability/../tests/tours/utils/till_util";

tour("numbers_with_rewards", () => [
    Driver.scanCodes(["SN1", "SN2", "SN3"]),
    Numbers.buttonIs(PHONE, "green", "3 of 3"),
    Order.hasTotal("200.00"),
    // The reward is a line of its own, which asks for nothing.
    Numbers.openButton(PHONE),
    Numbers.popupIsOpen("3 of 3"),
    Driver.scanCodes(["SN4", "SN5", "SN6"]),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "6 of 6"),
    Order.hasTotal("400.00"),
    // One is taken away, and another one put there.
    Numbers.openButton(PHONE),
    Numbers.removeNumber("SN6"),
    Driver.scanCodes(["SN7"]),
    Numbers.popupHasNumbers("SN1", "SN2", "SN3", "SN4", "SN5", "SN7"),
    Numbers.apply(),
    Numbers.buttonIs(PHONE, "green", "6 of 6"),
    Order.hasTotal("400.00"),
    ProductScreen.clickControlButton("Enter Code"),
    TextInputPopup.inputText("GIFT-0001"),
    Dialog.confirm(),
    Dialog.confirm(), // nobody has bought it at a till
    Order.hasTotal("350.00"),
    Driver.screenshot("rewards"),
    Numbers.clickPayment(),
    payByBank(),
    ReceiptScreen.clickNextOrder(),
    // A unit comes back, and one of the free ones with it.
    Chrome.clickOrders(),
    Driver.scanCodes(["SN2"]),
    { trigger: ".ticket-screen .to-refund-highlight" },
    {
        content: "the reward is given back too",
        trigger: ".ticket-screen .orderline:contains('Free Product')",
        run: "click",
    },
    Driver.pressKeys(["1"]),
    { trigger: ".ticket-screen:has(.to-refund-highlight:eq(1))" },
    TicketScreen.confirmRefund(),
    payByBank(),
]);
