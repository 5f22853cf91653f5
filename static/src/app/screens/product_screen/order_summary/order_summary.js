import { patch } from "@web/core/utils/patch";
import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { NumbersButton } from "@pos_lot_traceability/app/components/numbers_button/numbers_button";

patch(OrderSummary, {
    components: { ...OrderSummary.components, NumbersButton },
});

patch(OrderSummary.prototype, {
    //@override
    async editPackLotLines(line) {
        await this.pos.editNumbers(line);
    },
});
