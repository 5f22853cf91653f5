import { beforeEach, expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { PROPOSALS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import {
    LOT_PRODUCT,
    SERIAL_PRODUCT,
} from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

definePosModels();

beforeEach(() => {
    Object.assign(PROPOSALS, { rows: [], calls: [], fails: false });
});

/** A till whose products do `entry`; the popup is told of, not shown, and cancelled. */
async function openTill(entry, rows = []) {
    const store = await setupPosEnv();
    PROPOSALS.rows = rows;
    for (const id of [LOT_PRODUCT, SERIAL_PRODUCT]) {
        store.models["product.template"].get(id)._number_rules = { entry };
    }
    const asked = [];
    patchWithCleanup(store, {
        async editNumbers(line) {
            asked.push(line.getNumbersState().missing);
            return true;
        },
    });
    const order = store.addNewOrder();
    const add = (qty = 1, id = LOT_PRODUCT) =>
        store.addLineToOrder(
            { product_tmpl_id: store.models["product.template"].get(id), qty },
            order
        );
    return { store, order, asked, add };
}

const lots = (line) => line.pack_lot_ids.map((lot) => [lot.lot_name, lot.quantity, lot.origin]);

test("the next lots are taken as the line grows, and no popup comes", async () => {
    const rows = [
        ["L1", 2],
        ["L2", 5],
    ];
    const { asked, add } = await openTill("auto", rows);
    const line = await add();
    expect(lots(line)).toEqual([["L1", 1, "auto"]]);
    await add();
    await add();
    expect(line.qty).toBe(3);
    expect(lots(line)).toEqual([
        ["L1", 2, "auto"],
        ["L2", 1, "auto"],
    ]);
    expect(asked).toEqual([]);
    // By the numpad: at once, without a word from the server.
    line.setQuantity(6);
    expect(lots(line)).toEqual([
        ["L1", 2, "auto"],
        ["L2", 4, "auto"],
    ]);
    line.setQuantity(1);
    expect(lots(line)).toEqual([["L1", 1, "auto"]]);
    expect(PROPOSALS.calls).toHaveLength(1);
    expect(line.getNumbersState().complete).toBe(true);
});

test("a lot in two places is taken in the order of its parts", async () => {
    const rows = [
        ["L1", 1],
        ["L2", 1],
        ["L1", 3],
    ];
    const { add } = await openTill("auto", rows);
    expect(lots(await add(2))).toEqual([
        ["L1", 1, "auto"],
        ["L2", 1, "auto"],
    ]);
});

test("what is in another cart, or was just paid for, is not chosen again", async () => {
    const { store, order, add } = await openTill("auto", [
        ["L1", 2],
        ["L2", 1],
    ]);
    await add(2);
    const other = store.addNewOrder();
    const template = store.models["product.template"].get(LOT_PRODUCT);
    const vals = () => ({ product_tmpl_id: template, qty: 1 });
    let line = await store.addLineToOrder(vals(), other);
    expect(lots(line)).toEqual([["L2", 1, "auto"]]);
    line.delete();
    order.state = "paid";
    line = await store.addLineToOrder(vals(), other);
    expect(lots(line)).toEqual([["L2", 1, "auto"]]);
});

test("where nothing is free, or not enough, the popup asks", async () => {
    const { store, asked, add } = await openTill("auto");
    await add();
    expect(asked).toEqual([1]);
    PROPOSALS.rows = [["L1", 2]];
    await add(4);
    expect(asked).toEqual([1, 3]);
    expect(store.getOrder().lines[0].getNumbersState().given).toBe(2);
});

test("expired since it was proposed: passed over", async () => {
    const { add } = await openTill("auto", [
        ["OLD", 5, { expiration_date: "2019-01-01 00:00:00" }],
        ["NEW", 5],
    ]);
    expect(lots(await add(2))).toEqual([["NEW", 2, "auto"]]);
});

test("a serial is never chosen, nor what comes back", async () => {
    const { order, asked, add } = await openTill("auto", [["SN1", 1]]);
    await add(1, SERIAL_PRODUCT);
    expect(asked).toEqual([1]);
    await add(-1);
    expect(asked).toEqual([1, 1]);
    expect(order.lines.flatMap((line) => lots(line))).toEqual([]);
});

test("offline, what was known is chosen from; what is not known is asked", async () => {
    const { store, asked, add } = await openTill("auto", [["L1", 2]]);
    await add();
    patchWithCleanup(store.data, {
        async call() {
            throw new ConnectionLostError();
        },
    });
    const line = await add();
    expect(lots(line)).toEqual([["L1", 2, "auto"]]);
    expect(asked).toEqual([]);
    await add();
    expect(asked).toEqual([1]);
});

test("a server that fails is no reason to lose the unit", async () => {
    const { order, asked, add } = await openTill("auto", [["L1", 2]]);
    PROPOSALS.fails = true;
    await add();
    expect(asked).toEqual([1]);
    expect(order.lines).toHaveLength(1);
});

test("what the cashier chose stays, and the rest is chosen", async () => {
    const { store, add } = await openTill("auto", [["L1", 9]]);
    const line = await add(2);
    const entry = new NumberEntry({ pos: store, line });
    entry.remove(line.pack_lot_ids[0]);
    line.addNumber({ lot_name: "MINE", quantity: 2, origin: "picked", info: { quantity: 2 } });
    line.setQuantity(3);
    expect(lots(line)).toEqual([
        ["MINE", 2, "picked"],
        ["L1", 1, "auto"],
    ]);
    // The popup's cancel brings back exactly what was there.
    const again = new NumberEntry({ pos: store, line });
    again.remove(line.pack_lot_ids[1]);
    again.askForUnits("", 4);
    again.cancel();
    expect(line.qty).toBe(3);
    expect(lots(line)).toEqual([
        ["MINE", 2, "picked"],
        ["L1", 1, "auto"],
    ]);
});

test("a line that grows waits for the server once only", async () => {
    const rows = Array.from({ length: 50 }, (_, index) => [`L${index}`, 3]);
    const { store, add } = await openTill("auto", rows);
    for (let index = 0; index < 21; index++) {
        await add();
    }
    const [line] = store.getOrder().lines;
    expect(line.getNumbersState().given).toBe(21);
    expect(PROPOSALS.calls.length).toBe(1);
});

test("a line that grows while the server is asked for less gets all the same", async () => {
    const { store, add } = await openTill("auto", [["L1", 5000]]);
    const line = await add();
    for (const quantity of [6, 60, 600]) {
        line.setQuantity(quantity); // one digit after the other
    }
    await store.numberProposals.whenChosen();
    expect(lots(line)).toEqual([["L1", 600, "auto"]]);
    // What was asked for under way is enough: it is not asked for again.
    line.setQuantity(1300);
    line.setQuantity(1301);
    const { length } = PROPOSALS.calls;
    await store.numberProposals.whenChosen();
    expect(lots(line)).toEqual([["L1", 1301, "auto"]]);
    expect(PROPOSALS.calls.length - length).toBeLessThan(3);
});

test("a lot is chosen for as many units as it has", async () => {
    const { add } = await openTill("auto", [
        ["L1", 1200],
        ["L2", 5000],
    ]);
    expect(lots(await add(1500))).toEqual([
        ["L1", 1200, "auto"],
        ["L2", 300, "auto"],
    ]);
    // In one cart with it, and more than a thousand units are spoken for.
    expect(lots(await add(600))).toEqual([
        ["L1", 1200, "auto"],
        ["L2", 900, "auto"],
    ]);
});

/** A line whose numbers the cashier is asked for, and its popup. */
async function openEntry(rows, qty, numbers = {}, id = LOT_PRODUCT) {
    const till = await openTill("ask", rows);
    const line = await till.add(qty, id);
    for (const [lot_name, quantity] of Object.entries(numbers)) {
        const [, free] = rows.find(([name]) => name === lot_name) || [];
        line.addNumber({ lot_name, quantity, origin: "typed", info: { quantity: free } });
    }
    return { ...till, line, entry: new NumberEntry({ pos: till.store, line }) };
}

test("Fill takes more of a lot that has more, before the next one", async () => {
    const rows = [
        ["A", 5],
        ["B", 50],
        ["C", 9],
    ];
    const { line, entry } = await openEntry(rows, 15, { A: 5, B: 5 });
    expect(entry.hasMoreOfItsLots).toBe(true);
    await entry.fill();
    expect(lots(line)).toEqual([
        ["A", 5, "typed"],
        ["B", 10, "typed"],
    ]);
    line.setQuantity(60);
    await entry.fill();
    expect(lots(line)).toEqual([
        ["A", 5, "typed"],
        ["B", 50, "typed"],
        ["C", 5, "auto"],
    ]);
    // C has more; with nothing left there is nothing to offer.
    expect(entry.hasMoreOfItsLots).toBe(true);
    line.setQuantity(99);
    await entry.fill();
    expect(line.getNumbersState().missing).toBe(35);
    expect(entry.hasMoreOfItsLots).toBe(false);
});

test("Fill leaves what another cart of this till has", async () => {
    const rows = [
        ["A", 5],
        ["B", 50],
    ];
    const { store, line, entry } = await openEntry(rows, 4);
    const other = await store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(LOT_PRODUCT), qty: 3 },
        store.addNewOrder(),
        {},
        false
    );
    other.addNumber({ lot_name: "A", quantity: 3 });
    await entry.fill();
    expect(lots(line)).toEqual([
        ["A", 2, "auto"],
        ["B", 2, "auto"],
    ]);
});

