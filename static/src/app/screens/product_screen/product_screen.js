import { patch } from "@web/core/utils/patch";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";

patch(ProductScreen.prototype, {
    /** On a phone the cart is out of sight: its button tells how many lines lack numbers. */
    get incompleteNumberLines() {
        return this.currentOrder?.getLinesWithIncompleteNumbers().length || 0;
    },
});
