import { patch } from "@web/core/utils/patch";
import { ReceiptScreen } from "@point_of_sale/app/screens/receipt_screen/receipt_screen";

patch(ReceiptScreen.prototype, {
    /** A buyer whom nobody could warn may leave a contact; a customer's record has one. */
    get mayLeaveSafetyContact() {
        const order = this.currentOrder;
        return !order.getPartner() && order.sellsTrackedProducts();
    },
});
