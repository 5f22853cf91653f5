import { Deferred, advanceTime, beforeEach, expect, test, waitUntil } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { KNOWN_NUMBERS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

definePosModels();

const known = (name, vals = {}) => ({
    id: name,
    name,
    quantity: 1,
    available: 1,
    reserved_for: false,
    elsewhere: false,
    sold_in: false,
    expiration_date: false,
    alert_date: false,
    flags: [],
    ...vals,
});

beforeEach(() => {
    for (const name of Object.keys(KNOWN_NUMBERS)) {
        delete KNOWN_NUMBERS[name];
    }
});

function addLine(store, order = store.addNewOrder(), qty = 1) {
    return store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(SERIAL_PRODUCT), qty },
        order,
        {},
        false
    );
}

const infoOf = (line) => line.pack_lot_ids.map(({ uiState }) => uiState.info && uiState.info.name);

test("what came without a word of the server is looked up, in every open order", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    KNOWN_NUMBERS.SN2 = known("SN2", { sold_in: "0001" });
    const store = await setupPosEnv();
    const lines = [await addLine(store), await addLine(store)];
    lines.forEach((line, index) => line.addNumber({ lot_name: `SN${index + 1}` }));
    expect(lines.map(infoOf)).toEqual([[null], [null]]);
    await advanceTime(1000);
    expect(lines.map(infoOf)).toEqual([["SN1"], ["SN2"]]);
    expect(lines[1].getWrongNumberWords()).toEqual(["sold already"]);
});

test("a till that is loaded again asks again: what was right may be sold meanwhile", async () => {
    const store = await setupPosEnv();
    const line = await addLine(store);
    const number = line.addNumber({ lot_name: "SN1", info: known("SN1") });
    KNOWN_NUMBERS.SN1 = known("SN1", { sold_in: "0001" });
    await advanceTime(1000);
    expect(line.getWrongNumberWords()).toEqual([]);
    number.restoreState(JSON.parse(JSON.stringify(number.serializeState())));
    expect(number.getStatus().level).toBe("success"); // nobody has said otherwise yet
    await store.refreshUnknownNumbers();
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
    expect(number.uiState.isOld).toBe(false);
});

test("entered while the server did not answer: checked as soon as it does", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    const store = await setupPosEnv();
    const line = await addLine(store);
    const { call } = store.data;
    let isThere = false;
    patchWithCleanup(store.data, {
        call() {
            if (!isThere) {
                throw new ConnectionLostError();
            }
            return call.apply(this, arguments);
        },
    });
    const entry = new NumberEntry({ pos: store, line });
    entry.add("SN1", "scanned");
    await entry.drained;
    await advanceTime(1000);
    expect(infoOf(line)).toEqual([null]);
    isThere = true;
    store.data.network.offline = true;
    await advanceTime(1000);
    expect(infoOf(line)).toEqual([null]);
    store.data.network.offline = false;
    await advanceTime(1000);
    expect(infoOf(line)).toEqual(["SN1"]);
});

/** The server answers for the direction that it is asked about; SN1 is with a customer. */
function answerByDirection(store, { isThere = () => true } = {}) {
    const asked = [];
    patchWithCleanup(store.data, {
        async call(model, method, [, , names, isReturn]) {
            if (method !== "check_numbers") {
                return super.call(...arguments);
            }
            if (!isThere()) {
                throw new ConnectionLostError();
            }
            asked.push(isReturn);
            const info = isReturn
                ? { id: 1, name: "SN1", quantity: 1, flags: [], is_return: true }
                : known("SN1", { quantity: 0, sold_in: "0001", flags: ["duplicate"] });
            return Object.fromEntries(names.map((name) => [name, info]));
        },
    });
    return asked;
}

test("a line that changes its direction is asked about again, and not green until then", async () => {
    const store = await setupPosEnv();
    const asked = answerByDirection(store);
    const line = await addLine(store, store.addNewOrder(), -1);
    const back = { id: 1, name: "SN1", quantity: 1, flags: [], is_return: true };
    const number = line.addNumber({ lot_name: "SN1", info: back });
    await advanceTime(1000);
    expect(asked).toEqual([]);
    expect(describeNumbersState(line).level).toBe("success");
    line.setQuantity(1);
    expect(number.getStatus().level).toBe("muted");
    expect(describeNumbersState(line).level).toBe("muted");
    await advanceTime(1000);
    expect(asked).toEqual([false]);
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
    line.setQuantity(-1);
    expect(describeNumbersState(line).level).toBe("muted");
    await advanceTime(1000);
    expect(asked).toEqual([false, true]);
    expect(describeNumbersState(line).level).toBe("success");
    line.setQuantity(-2);
    await advanceTime(1000);
    expect(asked).toHaveLength(2);
});

