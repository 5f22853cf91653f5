import { effect } from "@web/core/utils/reactive";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/**
 * A till that is loaded anew has the id of the line that is refunded, but not that line: Odoo loads no
 * sales by itself. Without it the refund would be one without receipt, and is sent as such.
 */
patch(PosStore.prototype, {
    async setup() {
        await super.setup(...arguments);
        effect(
            (network) => {
                if (!network.offline) {
                    this.findRefundedLines();
                }
            },
            [this.data.network]
        );
    },

    async findRefundedLines() {
        const lines = this.models["pos.order.line"].filter(
            (line) =>
                line.order_id?.state === "draft" &&
                !line.refunded_orderline_id &&
                Number.isInteger(line.raw.refunded_orderline_id)
        );
        if (!lines.length) {
            return;
        }
        const ids = lines.map((line) => line.raw.refunded_orderline_id);
        try {
            await this.data.loadServerOrders([["lines", "in", ids]]);
        } catch {
            return; // asked again when the server is back
        }
        lines.forEach((line, index) => {
            const sold = this.models["pos.order.line"].get(ids[index]);
            if (sold && line.order_id) {
                line.refunded_orderline_id = sold;
            }
        });
    },
});
