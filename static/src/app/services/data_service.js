import { patch } from "@web/core/utils/patch";
import { PosData } from "@point_of_sale/app/services/data_service";

patch(PosData.prototype, {
    async setup() {
        /** What each order that is about to be sent has to tell, by its uuid. */
        this.unsentChanges = new Map();
        return super.setup(...arguments);
    },

    /**
     * Lines of a sales order come without the names of their lots.
     *
     * While there are names, core (pos_sale, `settleSO`) asks its own question about them, and makes
     * a cart line of each lot. The numbers come from `pos.config.get_sale_order_numbers` instead.
     *
     * What an order has to tell is put back when the server does not get it.
     */
    async call(model, method, args) {
        const unsent = method === "sync_from_ui" ? this.takeUnsentChanges(args[0]) : [];
        let answer;
        try {
            answer = await super.call(...arguments);
        } catch (error) {
            unsent.forEach((changes) => changes.putBack());
            throw error;
        }
        if (model !== "sale.order.line" || method !== "read_converted") {
            return answer;
        }
        return answer.map((line) => (line.lot_names ? { ...line, lot_names: [] } : line));
    },

    takeUnsentChanges(orders) {
        return orders.flatMap(({ uuid }) => {
            const changes = this.unsentChanges.get(uuid);
            this.unsentChanges.delete(uuid);
            return changes || [];
        });
    },
});