test("a preset that takes back turns lines round, offline too", async () => {
    const store = await setupPosEnv();
    let isThere = false;
    answerByDirection(store, { isThere: () => isThere });
    const order = store.addNewOrder();
    const line = await addLine(store, order);
    line.addNumber({ lot_name: "SN1", info: known("SN1") });
    expect(describeNumbersState(line).level).toBe("success");
    line.setQuantity(-1);
    await advanceTime(1000);
    expect(describeNumbersState(line).level).toBe("muted");
    isThere = true;
    store.data.network.offline = true;
    store.data.network.offline = false;
    await advanceTime(1000);
    expect(describeNumbersState(line).level).toBe("success");
});

test("an answer for a direction that the line has left says nothing", async () => {
    const store = await setupPosEnv();
    const line = await addLine(store);
    const number = line.addNumber({ lot_name: "SN1" });
    const answers = [];
    patchWithCleanup(store.data, {
        call(model, method) {
            if (method !== "check_numbers") {
                return super.call(...arguments);
            }
            answers.push(new Deferred());
            return answers.at(-1);
        },
    });
    const asked = new NumberEntry({ pos: store, line }).refresh();
    await waitUntil(() => answers.length === 1);
    line.setQuantity(-1);
    answers[0].resolve({ SN1: known("SN1") });
    await asked;
    expect(number.uiState.info).toBe(null);
});

test("a serial of another open order is no candidate, and says where it is", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    const store = await setupPosEnv();
    const first = await addLine(store);
    first.addNumber({ lot_name: "SN1", info: known("SN1") });
    const second = await addLine(store);
    const entry = new NumberEntry({ pos: store, line: second });
    let excluded;
    patchWithCleanup(store.data, {
        call(model, method, [, , , , exclude]) {
            if (method === "search_numbers") {
                excluded = exclude;
            }
            return super.call(...arguments);
        },
    });
    await entry.search("");
    expect(excluded).toEqual(["SN1"]);
    entry.add("SN1", "scanned");
    await entry.drained;
    const [number] = second.pack_lot_ids;
    expect(number.getStatus().level).toBe("danger");
    expect(number.getStatus().wrong).toInclude(first.order_id.getName());
    first.order_id.state = "cancel";
    expect(number.getStatus().wrong).toBe("");
});

/** Orders of this till: `[name, quantity]` each, paid and not sent yet. */
async function pay(store, qty, name) {
    const line = await addLine(store, store.addNewOrder(), qty);
    line.addNumber({ lot_name: name, info: known(name) });
    line.order_id.state = "paid";
    return line.order_id;
}

test("what this till has sold and not sent is no good number, whatever the server says", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    const store = await setupPosEnv();
    const sale = await pay(store, 1, "SN1");
    const line = await addLine(store);
    const entry = new NumberEntry({ pos: store, line });
    expect(entry.getUsedSerials()).toInclude("SN1");
    const back = new NumberEntry({ pos: store, line: await addLine(store, undefined, -1) });
    expect(back.getUsedSerials()).not.toInclude("SN1"); // it may be what comes back
    entry.add("SN1", "scanned");
    await entry.drained;
    const [number] = line.pack_lot_ids;
    expect(number.uiState.info.quantity).toBe(1);
    expect(number.getStatus().level).toBe("danger");
    expect(number.getStatus().text).toInclude(sale.getName());
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
    // Without a word of the server the same.
    number.uiState.info = null;
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
    // It comes back: it may be sold again.
    const refund = await pay(store, -1, "SN1");
    refund.date_order = sale.date_order.plus({ minutes: 1 });
    expect(line.getWrongNumberWords()).toEqual([]);
});

test("a sale that the server has gets the server's word, and open orders ask again", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    const store = await setupPosEnv();
    const line = await addLine(store);
    const number = line.addNumber({ lot_name: "SN1", info: known("SN1") });
    const sale = await pay(store, 1, "SN1");
    expect(number.getStatus().wrong).toBe("sold already");
    KNOWN_NUMBERS.SN1 = known("SN1", { sold_in: "0001" });
    store.addPendingOrder([sale.id]);
    await store.syncAllOrders();
    await advanceTime(1000);
    expect(number.uiState.info.sold_in).toBe("0001");
    store.models["pos.order"].getBy("uuid", sale.uuid).nb_print = 1; // printed since
    KNOWN_NUMBERS.SN1 = known("SN1"); // taken back at another till
    number.uiState.isOld = true;
    await store.refreshUnknownNumbers();
    expect(number.getStatus().wrong).toBe("");
});

