import { expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import {
    LOT_PRODUCT,
    SERIAL_PRODUCT,
} from "@pos_lot_traceability/../tests/unit/data/product_template.data";

definePosModels();

async function addLine(productId, qty = 1) {
    const store = await setupPosEnv();
    const line = await store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(productId), qty },
        store.addNewOrder(),
        {},
        false
    );
    return { store, line };
}

function state(line) {
    const { asked, given, missing, surplus, complete } = line.getNumbersState();
    return [asked, given, missing, surplus, complete];
}

test("serials: one of three is not enough, four are too many", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 3);
    expect(state(line)).toEqual([3, 0, 3, 0, false]);
    line.addNumber({ lot_name: "SN1" });
    expect(state(line)).toEqual([3, 1, 2, 0, false]);
    expect(line.hasValidProductLot()).toBe(false);
    line.addNumber({ lot_name: "SN2" });
    line.addNumber({ lot_name: "SN3" });
    expect(state(line)).toEqual([3, 3, 0, 0, true]);
    line.addNumber({ lot_name: "SN4" });
    expect(state(line)).toEqual([3, 4, 0, 1, false]);
});

test("a serial is called so once, also where its name begins so", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 4);
    for (const lot_name of ["A1", "SN1", "sn-2", "ＳＮ3"]) {
        line.addNumber({ lot_name });
    }
    const labels = line.pack_lot_ids.map((number) => String(number.getLabel()));
    expect(labels).toEqual(["SN A1", "SN1", "sn-2", "ＳＮ3"]);
});

test("the same serial is there once", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 2);
    line.addNumber({ lot_name: "SN1" });
    line.addNumber({ lot_name: "SN1" });
    expect(line.pack_lot_ids).toHaveLength(1);
    expect(state(line)).toEqual([2, 1, 1, 0, false]);
});

test("serials are sold in whole units, returned ones as well", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 2);
    line.addNumber({ lot_name: "SN1" });
    line.addNumber({ lot_name: "SN2" });
    line.setQuantity(1.5);
    expect(line.getNumbersState().fractional).toBe(true);
    expect(line.getNumbersState().complete).toBe(false);
    line.setQuantity(-2);
    expect(state(line)).toEqual([2, 2, 0, 0, true]);
    expect(line.canRaiseQuantity()).toBe(false);
});

test("a single lot follows the quantity as far as its stock reaches", async () => {
    const { line } = await addLine(LOT_PRODUCT, 1);
    const lot = line.addNumber({ lot_name: "L1", info: { name: "L1", quantity: 10 } });
    expect(lot.quantity).toBe(1);
    line.setQuantity(8);
    expect(lot.quantity).toBe(8);
    line.setQuantity(12);
    expect(lot.quantity).toBe(10);
    expect(state(line)).toEqual([12, 10, 2, 0, false]);
    line.setQuantity(4);
    expect(lot.quantity).toBe(4);
});

test("a lot whose stock is not known follows without limit", async () => {
    const { line } = await addLine(LOT_PRODUCT, 1);
    const lot = line.addNumber({ lot_name: "NEW", info: false });
    line.setQuantity(100);
    expect(lot.quantity).toBe(100);
});

test("two lots stay as they are, and the same lot twice adds up", async () => {
    const { line } = await addLine(LOT_PRODUCT, 5);
    line.addNumber({ lot_name: "L1", info: { name: "L1", quantity: 2 } });
    const second = line.addNumber({ lot_name: "L2", info: { name: "L2", quantity: 9 } });
    expect(second.quantity).toBe(3);
    expect(state(line)).toEqual([5, 5, 0, 0, true]);
    line.setQuantity(6);
    expect(state(line)).toEqual([6, 5, 1, 0, false]);
    line.addNumber({ lot_name: "L2", quantity: 1 });
    expect(second.quantity).toBe(4);
    expect(state(line)).toEqual([6, 6, 0, 0, true]);
});

test("lines with lots are merged, lots of one name become one", async () => {
    const { store, line } = await addLine(LOT_PRODUCT, 2);
    line.addNumber({ lot_name: "L1", quantity: 2 });
    const other = store.models["pos.order.line"].create({
        order_id: line.order_id,
        product_id: line.product_id,
        qty: 3,
        price_unit: line.price_unit,
        price_type: "original",
    });
    other.addNumber({ lot_name: "L1", quantity: 1 });
    other.addNumber({ lot_name: "L2", quantity: 2 });
    expect(line.canBeMergedWith(other)).toBe(true);
    line.merge(other);
    expect(line.qty).toBe(5);
    expect(line.pack_lot_ids.map((lot) => [lot.lot_name, lot.quantity])).toEqual([
        ["L1", 3],
        ["L2", 2],
    ]);
});

for (const [kind, productId] of [
    ["serials", SERIAL_PRODUCT],
    ["lots", LOT_PRODUCT],
]) {
    test(`${kind}: what comes back and what is sold stand on lines of their own`, async () => {
        const { store, line } = await addLine(productId, -1);
        line.addNumber({ lot_name: "BACK", quantity: 1 });
        store.setOrder(line.order_id);
        const product_id = line.product_id;
        const vals = { product_tmpl_id: product_id.product_tmpl_id, product_id };
        for (const [qty, lot_name] of [
            [1, "OUT1"],
            [1, "OUT2"],
            [-1, "BACK2"],
        ]) {
            const number = { lot_name, quantity: 1, origin: "scanned" };
            await store.addScannedNumber({ ...vals, qty }, number, false);
        }
        const rows = line.order_id.lines.map(({ qty, pack_lot_ids }) => [
            qty,
            pack_lot_ids.map(({ lot_name }) => lot_name),
        ]);
        expect(rows).toEqual([
            [-2, ["BACK", "BACK2"]],
            [2, ["OUT1", "OUT2"]],
        ]);
    });
}

