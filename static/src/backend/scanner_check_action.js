import { registry } from "@web/core/registry";
import { ScannerCheckDialog } from "@pos_lot_traceability/scanner_check/scanner_check_dialog";

/** Scanner Check from the settings of a shop. */
function openScannerCheck(env, action) {
    const { config_id: configId } = action.params;
    const keepSeparator = (separator) =>
        env.services.orm.call("pos.config", "keep_scanner_separator", [[configId], separator]);
    env.services.dialog.add(ScannerCheckDialog, { keepSeparator });
}

registry.category("actions").add("pos_lot_traceability.scanner_check", openScannerCheck);
