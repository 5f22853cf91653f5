import { expect, test } from "@odoo/hoot";
import { onRpc } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";

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
