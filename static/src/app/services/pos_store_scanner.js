import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ScannerCheckDialog } from "@pos_lot_traceability/scanner_check/scanner_check_dialog";

patch(PosStore.prototype, {
    openScannerCheck() {
        const keepSeparator = async (separator) => {
            await this.data.call("pos.config", "keep_scanner_separator", [
                [this.config.id],
                separator,
            ]);
            this.config.scanner_separator = separator;
        };
        this.dialog.add(
            ScannerCheckDialog,
            { keepSeparator },
            { onClose: () => this.numberBuffer.reset() }
        );
    },
});
