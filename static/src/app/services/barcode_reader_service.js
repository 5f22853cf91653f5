import { patch } from "@web/core/utils/patch";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";

patch(BarcodeReader.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {((code: string) => void)|null} who takes every code while it is set */
        this.numberSink = null;
    },

    //@override asked before the queue of scans, which waits for the screen that opened the popup
    scan(code) {
        if (this.numberSink && code) {
            this.numberSink(code);
            return Promise.resolve();
        }
        return super.scan(...arguments);
    },
});
