import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";
import { readCode } from "@pos_lot_traceability/app/utils/gs1";
import { toNumberName } from "@pos_lot_traceability/app/utils/number_text";

patch(BarcodeReader.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {((code: string) => void)|null} who takes every code while it is set */
        this.numberSink = null;
        /** @type {(() => Object|undefined)|null} tells which order is open */
        this.getOrder = null;
        /** Scans whose turn has not come, in the order of core's queue. */
        this.waitingScans = [];
    },

    getMaps() {
        return this.exclusiveCbMap ? [this.exclusiveCbMap] : [...this.cbMaps];
    },

    /**
     * Give every code to somebody, also those that wait for their turn: they were scanned for what
     * has come on screen meanwhile, unless another order was open then.
     *
     * @param {((code: string) => void)|null} sink null: to the screens again
     */
    giveTo(sink) {
        this.numberSink = sink;
        const order = this.getOrder?.();
        for (const scan of sink ? this.waitingScans : []) {
            const isOfOther = scan.order && scan.order.uuid !== order?.uuid;
            if (!scan.isTaken && !isOfOther) {
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
        // Its turn may come when the cashier has gone on.
        const maps = this.getMaps().filter(({ number }) => number);
        const order = maps.length ? this.getOrder?.() : undefined;
        this.waitingScans.push({ code, isTaken: false, maps, order });
        return super.scan(...arguments);
    },

    //@override a screen that reads numbers (`number`) comes before the rules of the nomenclature
    async _scan(code) {
        const { isTaken, maps = [], order } = this.waitingScans.shift() || {};
        if (isTaken) {
            return;
        }
        for (const { number } of code ? (maps.length ? maps : this.getMaps()) : []) {
            if (number && (await number(code, order))) {
                return;
            }
        }
        if (code && !this.getMaps().length) {
            // While paying, on the receipt: core would call it unknown, or say nothing of a GS1 code.
            this.notification.add(
                _t(
                    "%s was not added: this screen reads no codes. Scan it on the product screen.",
                    toNumberName(code)
                ),
                { type: "warning" }
            );
            return;
        }
        // Core's rules know nothing of what a scanner sends before a code that is no GS1 code.
        const read = readCode(code);
        return super._scan(read.kind === "plain" ? toNumberName(read.text) : code);
    },
});
