import { patch } from "@web/core/utils/patch";
import { ProductTemplateAccounting } from "@point_of_sale/app/models/accounting/product_template_accounting";

patch(ProductTemplateAccounting.prototype, {
    /**
     * Lots stand on one line, so the price follows that line's own quantity, as for an untracked
     * product; a price that was set by hand or came with an order is left alone.
     */
    getPrice(pricelist, quantity, price_extra, recurring, variant, original_line, related_lines) {
        if (original_line?.isLotTracked() && related_lines && variant) {
            if (original_line.price_type === "original") {
                related_lines.push(original_line);
            }
            return super.getPrice(
                pricelist,
                original_line.getQuantity(),
                price_extra,
                recurring,
                variant
            );
        }
        return super.getPrice(...arguments);
    },
});
