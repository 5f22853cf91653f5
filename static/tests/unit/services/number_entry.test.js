import { Deferred, animationFrame, beforeEach, expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { KNOWN_NUMBERS, PROPOSALS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

definePosModels();

const known = (name) => ({ id: name, name, quantity: 1, available: 1 });

beforeEach(() => {
    for (const name of Object.keys(KNOWN_NUMBERS)) {
        delete KNOWN_NUMBERS[name];
    }
});

async function openEntry(qty = 1, before = undefined) {
    const store = await setupPosEnv();
    const line = await store.addLineToOrder(
        { product_tmpl_id: store.models["product.template"].get(SERIAL_PRODUCT), qty },
        store.addNewOrder(),
        {},
        false
    );
    return { store, line, entry: new NumberEntry({ pos: store, line, before }) };
}

const names = (line) => line.pack_lot_ids.map((number) => number.lot_name);

test("texts are resolved in the order they came, known names as they are written", async () => {
    KNOWN_NUMBERS.sn2 = known("SN2");
    const { line, entry } = await openEntry();
    entry.add("NEW1", "scanned");
    entry.add("sn2", "typed");
    entry.add("NEW3", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["NEW1", "SN2", "NEW3"]);
    expect(line.pack_lot_ids.map((number) => number.origin)).toEqual([
        "scanned",
        "typed",
        "scanned",
    ]);
    expect(line.qty).toBe(3); // at once: a reload now loses neither numbers nor units
    expect(await entry.apply()).toBe(true);
    expect(line.qty).toBe(3);
});

test("taking numbers away lowers the quantity again, never below what it was", async () => {
    const { line, entry } = await openEntry(2);
    for (const name of ["SN1", "SN2", "SN3", "SN4"]) {
        entry.add(name, "scanned");
    }
    await entry.drained;
    expect(line.qty).toBe(4);
    for (const expected of [3, 2, 2, 2]) {
        entry.remove(line.pack_lot_ids.at(-1));
        expect(line.qty).toBe(expected);
    }
});

test("what is looked up when the popup is cancelled comes to nothing", async () => {
    const { line, entry } = await openEntry(2);
    entry.add("SN1", "scanned");
    entry.cancel();
    await entry.drained;
    expect(names(line)).toEqual([]);
    expect(entry.state.pending).toEqual([]);
});

test("put back while it is being applied: the line does not grow any more", async () => {
    const { store, line } = await openEntry(1);
    line.addNumber({ lot_name: "SN1" });
    const before = NumberEntry.takeSnapshot(line);
    line.setQuantity(2); // the product was clicked
    const entry = new NumberEntry({ pos: store, line, before });
    entry.add("SN2", "scanned");
    const applied = entry.apply();
    entry.cancel();
    expect(await applied).toBe(false);
    expect(names(line)).toEqual(["SN1"]);
    expect(line.qty).toBe(1);
});

test("a number may be called like a part of the language", async () => {
    const { line, entry } = await openEntry(1);
    entry.add("constructor", "typed");
    await entry.drained;
    expect(names(line)).toEqual(["constructor"]);
});

test("a serial is refused the second time, also in other letter case", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    KNOWN_NUMBERS.sn1 = known("SN1");
    const { line, entry } = await openEntry(2);
    entry.add("SN1", "typed");
    entry.add("sn1", "typed");
    await entry.drained;
    expect(names(line)).toEqual(["SN1"]);
    expect(entry.state.rejected).toHaveLength(1);
});

test("without the right to create, an unknown number is refused and said so", async () => {
    const { store, line, entry } = await openEntry();
    store.config.number_creation = false;
    entry.add("NEW", "typed");
    expect(await entry.apply()).toBe(false);
    expect(names(line)).toEqual([]);
    expect(entry.state.rejected[0].text).toBe("NEW");
});

test("without a server, entry goes on and nothing is called known", async () => {
    const { store, line, entry } = await openEntry();
    patchWithCleanup(store.data, {
        call() {
            throw new ConnectionLostError();
        },
    });
    entry.add("SN1", "typed");
    expect(await entry.apply()).toBe(true);
    expect(names(line)).toEqual(["SN1"]);
    expect(line.pack_lot_ids[0].uiState.info).toBe(null);
    expect(entry.state.offline).toBe(true);
});

test("its own barcode asks for one unit more, another product's is named", async () => {
    const { line, entry } = await openEntry();
    entry.add("BARCODE-Phone", "scanned");
    entry.add("BARCODE-Tablets", "scanned");
    await entry.drained;
    expect(line.qty).toBe(2);
    expect(names(line)).toEqual([]);
    expect(entry.state.rejected[0].reason).toInclude("Tablets");
});

test("a name is at most 128 characters, blanks are no name", async () => {
    const { line, entry } = await openEntry();
    entry.add("x".repeat(128), "typed");
    entry.add("y".repeat(129), "typed");
    entry.add("   ", "typed");
    await entry.drained;
    expect(names(line)).toEqual(["x".repeat(128)]);
    expect(entry.state.rejected).toHaveLength(1);
});

test("many numbers wait for a word, and come in once", async () => {
    const { line, entry } = await openEntry();
    entry.add("A1\nA2\nA1", "typed");
    await entry.drained;
    expect(entry.state.bulk.count).toBe(2);
    expect(entry.state.rejected[0].reason).toInclude("twice");
    expect(names(line)).toEqual([]);
    entry.confirmBulk();
    await entry.drained;
    expect(names(line)).toEqual(["A1", "A2"]);
});

test("a second paste comes to the first one, which waits for a word", async () => {
    const { line, entry } = await openEntry();
    entry.add("A1\nA2", "typed");
    entry.add("A3\nA4\nA2", "typed");
    await entry.drained;
    expect(entry.state.bulk.count).toBe(5);
    entry.add("1..1000", "typed"); // too many with those: they stay
    await entry.drained;
    expect(entry.state.bulk.count).toBe(5);
    expect(entry.state.rejected[0].reason).toInclude("1005");
    entry.confirmBulk();
    await entry.drained;
    expect(names(line)).toEqual(["A1", "A2", "A3", "A4"]);
    expect(entry.state.rejected.at(-1).reason).toInclude("already in this order");
});

test("more than a thousand are refused with a message", async () => {
    const { entry } = await openEntry();
    entry.add("1..1001", "typed");
    await entry.drained;
    expect(entry.state.bulk).toBe(null);
    expect(entry.state.rejected[0].reason).toInclude("1000");
});

test("a known number that looks like many is that number", async () => {
    KNOWN_NUMBERS["A,1"] = known("A,1");
    const { line, entry } = await openEntry();
    entry.add("A,1", "typed");
    await entry.drained;
    expect(entry.state.bulk).toBe(null);
    expect(names(line)).toEqual(["A,1"]);
});

test("a serial stands for one unit, whatever is written behind it", async () => {
    const { line, entry } = await openEntry(3);
    entry.add('"A;1";2', "typed");
    await entry.drained;
    expect(names(line)).toEqual([]);
    expect(entry.state.rejected[0].reason).toInclude("exactly one unit");
});

test("a lot takes the quantity that is written behind it, and adds up", async () => {
    const { store, line, entry } = await openEntry(5);
    patchWithCleanup(line.product_id, { tracking: "lot" });
    expect(store.getOrder().lines).toHaveLength(1);
    entry.add("LOT1;2;2026-12-31", "typed");
    await entry.drained;
    entry.add("lot1;1", "typed");
    await entry.drained;
    expect(line.pack_lot_ids.map((lot) => [lot.lot_name, lot.quantity])).toEqual([["LOT1", 3]]);
    entry.add("LOT1;-1", "typed");
    await entry.drained;
    expect(line.pack_lot_ids[0].quantity).toBe(3);
    expect(entry.state.rejected[0].reason).toInclude("more than zero");
});

test("names that look alike are one number; two that the server knows are two", async () => {
    KNOWN_NUMBERS.SN1 = known("SN1");
    KNOWN_NUMBERS.sn1 = known("sn1");
    const { line, entry } = await openEntry(4);
    entry.add("SN1", "scanned");
    entry.add("sn1", "scanned");
    entry.add("E\u03012", "scanned");
    entry.add("\u00e9\u200b2", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["SN1", "sn1", "\u00c92"]);
    expect(entry.state.rejected[0].reason).toInclude("already in this order");
});

test("cancel puts the line back: numbers, quantities, and the unit that was just added", async () => {
    const { line, entry } = await openEntry(2);
    line.addNumber({ lot_name: "SN1" });
    const again = new NumberEntry({ pos: entry.pos, line });
    again.add("SN2", "typed");
    await again.drained;
    again.remove(line.pack_lot_ids[0]);
    expect(again.hasChanges).toBe(true);
    await again.cancel();
    expect(names(line)).toEqual(["SN1"]);
    expect(line.qty).toBe(2);
    const added = new NumberEntry({
        pos: entry.pos,
        line,
        before: { qty: 1, numbers: NumberEntry.takeSnapshot(line).numbers },
    });
    await added.cancel();
    expect(line.qty).toBe(1);
    expect(names(line)).toEqual(["SN1"]);
});

test("a product that was not there before goes with its numbers", async () => {
    const { line, entry } = await openEntry(1, false);
    const order = line.order_id;
    entry.add("SN1", "typed");
    await entry.cancel();
    expect(order.lines).toHaveLength(0);
});

test("another product's barcode leaves a complete line, and what follows it goes along", async () => {
    const { store, line, entry } = await openEntry(2);
    store.mayScanNextProduct = () => true;
    entry.close = () => expect.step("close");
    entry.add("SN1", "scanned");
    entry.add("BARCODE-Tablets", "scanned"); // a number is missing: it is named
    await entry.drained;
    expect(entry.state.rejected.map(({ text }) => text)).toEqual(["BARCODE-Tablets"]);
    expect.verifySteps([]);
    for (const text of ["SN2", "BARCODE-Tablets", "LOT1", "LOT2"]) {
        entry.add(text, "scanned");
    }
    await entry.drained;
    expect.verifySteps(["close"]);
    expect(names(line)).toEqual(["SN1", "SN2"]);
    expect(entry.nextCodes).toEqual(["BARCODE-Tablets", "LOT1", "LOT2"]);
});

test("a complete line is not left while a refusal wants to be read, or where nothing can be added", async () => {
    const { store, entry } = await openEntry(1);
    entry.close = () => expect.step("close");
    store.mayScanNextProduct = () => true;
    entry.add("SN1", "scanned");
    entry.add("SN1", "scanned");
    entry.add("BARCODE-Tablets", "scanned");
    await entry.drained;
    expect(entry.nextCodes).toEqual([]);
    entry.state.rejected = [];
    store.mayScanNextProduct = () => false; // on the way to payment, say
    entry.add("BARCODE-Tablets", "scanned");
    await entry.drained;
    expect(entry.state.rejected).toHaveLength(1);
    expect.verifySteps([]);
});

test("a line that takes no more is full with its last number, unless something is to be looked at", async () => {
    const { line, entry } = await openEntry(1);
    entry.add("SN1", "scanned");
    await entry.drained;
    expect(entry.isFull).toBe(false); // it may take more
    line.canRaiseQuantity = () => false;
    expect(entry.isFull).toBe(true);
    entry.add("SN2", "scanned");
    await entry.drained;
    expect(entry.state.rejected).toHaveLength(1);
    expect(entry.isFull).toBe(false);
    entry.state.rejected = [];
    entry.undoLast();
    expect(names(line)).toEqual([]);
    expect(entry.isFull).toBe(false);
});

test("the last entry is taken back: a number, a lot's part, a unit asked for", async () => {
    const { line, entry } = await openEntry(1);
    for (const text of ["SN1", "SN2"]) {
        entry.add(text, "scanned");
    }
    await entry.drained;
    entry.undoLast();
    expect(names(line)).toEqual(["SN1"]);
    expect(line.qty).toBe(1);
    entry.undoLast(); // once
    expect(names(line)).toEqual(["SN1"]);
    entry.add("BARCODE-Phone", "scanned");
    await entry.drained;
    expect(line.qty).toBe(2);
    entry.undoLast();
    expect(line.qty).toBe(1);
});

test("a scan is heard: good, and bad", async () => {
    const { store, entry } = await openEntry(1);
    store.sound = { play: (sound) => expect.step(sound) };
    for (const [text, origin] of [
        ["SN1", "scanned"],
        ["SN1", "scanned"],
        ["SN2", "typed"],
        ["BARCODE-Tablets", "scanned"],
    ]) {
        entry.add(text, origin);
    }
    await entry.drained;
    expect.verifySteps(["beep", "error", "error"]);
});

/** The server says `answer` of a text on the product screen; without it, it is out of reach. */
function answerTexts(store, answer) {
    const call = store.data.call.bind(store.data);
    store.data.call = (model, method, args) => {
        if (method !== "find_numbers_by_text") {
            return call(model, method, args);
        }
        if (!answer) {
            throw new ConnectionLostError();
        }
        return answer;
    };
}

const GTIN = "04006381333931";

test("a carton asks for what is in it, also where the product has no barcode", async () => {
    const { store, line, entry } = await openEntry(1);
    line.product_id.barcode = false;
    const uom = { id: 901, factor: 12 * line.product_id.uom_id.factor };
    const carton = { product_id: line.product_id, uom_id: uom };
    patchWithCleanup(store.models["product.uom"], {
        getBy: (field, value) => (value === GTIN.slice(1) ? carton : undefined),
    });
    const expectQuantity = async (text, qty) => {
        entry.add(text, "scanned");
        await entry.drained;
        expect([text, line.qty, entry.state.rejected.length]).toEqual([text, qty, 0]);
    };
    await expectQuantity(GTIN.slice(1), 13);
    expect(entry.state.last.label).toBe("4006381333931 was taken.");
    await expectQuantity(`]C101${GTIN}`, 25);
    entry.undoLast();
    expect(line.qty).toBe(13);
    await expectQuantity(`02${GTIN}3702`, 37);
    expect(names(line)).toEqual([]);
    entry.add(`02${GTIN}3700`, "scanned");
    await entry.drained;
    expect(line.qty).toBe(37);
    expect(entry.state.rejected[0].reason).toInclude("must be more than zero");
});

for (const answer of [{ kind: "unknown", choices: [] }, null]) {
    const till = answer ? "a product that nobody knows" : "any product, without a server";
    test(`no raw GS1 code becomes a number: of ${till}`, async () => {
        const { store, line, entry } = await openEntry(2);
        answerTexts(store, answer);
        for (const text of [`01${GTIN}10ABC`, `01${GTIN}17270612\u001d`, `01${GTIN}`]) {
            entry.add(text, "scanned");
            await entry.drained;
            const { reason } = entry.state.rejected.at(-1);
            expect([text, names(line)]).toEqual([text, []]);
            expect(reason).toBe(`This code is of another product (${GTIN}). It was not taken.`);
        }
        // What only looks like one is a number: a wrong check digit, a part that nobody knows.
        const plain = [`01${GTIN.slice(0, -1)}210ABC`, `01${GTIN}XX`];
        plain.forEach((text) => entry.add(text, "scanned"));
        await entry.drained;
        expect(names(line)).toEqual(plain);
    });
}

test("a label whose packaging this till has not loaded is read by the server", async () => {
    const { store, line, entry } = await openEntry(1);
    const choice = { product_id: line.product_id.id, product: "P", quantity: null };
    answerTexts(store, {
        kind: "gs1",
        choices: [{ ...choice, name: "ABC", info: known("ABC") }],
    });
    entry.add(`01${GTIN}21ABC`, "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["ABC"]);
    answerTexts(store, { kind: "gs1", choices: [{ ...choice, name: "", quantity: 12 }] });
    entry.add(`01${GTIN}`, "scanned");
    await entry.drained;
    expect([line.qty, names(line)]).toEqual([13, ["ABC"]]);
});

test("what no character can be told for is no number", async () => {
    const { line, entry } = await openEntry(1);
    entry.add("SN\ufffd1", "scanned");
    await entry.drained;
    expect(names(line)).toEqual([]);
    expect(entry.state.rejected[0].reason).toInclude("Switch its Alt mode off");
    expect(entry.state.rejected[0].reason).toInclude(": This scanner types");
});

// The server tells of the order, that the line is not among its lines, or of the line itself.
const LOSSES = {
    "out of its order": ({ models }, { order_id: order }) =>
        models.connectNewData({ "pos.order": [{ ...order.raw, lines: [] }] }),
    "with its order": ({ models }, { order_id: order }) =>
        models["pos.order"].deleteMany([order], { silent: true }),
    "by itself": ({ models }, line) =>
        models["pos.order.line"].deleteMany([line], { silent: true }),
};

for (const [how, loseLine] of Object.entries(LOSSES)) {
    test(`a line that another device has deleted takes no number: ${how}`, async () => {
        const { store, line, entry } = await openEntry();
        const order = line.order_id;
        entry.add("SN1", "scanned");
        await entry.drained;
        store.addPendingOrder([order.id]);
        await store.syncAllOrders();
        expect([line.isSynced, line.isInOrder()]).toEqual([true, true]);
        const [number] = line.pack_lot_ids;
        loseLine(store, line);
        expect(line.isInOrder()).toBe(false);
        expect(number.quantityInOrder).toBe(1);
        entry.add("SN2", "scanned");
        entry.add("BARCODE-Phone", "scanned");
        await entry.drained;
        await entry.search("");
        entry.cancel();
        expect(order.lines).toHaveLength(0);
        expect(names(line)).not.toInclude("SN2");
    });
}

test("what a scanner for another keyboard types is no new number", async () => {
    KNOWN_NUMBERS.SN1234 = known("SN1234");
    const { store, line, entry } = await openEntry(1);
    answerTexts(store, { kind: "unknown", choices: [] });
    const french = (text) => text.replace(/\d/g, (digit) => "à&é\"'(-è_ç"[digit]);
    const held = (text) => text.replace(/\d/g, (digit) => ")!@#$%^&*("[digit]);
    const texts = [french("SN1234"), held("SN1234"), french(`01${GTIN}21ABC`)];
    for (const text of [...texts, held(`01${GTIN}`)]) {
        entry.add(text, "scanned");
        await entry.drained;
        expect([text, names(line)]).toEqual([text, []]);
        expect(entry.state.rejected.at(-1).text).toBe(text);
        expect(entry.state.rejected.at(-1).reason).toInclude("Set its keyboard country");
    }
    // What stands for nothing that is known is a number as any other, and typing is typing.
    for (const [text, origin] of [
        [french("SN9876"), "scanned"],
        ["AB--__'(C", "scanned"],
        [french("SN1234"), "typed"],
    ]) {
        entry.add(text, origin);
        await entry.drained;
        expect(names(line).at(-1)).toBe(text);
    }
});

/** The server answers a call when it is told to: `answers.<method>.shift().resolve()`. */
function holdAnswers(store, ...methods) {
    const answers = Object.fromEntries(methods.map((method) => [method, []]));
    patchWithCleanup(store.data, {
        async call(model, method) {
            if (methods.includes(method)) {
                const held = new Deferred();
                answers[method].push(held);
                await held;
            }
            return super.call(...arguments);
        },
    });
    return async (method) => {
        await animationFrame();
        answers[method].shift().resolve();
        await animationFrame();
    };
}

const propose = (...rows) =>
    Object.assign(PROPOSALS, { rows: rows.map((name) => [name, 1]), calls: [], fails: false });

test("what is scanned while Fill asks counts: it takes no more than is missing then", async () => {
    propose("SN1", "SN2", "SN3");
    KNOWN_NUMBERS.SN9 = known("SN9");
    const { store, line, entry } = await openEntry(3);
    const answer = holdAnswers(store, "propose_numbers_for", "check_numbers");
    entry.propose();
    entry.add("SN9", "scanned");
    await answer("propose_numbers_for");
    entry.takeProposal(); // Enter, before it is known what SN9 is
    const applied = entry.apply();
    await answer("check_numbers");
    expect(await applied).toBe(true);
    expect(names(line)).toEqual(["SN9", "SN1", "SN2"]);
    expect(line.qty).toBe(3);
});

test("a proposed serial that is scanned meanwhile is taken once, and another one with it", async () => {
    propose("SN1", "SN2", "SN3");
    const { line, entry } = await openEntry(3);
    await entry.propose();
    entry.add("SN1", "scanned");
    entry.takeProposal();
    await entry.apply();
    expect(names(line)).toEqual(["SN1", "SN2", "SN3"]);
    expect(line.qty).toBe(3);
});

test("nothing is filled in unasked where something was scanned", async () => {
    propose("SN1");
    KNOWN_NUMBERS.SN9 = known("SN9");
    const { store, line, entry } = await openEntry(1);
    entry.add("SN9", "scanned"); // keys that came before the popup
    await entry.fill();
    expect([names(line), line.qty]).toEqual([["SN9"], 1]);
    entry.remove(line.pack_lot_ids[0]);
    const answer = holdAnswers(store, "propose_numbers_for", "check_numbers");
    entry.fill();
    entry.add("SN9", "scanned"); // keys that come while it asks
    await answer("propose_numbers_for");
    await answer("check_numbers");
    await entry.drained;
    expect([names(line), line.qty, entry.state.proposal]).toEqual([["SN9"], 1, null]);
    entry.remove(line.pack_lot_ids[0]);
    const filled = entry.fill();
    await answer("propose_numbers_for");
    await filled;
    expect([names(line), line.qty]).toEqual([["SN1"], 1]);
    entry.remove(line.pack_lot_ids[0]);
    entry.fill();
    const applied = entry.apply(); // before anybody has seen it
    await answer("propose_numbers_for");
    expect(await applied).toBe(true);
    expect([names(line), line.qty]).toEqual([[], 1]);
});

test("units that another device asks for stay: applied, discarded, or with numbers from here", async () => {
    const { line, entry } = await openEntry(2);
    line.addNumber({ lot_name: "SN1" });
    line.addNumber({ lot_name: "SN2" });
    const reopen = () => new NumberEntry({ pos: entry.pos, line });
    let popup = reopen();
    line.qty = 4; // as data of the server is loaded
    expect(popup.hasChanges).toBe(false);
    expect(await popup.apply()).toBe(true);
    expect(line.qty).toBe(4);
    popup = reopen();
    popup.add("SN3", "scanned");
    await popup.drained;
    line.qty = 6;
    popup.add("SN4", "scanned");
    await popup.drained;
    expect(line.qty).toBe(6);
    popup.cancel();
    expect([names(line), line.qty]).toEqual([["SN1", "SN2"], 6]);
    popup = reopen();
    line.qty = 3; // fewer
    await popup.apply();
    expect(line.qty).toBe(3);
    // What this popup asked for stays when an older word of the server comes late.
    popup = reopen();
    popup.add("BARCODE-Phone", "scanned");
    await popup.drained;
    expect(line.qty).toBe(4);
    line.qty = 3;
    await popup.apply();
    expect(line.qty).toBe(4);
});

test("what the server says meanwhile is nothing that was entered", async () => {
    const { line, entry } = await openEntry(1);
    const number = line.addNumber({ lot_name: "SN1", info: known("SN1") });
    const popup = new NumberEntry({ pos: entry.pos, line });
    number.uiState.info = { ...known("SN1"), quantity: 0, sold_in: "0001" };
    expect(popup.hasChanges).toBe(false);
    number.origin = "picked";
    expect(popup.hasChanges).toBe(true);
});
