import { patch } from "@web/core/utils/patch";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";
import { readCode } from "@pos_lot_traceability/app/utils/gs1";
import { toNumberName } from "@pos_lot_traceability/app/utils/number_text";

patch(BarcodeReader.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {((code: string) => void)|null} who takes every code while it is set */
        this.numberSink = null;
        /** Scans whose turn has not come, in the order of core's queue. */
        this.waitingScans = [];
    },

    /**
     * Give every code to somebody, also those that wait for their turn: they were scanned for what
     * has come on screen meanwhile.
     *
     * @param {((code: string) => void)|null} sink null: to the screens again
     */
    giveTo(sink) {
        this.numberSink = sink;
        for (const scan of sink ? this.waitingScans : []) {
            if (!scan.isTaken) {
                scan.isTaken = true;
                sink(scan.code);
            }
        }
    },

    //@override asked before the queue of scans, which waits for the screen that opened the popup
    scan(code) {
        if (this.numberSink && code) {
            this.numberSink(code);
            return Promise.resolve();
        }
        this.waitingScans.push({ code, isTaken: false });
        return super.scan(...arguments);
    },

    //@override a screen that reads numbers (`number`) comes before the rules of the nomenclature
    async _scan(code) {
        if (this.waitingScans.shift()?.isTaken) {
            return;
        }
        const maps = this.exclusiveCbMap ? [this.exclusiveCbMap] : [...this.cbMaps];
        for (const { number } of code ? maps : []) {
            if (number && (await number(code))) {
                return;
            }
        }
        // Core's rules know nothing of what a scanner sends before a code that is no GS1 code.
        const read = readCode(code);
        return super._scan(read.kind === "plain" ? toNumberName(read.text) : code);
    },
});
