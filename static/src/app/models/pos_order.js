import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

patch(PosOrder.prototype, {
    /** The lines whose numbers do not fit their quantity, in the order of the cart. */
    getLinesWithIncompleteNumbers() {
        return this.lines.filter(
            (line) => line.asksForNumbers() && !line.getNumbersState().complete
        );
    },

    /** All numbers of a product in this order. */
    getNumbersOfProduct(product) {
        return this.lines
            .filter((line) => line.product_id.id === product.id)
            .flatMap((line) => line.getValidLots());
    },
});
