import { expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";

definePosModels();

test("lines of a sales order come without lot names", async () => {
    onRpc("sale.order.line", "read_converted", () => [
        { id: 1, qty_to_invoice: 2, lot_names: ["SN1", "SN2"] },
        { id: 2, qty_to_invoice: 1 },
    ]);
    const store = await setupPosEnv();
    const lines = await store.data.call("sale.order.line", "read_converted", [[1, 2]]);
    expect(lines).toEqual([
        { id: 1, qty_to_invoice: 2, lot_names: [] },
        { id: 2, qty_to_invoice: 1 },
    ]);
});

test("what a page had open comes back with the tab, also when nothing else could be written", async () => {
    const store = await setupPosEnv();
    const template = store.models["product.template"].get(SERIAL_PRODUCT);
    const order = store.addNewOrder();
    const line = await store.addLineToOrder(
        { product_tmpl_id: template, qty: 1 },
        order,
        {},
        false
    );
    line.addNumber({ lot_name: "SN1" });
    const written = [];
    const deleted = [];
    patchWithCleanup(store.data.indexedDB, {
        getNewTransaction: () => null, // something else is being written
        create: (model, rows) => written.push(...rows.map(({ lot_name }) => lot_name)),
        delete: (model, keys) => deleted.push(...keys),
    });
    const putBack = async () => {
        written.length = 0;
        await store.data.putKeptBack();
        return written.filter(Boolean);
    };
    store.data.keepAtOnce();
    expect(await putBack()).toEqual(["SN1"]);
    expect(await putBack()).toEqual([]);
    store.data.keepAtOnce();
    expect(deleted).not.toInclude(order.uuid);
    await advanceTime(61_000); // another device may have gone on with it
    expect(await putBack()).toEqual([]);
    // What is paid and sent does not come back as it was written when it was open.
    store.addPendingOrder([order.id]);
    await store.syncAllOrders();
    order.state = "paid";
    store.data.keepAtOnce();
    expect(await putBack()).toEqual([]);
    expect(deleted).toInclude(order.uuid);
});
