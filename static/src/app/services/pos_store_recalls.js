import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { Recalls, describeRecall } from "@pos_lot_traceability/app/utils/recalls";

// After this many ms an open till asks again, where the server did not answer.
const ASK_AGAIN = 4000;

patch(PosStore.prototype, {
    async setup() {
        this.numberRecalls = new Recalls();
        await super.setup(...arguments);
        this.numberRecalls = new Recalls(this.config._number_recalls);
        this.data.connectWebSocket("POS_NUMBER_RECALLS", () => this.fetchNumberRecalls());
        // What was told while this till was out of reach. A broken connection may take the bus minutes
        // to mend: this till asks as soon as the server answers again.
        for (const event of ["BUS:DISCONNECT", "BUS:RECONNECT"]) {
            this.data.bus.addEventListener(event, () => this.fetchNumberRecalls());
        }
        window.addEventListener("pos-network-online", () => this.fetchNumberRecalls());
        // A till that is loaded again has its shop and its carts as they were before.
        this.fetchNumberRecalls();
    },

    /** Ask for the running recalls; until there is an answer those that are known stay. */
    async fetchNumberRecalls() {
        clearTimeout(this.recallsTimeout);
        try {
            const recalls = await this.data.call("pos.config", "get_number_recalls", [
                [this.config.id],
            ]);
            this.numberRecalls = new Recalls(recalls);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                this.recallsTimeout = setTimeout(() => this.fetchNumberRecalls(), ASK_AGAIN);
            }
            return;
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

    /** The recalls of what a paid order sold and has not taken back: `{recall, numbers}`. */
    getRecallsOfSale(order) {
        const found = new Map();
        for (const line of order.finalized ? order.lines : []) {
            if (line.qty <= (line.refundedQty || 0)) {
                continue;
            }
            for (const { lot_name: name } of line.getValidLots()) {
                const recall = this.numberRecalls.find(line.product_id.id, name);
                if (recall) {
                    found.set(recall, [...(found.get(recall) || []), name]);
                }
            }
        }
        return [...found].map(([recall, numbers]) => ({ recall, numbers }));
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
