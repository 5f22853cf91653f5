import { patch } from "@web/core/utils/patch";
import { ProductProduct } from "@point_of_sale/../tests/unit/data/product_product.data";
import { ProductTemplate } from "@point_of_sale/../tests/unit/data/product_template.data";

/** Ids of the tracked products of the unit tests. */
export const SERIAL_PRODUCT = 9001;
export const LOT_PRODUCT = 9002;
export const KIT_PRODUCT = 9003;

patch(ProductTemplate.prototype, {
    _load_pos_data_fields() {
        return [...super._load_pos_data_fields(), "use_expiration_date"];
    },
    _load_pos_data_read(rows) {
        for (const row of rows) {
            row._is_kits = row.id === KIT_PRODUCT;
        }
        return super._load_pos_data_read?.(rows) || rows;
    },
});

const [template] = ProductTemplate._records.filter(({ id }) => id === 5);
const [variant] = ProductProduct._records.filter(({ id }) => id === 5);

for (const [id, name, tracking] of [
    [SERIAL_PRODUCT, "Phone", "serial"],
    [LOT_PRODUCT, "Tablets", "lot"],
    [KIT_PRODUCT, "Box", "serial"],
]) {
    ProductTemplate._records.push({
        ...template,
        id,
        name,
        display_name: name,
        tracking,
        is_storable: true,
        taxes_id: [],
        product_variant_ids: [id],
    });
    ProductProduct._records.push({
        ...variant,
        id,
        product_tmpl_id: id,
        display_name: name,
        barcode: `BARCODE-${name}`,
    });
}
