import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { makePageToken } from "@pos_lot_traceability/app/utils/page_token";

patch(PosOrder.prototype, {
    /** Whether units of products with lot or serial numbers are sold here. */
    sellsTrackedProducts() {
        return this.lines.some((line) => line.qty > 0 && line.product_id?.tracking !== "none");
    },

    /**
     * Give a sale the link of its customer's page, before it is printed: also offline. The server
     * keeps it with the order.
     */
    ensurePageToken() {
        if (
            this.config.number_page &&
            !this.number_page_token &&
            !this.finalized &&
            this.sellsTrackedProducts()
        ) {
            this.number_page_token = makePageToken();
        }
    },

    /** @returns {string} the address behind the receipt's QR code; "" where there is none */
    getNumberPageUrl() {
        if (!this.config.number_page || !this.number_page_token || !this.finalized) {
            return "";
        }
        return `${this.config._base_url}/pos/numbers/${this.number_page_token}`;
    },
});
