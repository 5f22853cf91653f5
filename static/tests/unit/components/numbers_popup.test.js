import { advanceTime, animationFrame, expect, queryOne, test } from "@odoo/hoot";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumbersPopup } from "@pos_lot_traceability/app/components/popups/numbers_popup/numbers_popup";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

definePosModels();

test("keys at a scanner's pace do not draw the popup again, a pause does", async () => {
    const store = await setupPosEnv();
    const line = await store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(SERIAL_PRODUCT), qty: 1 },
        store.addNewOrder(),
        {},
        false
    );
    let drawn = 0;
    patchWithCleanup(NumbersPopup.prototype, {
        describe() {
            drawn++;
            return super.describe();
        },
    });
    const entry = new NumberEntry({ pos: store, line });
    await mountWithCleanup(NumbersPopup, {
        props: { entry, getPayload: () => {}, close: () => {} },
    });
    await advanceTime(1000);
    const input = queryOne(".o_numbers_input");
    drawn = 0;
    for (const key of "IMEI351234567") {
        input.value += key;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await animationFrame();
    }
    expect(drawn).toBe(0);
    await advanceTime(1000);
    expect(drawn).toBeGreaterThan(0);
    expect(".o-autocomplete--dropdown-item:contains(IMEI351234567)").toHaveCount(1);
});
