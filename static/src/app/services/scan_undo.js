import { _t } from "@web/core/l10n/translation";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

/** Scans come faster than anybody reads: the offer waits until they pause, in ms. */
const PAUSE = 250;

const describe = (line) =>
    JSON.stringify([line.qty, line.pack_lot_ids.map((each) => [each.uuid, each.getQuantity()])]);

/** Takes the last scan on the product screen back. */
export class ScanUndo {
    /**
     * @param {Object} pos the store, before the scan is taken
     * @param {Object} [order] that it is for
     */
    constructor(pos, order = pos.getOrder()) {
        this.pos = pos;
        this.snapshots = new Map(
            (order?.lines || []).map((line) => [line.uuid, NumberEntry.takeSnapshot(line)])
        );
    }

    /**
     * Offer it in a line that goes away by itself, in place of the last one.
     *
     * @param {Object} line that the scan has added or changed
     * @param {string} name
     */
    offer(line, name) {
        const { pos } = this;
        this.line = line;
        this.before = this.snapshots.get(line.uuid) || false;
        this.after = describe(line);
        pos.closeUndo?.();
        const timer = setTimeout(() => {
            const remove = pos.notification.add(_t("%s was added.", name), {
                type: "success",
                className: "o_scan_undo",
                buttons: [
                    {
                        name: _t("Undo"),
                        onClick: () => {
                            this.undo();
                            remove();
                        },
                    },
                ],
                onClose: () => {
                    if (pos.closeUndo === remove) {
                        pos.closeUndo = null;
                    }
                },
            });
            pos.closeUndo = remove;
        }, PAUSE);
        pos.closeUndo = () => clearTimeout(timer);
    }

    /** Put the line back as it was, unless somebody has changed it since. */
    undo() {
        const { line, pos } = this;
        const isSame = line.order_id && !line.order_id.finalized && describe(line) === this.after;
        if (isSame) {
            new NumberEntry({ pos, line, before: this.before }).cancel();
            pos.numberBuffer.reset();
            pos.lookAtRewardsAgain();
        } else {
            pos.notification.add(_t("This line was changed since: take the number off by hand."), {
                type: "warning",
            });
        }
    }
}