test("of more numbers than the server takes at once, each has its word, and only who needs it", async () => {
    KNOWN_NUMBERS.SN1100 = known("SN1100", { sold_in: "0001" });
    const store = await setupPosEnv();
    const line = await addLine(store, store.addNewOrder(), 1200);
    for (let count = 1; count <= 1200; count++) {
        const vals = { lot_name: `SN${count}`, quantity: 1, pos_order_line_id: line };
        store.models["pos.pack.operation.lot"].create(vals);
    }
    const asked = [];
    let isRefused = true;
    patchWithCleanup(store.data, {
        async call(model, method, [, , names]) {
            if (method === "check_numbers") {
                asked.push(names.length);
                if (isRefused && asked.length === 2) {
                    throw new ConnectionLostError();
                }
            }
            return super.call(...arguments);
        },
    });
    await advanceTime(1000);
    expect(asked).toEqual([1000, 200]);
    expect(infoOf(line).every((info) => info === null)).toBe(true);
    isRefused = false;
    await store.refreshUnknownNumbers();
    store.numbersServerIsLost = false; // nobody has noticed that it is back
    await store.refreshUnknownNumbers();
    expect(asked).toEqual([1000, 200, 1000, 200]);
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
    // One of them is not certain any more: that one is asked about.
    line.pack_lot_ids[3].uiState.isOld = true;
    await store.refreshUnknownNumbers();
    expect(asked.slice(4)).toEqual([1]);
    await store.refreshUnknownNumbers();
    expect(asked).toHaveLength(5);
});

test("what gets uncertain while it is asked about is asked about again", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    const store = await setupPosEnv();
    const line = await addLine(store);
    const number = line.addNumber({ lot_name: "SN1", info: known("SN1") });
    number.uiState.isOld = true;
    const asked = store.refreshUnknownNumbers();
    await Promise.resolve();
    expect(number.uiState.isOld).toBe(false);
    number.uiState.isOld = true; // sold in another order of this till, say
    await asked;
    expect(number.uiState.isOld).toBe(true);
    await store.refreshUnknownNumbers();
    expect(number.uiState.isOld).toBe(false);
    // Without an answer it stays so.
    number.uiState.isOld = true;
    patchWithCleanup(store.data, {
        async call() {
            throw new ConnectionLostError();
        },
    });
    await store.refreshUnknownNumbers();
    expect(number.uiState.isOld).toBe(true);
});

test("a server that was late is asked again as soon as it answers", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1", { sold_in: "0001" });
    const store = await setupPosEnv();
    const line = await addLine(store);
    const late = new Deferred();
    const { call } = store.data;
    let isHanging = true;
    patchWithCleanup(store.data, {
        async call(model, method) {
            if (isHanging && method === "check_numbers") {
                await late;
            }
            return call.apply(this, arguments);
        },
    });
    const entry = new NumberEntry({ pos: store, line });
    entry.add("SN1", "scanned");
    await advanceTime(6000);
    await entry.drained;
    expect(infoOf(line)).toEqual([null]);
    isHanging = false;
    late.resolve();
    await advanceTime(1000);
    expect(infoOf(line)).toEqual(["SN1"]);
    expect(line.getWrongNumberWords()).toEqual(["sold already"]);
});

test("what is scanned behind the question before payment is asked about as well", async () => {
    const store = await setupPosEnv();
    const line = await addLine(store);
    const order = line.order_id;
    const shown = [];
    patchWithCleanup(store.dialog, {
        add(component, { lines, getPayload }, { onClose }) {
            shown.push(lines[0].qty);
            if (shown.length === 1) {
                line.setQuantity(2);
            }
            getPayload("continue");
            onClose();
        },
    });
    expect(await store.confirmMissingNumbers(order)).toBe(true);
    expect(shown).toEqual([1, 2]);
    expect(store.areNumbersConfirmed(order)).toBe(true);
});

test("the customer display shows consecutive serials as one", async () => {
    const store = await setupPosEnv();
    const line = await addLine(store, store.addNewOrder(), 12);
    for (let value = 10; value < 22; value++) {
        line.addNumber({ lot_name: `R00${value}` });
    }
    const adapter = new CustomerDisplayPosAdapter();
    expect(adapter.getOrderlineData(line).packLotLines).toEqual(["R0010 … R0021 (12)"]);
    line.pack_lot_ids[5].delete();
    expect(adapter.getOrderlineData(line).packLotLines).toHaveLength(11);
});

test("the customer display is told the newest state, one call at a time", async () => {
    const store = await setupPosEnv();
    const line = await addLine(store, store.addNewOrder(), 1);
    const calls = [];
    const tell = (quantity) => {
        line.setQuantity(quantity);
        const adapter = new CustomerDisplayPosAdapter();
        adapter.formatOrderData(line.order_id);
        adapter.dispatch({
            config: store.config,
            data: {
                call: (model, method, [, data]) => {
                    const answer = new Deferred();
                    calls.push({ method, quantity: data.lines[0].qty, answer });
                    return answer;
                },
            },
        });
    };
    [1, 2, 3].forEach(tell);
    expect(calls).toHaveLength(1);
    calls[0].answer.reject(new Error("no server"));
    await waitUntil(() => calls.length === 2);
    expect(calls.map(({ method, quantity }) => [method, quantity])).toEqual([
        ["update_customer_display", "1"],
        ["update_customer_display", "3"],
    ]);
    calls[1].answer.resolve();
});
