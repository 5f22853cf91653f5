import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { Recalls, describeRecall } from "@pos_lot_traceability/app/utils/recalls";

patch(PosStore.prototype, {
    async setup() {
        this.numberRecalls = new Recalls();
        await super.setup(...arguments);
        this.numberRecalls = new Recalls(this.config._number_recalls);
        this.data.connectWebSocket("POS_NUMBER_RECALLS", () => this.fetchNumberRecalls());
        // What was told while this till was offline.
        this.data.bus.addEventListener("BUS:RECONNECT", () => this.fetchNumberRecalls());
    },

    /** Ask for the running recalls; without an answer those that are known stay. */
    async fetchNumberRecalls() {
        try {
            const recalls = await this.data.call("pos.config", "get_number_recalls", [
                [this.config.id],
            ]);
            this.numberRecalls = new Recalls(recalls);
        } catch {
            return; // asked again when the connection is back
        }
        this.refreshRecalledNumbers();
    },

    /** Numbers that stand in open carts show at once that they are recalled, or not any more. */
    refreshRecalledNumbers() {
        for (const number of this.models["pos.pack.operation.lot"].getAll()) {
            const { info } = number.uiState;
            const line = number.pos_order_line_id;
            if (!info || !line || line.order_id?.finalized) {
                continue;
            }
            if (info.recall && this.numberRecalls.isPartial) {
                continue; // the server knows more of it than this till
            }
            const rest = { ...info, recall: undefined };
            const found = this.numberRecalls.find(line.product_id.id, number.lot_name, rest);
            const flags = (rest.flags || []).filter((code) => code !== "recalled");
            number.uiState.info = found
                ? { ...rest, recall: found, flags: [...flags, "recalled"] }
                : { ...rest, flags };
        }
    },

    /** The numbers of an order that are recalled: `{number, recall}`. What comes back is welcome. */
    getRecalledNumbers(order) {
        return order.lines
            .filter((line) => line.qty > 0)
            .flatMap((line) =>
                line.getValidLots().map((number) => ({
                    number,
                    recall: this.numberRecalls.find(
                        line.product_id.id,
                        number.lot_name,
                        number.uiState.info
                    ),
                }))
            )
            .filter(({ recall }) => recall);
    },

    /** Whether nothing in an order is recalled; what is, is told, and not paid for. */
    confirmNothingRecalled(order) {
        const recalled = this.getRecalledNumbers(order);
        if (recalled.length) {
            this.dialog.add(AlertDialog, {
                title: _t("Recalled: take it off the order"),
                body: recalled
                    .map(({ number, recall }) => describeRecall(number.lot_name, recall))
                    .join("\n"),
            });
        }
        return !recalled.length;
    },
});