test("Fill takes a lot for as many units as are missing", async () => {
    const { line, entry } = await openEntry([["A", 9000]], 1500);
    await entry.fill();
    expect(lots(line)).toEqual([["A", 1500, "auto"]]);
    line.setQuantity(1500); // a lone lot follows its line
    line.addNumber({ lot_name: "MINE", quantity: 1, info: { quantity: 1 } });
    line.setQuantity(3000);
    await entry.fill();
    expect(lots(line)).toEqual([
        ["A", 2999, "auto"],
        ["MINE", 1, false],
    ]);
});

test("what comes back is filled in from its sale, the rest of a lot too; else it is asked", async () => {
    const { line, entry } = await openEntry([["A", 9]], -5, { B: 2 });
    await entry.fill();
    expect(PROPOSALS.calls).toEqual([]); // what is on the shelf does not come back
    expect(lots(line)).toEqual([["B", 2, "typed"]]);
    const refund = new NumberEntry({ pos: entry.pos, line });
    Object.defineProperty(refund, "isRefund", { value: true });
    Object.defineProperty(refund, "isReturn", { value: false });
    refund.refundable = [
        { name: "B", quantity: 4, refundable: true },
        { name: "C", quantity: 4, refundable: true },
    ];
    line.pack_lot_ids[0].uiState.info = refund.refundable[0];
    expect(refund.hasMoreOfItsLots).toBe(true);
    await refund.fill();
    expect(lots(line)).toEqual([
        ["B", 4, "typed"],
        ["C", 1, "auto"],
    ]);
});

