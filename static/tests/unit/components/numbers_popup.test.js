import { advanceTime, animationFrame, expect, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { KNOWN_NUMBERS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import {
    LOT_PRODUCT,
    SERIAL_PRODUCT,
} from "@pos_lot_traceability/../tests/unit/data/product_template.data";
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

test("the candidate that is moved to stays the same when other ones are found", async () => {
    const store = await setupPosEnv();
    const order = store.addNewOrder();
    const template = store.models["product.template"].get(SERIAL_PRODUCT);
    const line = await store.addLineToOrder(
        { product_tmpl_id: template, qty: 1 },
        order,
        {},
        false
    );
    const entry = new NumberEntry({ pos: store, line });
    entry.search = async () => {};
    await mountWithCleanup(NumbersPopup, {
        props: { entry, getPayload: () => {}, close: () => {} },
    });
    await advanceTime(1000);
    const find = async (...names) => {
        entry.state.suggestions = names.map((name) => ({ id: name, name, quantity: 1, flags: [] }));
        await animationFrame();
    };
    const active = () => queryAllTexts("[role=option][aria-selected=true] .o_candidate_name");
    const move = async (step) => {
        store.keyCapture.sink.onArrow(step);
        await animationFrame();
    };
    await find("SN001", "SN002");
    await move(1);
    expect(active()).toEqual(["SN001"]);
    await find("SN009", "SN001");
    expect(active()).toEqual(["SN001"]);
    expect(".o_numbers_input").toHaveAttribute("aria-activedescendant", "o_number_candidate_1");
    await move(-1);
    expect(active()).toEqual(["SN009"]);
    await find("SN002", "SN003");
    expect(active()).toEqual([]);
    store.keyCapture.sink.onText("9", "typed"); // Enter
    await entry.drained;
    expect(line.pack_lot_ids.map(({ lot_name }) => lot_name)).toEqual(["9"]);
    await move(1);
    await move(-1);
    expect(active()).toEqual([]); // back in the field
});

test("Fill is there without candidates where a lot on the line has more", async () => {
    const store = await setupPosEnv();
    for (const [qty, count] of [
        [15, 1],
        [-15, 0], // which one comes back is for the cashier to say
    ]) {
        const line = await store.addLineToOrder(
            { product_tmpl_id: store.models["product.template"].get(LOT_PRODUCT), qty },
            store.addNewOrder(),
            {},
            false
        );
        for (const [name, quantity] of [
            ["A", 5],
            ["B", 50],
        ]) {
            const info = { id: name, name, quantity, available: quantity, flags: [] };
            KNOWN_NUMBERS[name] = { ...info, is_return: qty < 0 };
            line.addNumber({ lot_name: name, quantity: 5, info: KNOWN_NUMBERS[name] });
        }
        const popup = await mountWithCleanup(NumbersPopup, {
            props: {
                entry: new NumberEntry({ pos: store, line }),
                getPayload: () => {},
                close: () => {},
            },
        });
        await advanceTime(1000);
        await animationFrame();
        expect(Boolean(popup.fillLabel)).toBe(Boolean(count));
    }
});
