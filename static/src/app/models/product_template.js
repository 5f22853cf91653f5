import { patch } from "@web/core/utils/patch";
import { ProductTemplate } from "@point_of_sale/app/models/product_template";

patch(ProductTemplate.prototype, {
    //@override a kit (mrp) never moves itself: its components do, and wait for their numbers
    isTracked() {
        return !this.is_kits && super.isTracked(...arguments);
    },
});