test("beyond a thousand serials in the cart none is proposed again", async () => {
    const rows = Array.from({ length: 1300 }, (_, index) => [`SN${index}`, 1]);
    const { store, line, entry } = await openEntry(rows, 1210, {}, SERIAL_PRODUCT);
    for (const [lot_name] of rows.slice(0, 1200)) {
        const vals = { lot_name, quantity: 1, pos_order_line_id: line };
        store.models["pos.pack.operation.lot"].create(vals);
    }
    await entry.propose();
    expect(PROPOSALS.excluded).toHaveLength(1200);
    expect(entry.state.proposal.rows.map(({ name }) => name)).toEqual(
        rows.slice(1200, 1210).map(([name]) => name)
    );
});

test("where nobody asks there is no popup, nothing red and no question", async () => {
    const { order, asked, add } = await openTill("none");
    for (const id of [LOT_PRODUCT, SERIAL_PRODUCT]) {
        const line = await add(2, id);
        expect(line.getNumbersState().complete).toBe(true);
        expect(line.hasValidProductLot()).toBe(true);
        expect(describeNumbersState(line).level).toBe("muted");
    }
    expect(asked).toEqual([]);
    expect(order.getLinesWithNumbersToConfirm()).toEqual([]);
    expect(order.getLinesWithIncompleteNumbers()).toEqual([]);
    expect(PROPOSALS.calls).toEqual([]);
    // Numbers can be given all the same; more than there are units is an error as ever.
    const [line] = order.lines;
    line.addNumber({ lot_name: "L1", quantity: 2 });
    expect(describeNumbersState(line).level).toBe("success");
    line.addNumber({ lot_name: "L2", quantity: 1 });
    expect(line.getNumbersState().complete).toBe(false);
});

test("the nearest category that says something decides where the product does not", async () => {
    const { store } = await openTill(undefined);
    const template = store.models["product.template"].get(LOT_PRODUCT);
    const parent = store.models["product.category"].create({ name: "All" });
    const category = store.models["product.category"].create({ name: "Food", parent_id: parent });
    template.categ_id = category;
    category._number_rules = false;
    parent._number_rules = { entry: "auto", format: { kind: "imei" } };
    expect(template.getNumberEntry()).toBe("auto");
    category._number_rules = { entry: "none" };
    expect(template.getNumberEntry()).toBe("none");
    expect(template.getNumberFormat()).toEqual({ kind: "imei" });
    template._number_rules = { format: { kind: "any" } };
    expect(template.getNumberFormat()).toEqual({ kind: "any" });
});

test("of a lot as much is asked for as is missing, of serials so many as have a name", async () => {
    const { store, add } = await openTill("auto");
    const line = await add(2500);
    const serials = await add(2500, SERIAL_PRODUCT);
    expect(PROPOSALS.calls).toEqual([[line.product_id.id, 5000]]); // it may grow
    for (const each of [line, serials]) {
        await new NumberEntry({ pos: store, line: each }).findNext();
    }
    expect(PROPOSALS.calls.slice(1)).toEqual([
        [line.product_id.id, 2500],
        [serials.product_id.id, 1000],
    ]);
});
