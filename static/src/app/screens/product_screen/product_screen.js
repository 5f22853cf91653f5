import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { NumberScan } from "@pos_lot_traceability/app/services/number_scan";

patch(ProductScreen.prototype, {
    setup() {
        super.setup(...arguments);
        useBarcodeReader({ number: this.takeNumberScan });
    },

    /** @returns {Promise<boolean>} whether the code was a number's, see `NumberScan.take` */
    async takeNumberScan(code) {
        const isTaken = await new NumberScan(this.pos).take(code);
        if (isTaken) {
            this.numberBuffer.reset();
        }
        return isTaken;
    },

    /** On a phone the cart is out of sight: its button tells how many lines lack numbers. */
    get incompleteNumberLines() {
        return this.currentOrder?.getLinesWithIncompleteNumbers().length || 0;
    },
});
