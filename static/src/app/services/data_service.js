import { patch } from "@web/core/utils/patch";
import { PosData } from "@point_of_sale/app/services/data_service";

patch(PosData.prototype, {
    /**
     * Lines of a sales order come without the names of their lots.
     *
     * While there are names, core (pos_sale, `settleSO`) asks its own question about them, and makes
     * a cart line of each lot. The numbers come from `pos.config.get_sale_order_numbers` instead.
     */
    async call(model, method) {
        const answer = await super.call(...arguments);
        if (model !== "sale.order.line" || method !== "read_converted") {
            return answer;
        }
        return answer.map((line) => (line.lot_names ? { ...line, lot_names: [] } : line));
    },
});
