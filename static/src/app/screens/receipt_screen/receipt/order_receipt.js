import { patch } from "@web/core/utils/patch";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";

patch(OrderReceipt.prototype, {
    /** The QR code of the customer's page as an image; "" where there is none. */
    get numberPageCode() {
        const url = this.order.getNumberPageUrl();
        return url ? generateQRCodeDataUrl(url) : "";
    },

    /** The running recalls of what was sold here, for a reprint: `{recall, numbers}`. */
    get recallNotices() {
        return this.env.services.pos?.getRecallsOfSale?.(this.order) || [];
    },
});
