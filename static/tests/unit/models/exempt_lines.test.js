import { expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import {
    KIT_PRODUCT,
    SERIAL_PRODUCT,
} from "@pos_lot_traceability/../tests/unit/data/product_template.data";

definePosModels();

async function addLine(productId) {
    const store = await setupPosEnv();
    const order = store.addNewOrder();
    const template = store.models["product.template"].get(productId);
    const line = await store.addLineToOrder(
        { product_tmpl_id: template, qty: 1 },
        order,
        {},
        false
    );
    return { order, line };
}

test("a tracked product that is a kit asks for no number", async () => {
    const { order, line } = await addLine(KIT_PRODUCT);
    expect(line.product_id.tracking).toBe("serial");
    expect(line.asksForNumbers()).toBe(false);
    expect(line.hasValidProductLot()).toBe(true);
    expect(order.getLinesWithIncompleteNumbers()).toHaveLength(0);
});

test("a part that a repair moves asks for no number, the same product sold does", async () => {
    const { order, line } = await addLine(SERIAL_PRODUCT);
    expect(line.asksForNumbers()).toBe(true);
    expect(order.getLinesWithIncompleteNumbers()).toHaveLength(1);
    const part = Object.create(line, { sale_order_line_id: { value: { is_repair_line: true } } });
    expect(part.asksForNumbers()).toBe(false);
    expect(part.hasValidProductLot()).toBe(true);
});