test("core's setPackLotLines neither deletes nor sets the quantity", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 3);
    line.addNumber({ lot_name: "SN1" });
    line.setPackLotLines({ modifiedPackLotLines: [], newPackLotLines: [], setQuantity: true });
    line.setPackLotLines({
        modifiedPackLotLines: {},
        newPackLotLines: [{ lot_name: "SN1" }, { lot_name: "SN2" }],
    });
    expect(line.qty).toBe(3);
    expect(line.pack_lot_ids.map((lot) => lot.lot_name)).toEqual(["SN1", "SN2"]);
});

test("a price that was set by hand stays when lots make core price the line again", async () => {
    const { line } = await addLine(LOT_PRODUCT, 1);
    line.price_type = "manual";
    line.setUnitPrice(7);
    line.setQuantity(3);
    line.order_id.setPricelist(line.order_id.pricelist_id);
    expect(line.price_unit).toBe(7);
});

test("what is sent carries uuid, quantity and origin, and no finding of the server", async () => {
    const { line } = await addLine(SERIAL_PRODUCT, 1);
    line.addNumber({ lot_name: "SN1", origin: "scanned", info: { name: "SN1", quantity: 1 } });
    const [[, , vals]] = line.order_id.serializeForORM().lines[0][2].pack_lot_ids;
    expect(vals.lot_name).toBe("SN1");
    expect(vals.quantity).toBe(1);
    expect(vals.origin).toBe("scanned");
    expect(typeof vals.uuid).toBe("string");
    expect("info" in vals || "uiState" in vals).toBe(false);
});

async function splitLine(productId, qty, numbers, moved) {
    const { store, line } = await addLine(productId, qty);
    for (const [lot_name, quantity] of numbers) {
        line.addNumber({ lot_name, quantity });
    }
    // As pos_restaurant does it: the raw line is copied, and takes all numbers with it.
    const raw = { ...line.raw };
    delete raw.uuid;
    delete raw.id;
    const order = store.addNewOrder();
    const part = store.models["pos.order.line"].create({ ...raw, qty: moved, order_id: order.id });
    if (moved !== qty) {
        line.update({ qty: qty - moved });
    }
    store.handlePreparationHistory({}, {}, line, part, moved);
    const names = (l) => l.pack_lot_ids.map((n) => [n.lot_name, n.quantity]);
    return [names(line), names(part)];
}

test("a split bill deals serials out by quantity", async () => {
    const numbers = [
        ["SN1", 1],
        ["SN2", 1],
        ["SN3", 1],
    ];
    const [rest, part] = await splitLine(SERIAL_PRODUCT, 3, numbers, 1);
    expect(part).toEqual([["SN1", 1]]);
    expect(rest).toEqual([
        ["SN2", 1],
        ["SN3", 1],
    ]);
});

test("a split bill in halves deals both halves out", async () => {
    const numbers = [
        ["SN1", 1],
        ["SN2", 1],
    ];
    const [rest, part] = await splitLine(SERIAL_PRODUCT, 2, numbers, 1);
    expect(part).toEqual([["SN1", 1]]);
    expect(rest).toEqual([["SN2", 1]]);
});

test("a split bill parts a lot", async () => {
    const [rest, part] = await splitLine(LOT_PRODUCT, 5, [["L1", 5]], 2);
    expect(part).toEqual([["L1", 2]]);
    expect(rest).toEqual([["L1", 3]]);
});

test("a line that goes along as a whole keeps its numbers", async () => {
    const [rest, part] = await splitLine(SERIAL_PRODUCT, 2, [["SN1", 1]], 2);
    expect(part).toEqual([["SN1", 1]]);
    expect(rest).toEqual([]);
});

test("a number taken off while its order is under way to the server does not come back", async () => {
    const { store, line } = await addLine(SERIAL_PRODUCT, 2);
    line.addNumber({ lot_name: "SN1" });
    const removed = line.addNumber({ lot_name: "SN2" });
    const [kept] = line.pack_lot_ids;
    const rows = [kept, removed].map((number, index) => ({
        id: 70 + index,
        uuid: number.uuid,
        lot_name: number.lot_name,
        quantity: 1,
        pos_order_line_id: 60,
    }));
    removed.delete();
    // The answer to what was sent before.
    store.models.loadConnectedData({
        "pos.order": [{ ...line.order_id.raw, id: 50, lines: [60] }],
        "pos.order.line": [{ ...line.raw, id: 60, order_id: 50, pack_lot_ids: [70, 71] }],
        "pos.pack.operation.lot": rows,
    });
    await Promise.resolve();
    expect(line.pack_lot_ids.map((number) => number.lot_name)).toEqual(["SN1"]);
    const [[, , sent]] = line.order_id.serializeForORM().lines;
    expect(sent.pack_lot_ids).toEqual([[3, 71]]);
});
