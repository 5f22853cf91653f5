import { effect } from "@web/core/utils/reactive";
import { debounce } from "@web/core/utils/timing";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

/** Numbers of one order come one by one: they are asked about together, after these ms. */
const PAUSE = 300;

/**
 * Numbers that came without a word of the server (a reload, another device, a self order, entered
 * while it did not answer) are looked up as soon as it can be asked.
 */
patch(PosStore.prototype, {
    async setup() {
        await super.setup(...arguments);
        const refreshSoon = debounce(() => this.refreshUnknownNumbers(), PAUSE);
        this.models["pos.pack.operation.lot"].addEventListener("create", refreshSoon);
        effect(
            (network) => {
                if (!network.offline) {
                    this.numbersServerIsLost = false;
                    refreshSoon();
                }
            },
            [this.data.network]
        );
    },

    async refreshUnknownNumbers() {
        const isUnknown = ({ uiState }) => uiState.info === null || uiState.isOld;
        const lines = this.models["pos.order"]
            .filter(({ state }) => state === "draft")
            .flatMap((order) => order.lines)
            .filter((line) => line.asksForNumbers() && line.getValidLots().some(isUnknown));
        for (const line of lines) {
            if (this.data.network.offline || this.numbersServerIsLost) {
                return; // asked again when it is back
            }
            if (line.order_id) {
                await new NumberEntry({ pos: this, line }).refresh();
                if (!this.data.network.offline && !this.numbersServerIsLost) {
                    line.getValidLots().forEach(({ uiState }) => (uiState.isOld = false));
                }
            }
        }
    },
});
