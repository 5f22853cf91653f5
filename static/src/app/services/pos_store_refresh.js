import { effect } from "@web/core/utils/reactive";
import { debounce } from "@web/core/utils/timing";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { isAskedFor } from "@pos_lot_traceability/app/utils/number_status";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

/** Numbers of one order come one by one: they are asked about together, after these ms. */
const PAUSE = 300;

/**
 * Numbers that came without a word of the server (a reload, another device, a self order, entered
 * while it did not answer) are looked up as soon as it can be asked; so are those of a line that
 * takes back now what it sold a moment ago, or the other way round.
 */
patch(PosStore.prototype, {
    async setup() {
        await super.setup(...arguments);
        this.refreshNumbersSoon = debounce(() => this.refreshUnknownNumbers(), PAUSE);
        this.models["pos.pack.operation.lot"].addEventListener("create", this.refreshNumbersSoon);
        const lines = this.models["pos.order.line"];
        lines.addEventListener("update", ({ id, fields }) => {
            if (fields.includes("qty") && !(lines.get(id)?.areNumbersAskedFor() ?? true)) {
                this.refreshNumbersSoon();
            }
        });
        effect(
            (network) => {
                if (!network.offline) {
                    this.numbersServerIsLost = false;
                    this.refreshNumbersSoon();
                }
            },
            [this.data.network]
        );
    },

    /** Whether asking the server makes no sense now: it is asked when it is back. */
    get isNumbersServerAway() {
        return this.data.network.offline || this.numbersServerIsLost || this.numbersServerIsLate;
    },

    //@override open orders may have what has just been sold: the server knows of it from now on
    postSyncAllOrders(orders) {
        const paid = orders.filter(({ finalized }) => finalized);
        paid.forEach(({ uiState }) => (uiState.isTold = true));
        const sold = new Set(
            paid
                .flatMap(({ lines }) => lines)
                .flatMap((line) => line.getValidLots().map(({ lot_name }) => lot_name))
        );
        for (const number of this.models["pos.pack.operation.lot"].getAll()) {
            if (
                sold.has(number.lot_name) &&
                number.pos_order_line_id?.order_id?.state === "draft"
            ) {
                number.uiState.isOld = true;
                this.refreshNumbersSoon();
            }
        }
        return super.postSyncAllOrders(...arguments);
    },

    async refreshUnknownNumbers() {
        const isUnknown = ({ uiState, pos_order_line_id: line }) =>
            uiState.info === null || uiState.isOld || !isAskedFor(uiState.info, line);
        const lines = this.models["pos.order"]
            .filter(({ state }) => state === "draft")
            .flatMap((order) => order.lines)
            .filter((line) => line.asksForNumbers() && line.getValidLots().some(isUnknown));
        for (const line of lines) {
            if (this.isNumbersServerAway) {
                return;
            }
            if (line.order_id) {
                await new NumberEntry({ pos: this, line }).refresh(isUnknown);
            }
        }
    },
});
