import { advanceTime, beforeEach, expect, test, waitUntil } from "@odoo/hoot";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { RECALLS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { Recalls } from "@pos_lot_traceability/app/utils/recalls";

definePosModels();

const recall = { id: 1, name: "Hot battery", what_to_do: "Put it aside.", products: [], lots: [] };

beforeEach(() => {
    RECALLS.splice(0);
});

async function openLine(qty = 1) {
    const store = await setupPosEnv();
    const line = await store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(SERIAL_PRODUCT), qty },
        store.addNewOrder(),
        {},
        false
    );
    return { store, line, entry: new NumberEntry({ pos: store, line }) };
}

const names = (line) => line.pack_lot_ids.map((number) => number.lot_name);

test("a number is found by product and name, whatever its letter case", () => {
    const recalls = new Recalls([
        { ...recall, lots: [[7, "sn1"]] },
        { ...recall, id: 2, products: [8] },
    ]);
    expect(recalls.find(7, "SN1").id).toBe(1);
    expect(recalls.find(7, "SN2")).toBe(null);
    expect(recalls.find(9, "SN1")).toBe(null);
    expect(recalls.find(8, "ANY").id).toBe(2);
    expect(recalls.find(9, "X", { recall }).name).toBe("Hot battery");
});

test("an open till that is told refuses the number, and says what to do", async () => {
    const { store, line, entry } = await openLine();
    RECALLS.push({ ...recall, lots: [[line.product_id.id, "sn1"]] });
    await store.fetchNumberRecalls();
    entry.add("SN1", "scanned");
    entry.add("SN2", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["SN2"]);
    expect(entry.state.rejected[0].reason).toMatch(/Hot battery.*Put it aside/);
    RECALLS.splice(0);
    await store.fetchNumberRecalls();
    entry.add("SN1", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["SN2", "SN1"]);
});

test("what comes back is welcome", async () => {
    const { store, line, entry } = await openLine(-1);
    RECALLS.push({ ...recall, products: [line.product_id.id] });
    await store.fetchNumberRecalls();
    entry.add("SN1", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["SN1"]);
    expect(store.getRecalledNumbers(line.order_id)).toEqual([]);
});

test("a number in the cart that is recalled meanwhile is not paid for", async () => {
    const { store, line, entry } = await openLine();
    entry.add("SN1", "scanned");
    await entry.drained;
    RECALLS.push({ ...recall, lots: [[line.product_id.id, "sn1"]] });
    await store.fetchNumberRecalls();
    expect(store.getRecalledNumbers(line.order_id)).toHaveLength(1);
    expect(store.areNumbersConfirmed(line.order_id)).toBe(false);
    expect(await store.confirmMissingNumbers(line.order_id)).toBe(false);
});

test("a reprint tells the recalls of what was sold and has not come back", async () => {
    const { store, line, entry } = await openLine(2);
    entry.add("SN1", "scanned");
    entry.add("SN2", "scanned");
    await entry.drained;
    RECALLS.push({ ...recall, hazard: "It burns.", lots: [[line.product_id.id, "sn1"]] });
    await store.fetchNumberRecalls();
    expect(store.getRecallsOfSale(line.order_id)).toEqual([]);
    line.order_id.state = "paid";
    const [found] = store.getRecallsOfSale(line.order_id);
    expect(found.numbers).toEqual(["SN1"]);
    expect(found.recall.hazard).toBe("It burns.");
});

test("a till that got no answer asks again by itself", async () => {
    const { store, line } = await openLine();
    const { call } = store.data;
    let tries = 0;
    store.data.call = async function (model, method) {
        if (method === "get_number_recalls" && !tries++) {
            throw new ConnectionLostError("/");
        }
        return call.apply(this, arguments);
    };
    RECALLS.push({ ...recall, lots: [[line.product_id.id, "sn1"]] });
    await store.fetchNumberRecalls();
    expect(store.numberRecalls.find(line.product_id.id, "SN1")).toBe(null);
    await advanceTime(10000);
    await waitUntil(() => store.numberRecalls.find(line.product_id.id, "SN1"));
    expect(store.numberRecalls.find(line.product_id.id, "SN1").name).toBe("Hot battery");
});

test("a till whose connection broke asks before the bus has mended it", async () => {
    const { store, line } = await openLine();
    RECALLS.push({ ...recall, lots: [[line.product_id.id, "sn1"]] });
    store.data.bus.trigger("BUS:DISCONNECT");
    await waitUntil(() => store.numberRecalls.find(line.product_id.id, "SN1"));
    expect(store.numberRecalls.find(line.product_id.id, "SN1").name).toBe("Hot battery");
});
