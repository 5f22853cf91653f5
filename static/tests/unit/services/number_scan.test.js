import { Deferred, advanceTime, animationFrame, expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { NumberScan } from "@pos_lot_traceability/app/services/number_scan";
import { BarcodeParser } from "@barcodes/js/barcode_parser";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Recalls } from "@pos_lot_traceability/app/utils/recalls";

definePosModels();

/** What the product screen and the popup say of one number, and what they took. */
async function enterBothWays(name, info, prepare = () => {}) {
    const store = await setupPosEnv();
    const template = store.models["product.template"].get(SERIAL_PRODUCT);
    const product = template.product_variant_ids[0];
    prepare(store, template, product);
    const order = store.addNewOrder();
    const scan = new NumberScan(store);
    const said = [];
    scan.warn = (message) => said.push(message);
    const choice = { product_id: product.id, product: product.display_name, name, info };
    await scan.add({ ...choice, quantity: null, dates: {} });
    const scanned = order.lines.flatMap((line) => line.pack_lot_ids.map((n) => n.lot_name));
    for (const line of [...order.lines]) {
        order.removeOrderline(line);
    }
    const vals = { product_tmpl_id: template, qty: 1 };
    const line = await store.addLineToOrder(vals, order, {}, false);
    const entry = new NumberEntry({ pos: store, line });
    entry.takeNumber({ name, origin: "scanned" }, info);
    const popup = entry.state.rejected.map(({ reason }) => reason);
    return { said, popup, scanned, taken: line.pack_lot_ids.map((n) => n.lot_name) };
}

test("a recalled number is refused on the product screen as in the popup", async () => {
    const { said, popup, scanned, taken } = await enterBothWays(
        "SN1",
        null,
        (store, _, product) => {
            const recall = {
                id: 1,
                name: "Hot battery",
                what_to_do: "Put it aside.",
                products: [],
            };
            store.numberRecalls = new Recalls([{ ...recall, lots: [[product.id, "sn1"]] }]);
        }
    );
    expect(popup).toHaveLength(1);
    expect(said).toEqual(popup);
    expect(said[0]).toInclude("Put it aside.");
    expect([scanned, taken]).toEqual([[], []]);
});

const threeDigits = (_, template) => {
    template._number_rules = { format: { kind: "digits", shortest: 3, longest: 5 } };
};

test("a new number is judged by the product's format on both", async () => {
    const { said, popup } = await enterBothWays("AB", false, threeDigits);
    expect(popup).toHaveLength(1);
    expect(said).toEqual(popup);
});

test("a known number is taken on both, whatever the format", async () => {
    const known = { id: 1, name: "AB", quantity: 1, available: 1, flags: [] };
    const { said, popup, scanned, taken } = await enterBothWays("AB", known, threeDigits);
    expect([said, popup]).toEqual([[], []]);
    expect([scanned, taken]).toEqual([["AB"], ["AB"]]);
});

test("a sold unit is answered with buttons: trace it, or take it off again", async () => {
    const store = await setupPosEnv();
    const product = store.models["product.template"].get(SERIAL_PRODUCT).product_variant_ids[0];
    const order = store.addNewOrder();
    const shown = [];
    store.notification = {
        add(message, { buttons = [] }) {
            shown.push({ message, buttons });
            return () => shown.pop();
        },
    };
    const asked = [];
    store.openTrace = (query) => asked.push(query);
    const scan = new NumberScan(store);
    const choose = async (name, sold) => {
        const info = { id: 7, name, product_id: product.id, quantity: 0, flags: [], ...sold };
        const choice = { product_id: product.id, product: product.display_name, name, info };
        await scan.add({ ...choice, quantity: null, dates: {} });
    };
    const press = (name) =>
        shown
            .at(-1)
            .buttons.find((each) => each.name === name)
            .onClick();
    await choose("SN1", { quantity: 1 });
    expect(shown).toEqual([]);
    await choose("SN2", { sold_in: "0001 of 1/1/2026", flags: ["duplicate"] });
    expect(shown[0].message).toInclude("already sold in 0001");
    press("Trace");
    expect(asked).toEqual([{ lot_id: 7 }]);
    expect(shown).toEqual([]);
    await choose("SN3", { flags: ["duplicate"] });
    press("Take off");
    const [line] = order.lines;
    expect(line.pack_lot_ids.map(({ lot_name }) => lot_name)).toEqual(["SN1", "SN2"]);
    expect(line.qty).toBe(2);
    // A press that comes when the line has changed does nothing more.
    await choose("SN4", { flags: ["duplicate"] });
    const late = shown.at(-1).buttons[1];
    line.pack_lot_ids.at(-1).delete();
    late.onClick();
    expect(line.qty).toBe(3);
});

test("a return asks for what is known of what comes back; a shelf unit is taken off again", async () => {
    const store = await setupPosEnv();
    const product = store.models["product.template"].get(SERIAL_PRODUCT).product_variant_ids[0];
    const order = store.addNewOrder();
    const preset = store.models["pos.preset"].getFirst();
    preset.is_return = true;
    order.preset_id = preset;
    const asked = [];
    store.data.call = async (model, method, [, text, isReturn]) => {
        asked.push([method, text, isReturn]);
        const flags = text === "SN3" ? ["duplicate"] : [];
        const info = { id: 7, name: text, quantity: 1, flags, is_return: true };
        const choice = { product_id: product.id, product: product.display_name, name: text, info };
        return { kind: "number", choices: [{ ...choice, quantity: null, dates: {} }] };
    };
    const shown = [];
    store.notification = {
        add(message, { buttons = [] }) {
            shown.push({ message, buttons });
            return () => {};
        },
    };
    const scan = new NumberScan(store);
    for (const name of ["SN1", "SN2", "SN3"]) {
        expect(await scan.take(name)).toBe(true);
    }
    expect(asked).toEqual(
        ["SN1", "SN2", "SN3"].map((name) => ["find_numbers_by_text", name, true])
    );
    const [line] = order.lines;
    expect(line.qty).toBe(-3);
    const levels = line.pack_lot_ids.map((number) => number.getStatus().level);
    expect(levels).toEqual(["success", "success", "danger"]);
    expect(shown).toHaveLength(1);
    expect(shown[0].message).toInclude("on the shelf");
    shown[0].buttons.find(({ name }) => name === "Take off").onClick();
    expect(line.qty).toBe(-2);
    expect(line.pack_lot_ids.map(({ lot_name }) => lot_name)).toEqual(["SN1", "SN2"]);
});

/** A till whose server says `answer` of every text, or is out of reach; what core reads is noted. */
async function openScan(answer = null) {
    const store = await setupPosEnv();
    const template = store.models["product.template"].get(SERIAL_PRODUCT);
    const [product] = template.product_variant_ids;
    const order = store.addNewOrder();
    const call = store.data.call.bind(store.data);
    store.data.call = (model, method, args) => {
        if (method !== "find_numbers_by_text") {
            return call(model, method, args);
        }
        if (!answer) {
            throw new ConnectionLostError();
        }
        return answer(product, args[1]);
    };
    const said = [];
    const scan = new NumberScan(store);
    scan.warn = (message) => said.push(message);
    const read = [];
    const note = (kind) => (code) => read.push([kind, code.code]);
    const rule = (type, pattern) => ({ type, pattern, encoding: "any", name: type, alias: "0" });
    const rules = [rule("discount", "22{NN}"), rule("product", ".*")];
    const nomenclature = { upc_ean_conv: "always", rules };
    const barcodeReader = new BarcodeReader(new BarcodeParser({ nomenclature }), {});
    store.barcodeReader = barcodeReader;
    barcodeReader.register({
        number: (text) => scan.take(text),
        product: note("product"),
        discount: note("discount"),
    });
    return { store, product, order, scan, said, read, type: (text) => barcodeReader.scan(text) };
}

const namesOf = (order) =>
    order.lines.flatMap((line) => line.pack_lot_ids.map(({ lot_name }) => lot_name));

test("core reads a product's barcode without what the scanner sends before it", async () => {
    const choice = ({ id }) => ({ product_id: id, product: "P", name: "", quantity: null });
    const { product, read, type } = await openScan((found) => ({
        kind: "barcode",
        choices: [choice(found)],
    }));
    for (const text of ["]E05901234123457", "]C0BOX-1", "5901234123457\r"]) {
        await type(text);
    }
    // Also one that is known here.
    product.barcode = "4006381333931";
    await type("]E04006381333931");
    expect(read).toEqual([
        ["product", "5901234123457"],
        ["product", "BOX-1"],
        ["product", "5901234123457"],
        ["product", "4006381333931"],
    ]);
});

test("without a server a number that was seen is read as the server reads it", async () => {
    const { store, product, order, scan, type } = await openScan();
    await store.addScannedNumber(
        { product_id: product, product_tmpl_id: product.product_tmpl_id },
        { lot_name: "SN1", quantity: 1, origin: "scanned" },
        null
    );
    const find = (text) => scan.findHere(text, text).choices.map(({ name }) => name);
    expect(find("]C0SN1")).toEqual(["SN1"]);
    expect(find("SNSN1")).toEqual([]);
    product.product_tmpl_id._number_rules = { format: { kind: "digits", prefixes: ["SN"] } };
    expect(find("]C0snSN1")).toEqual(["SN1"]);
    expect(find("SN1")).toEqual(["SN1"]);
    expect(find("SN")).toEqual([]);
    await type("SNSN1"); // it is in the order already
    expect(namesOf(order)).toEqual(["SN1"]);
});

test("without a server no rule of core's takes a serial for a discount", async () => {
    const { said, read, type } = await openScan();
    await type("2250X17");
    expect(said).toEqual(["The server does not answer: 2250X17 was not looked up."]);
    expect(read).toEqual([]);
    await type("NOBODY"); // core tells it
    expect(read).toEqual([["product", "NOBODY"]]);
});

test("a discount is one when the server knows no such number", async () => {
    const { said, read, type } = await openScan(() => ({ kind: "unknown", choices: [] }));
    await type("2250X17");
    expect([said, read]).toEqual([[], [["discount", "2250X17"]]]);
});

/**
 * A till whose server answers each scan when it is told to (`answers.shift().resolve()`), a known serial
 * for every text; scans go through the reader, as on the product screen.
 */
async function openSlowTill() {
    const answers = [];
    const till = await openScan((product, name) => {
        const info = { id: name, name, product_id: product.id, quantity: 1, flags: [] };
        const choice = { product_id: product.id, product: "P", name, info };
        const choices = [{ ...choice, quantity: null, dates: {} }];
        const isKnown = name.startsWith("SN");
        const answer = new Deferred();
        answers.push(answer);
        return answer.then(() =>
            isKnown ? { kind: "number", choices } : { kind: "unknown", choices: [] }
        );
    });
    const { store, said, read } = till;
    const reader = new BarcodeReader(store.barcodeReader.parser, {});
    const unregister = reader.register({
        number(code, from) {
            const scan = new NumberScan(store, from);
            scan.warn = (message) => said.push(message);
            return scan.take(code);
        },
        product: ({ code }) => read.push(code),
    });
    reader.getOrder = () => store.getOrder(); // as when the till opens
    store.barcodeReader = reader;
    const answer = async () => {
        await animationFrame();
        answers.shift().resolve();
        await animationFrame();
    };
    return { ...till, unregister, answer, type: (text) => reader.scan(text) };
}

test("a scan is of the order that was open when it was scanned", async () => {
    const { store, order, said, unregister, answer, type } = await openSlowTill();
    type("SN1");
    type("SN2"); // its turn comes when the cashier has left
    const other = store.addNewOrder();
    unregister(); // and so is its screen
    await answer();
    await answer();
    expect(namesOf(order)).toEqual(["SN1", "SN2"]);
    expect(order.lines.map(({ qty }) => qty)).toEqual([2]);
    expect(other.lines).toHaveLength(0);
    expect(store.getOrder().uuid).toBe(other.uuid);
    expect(said).toEqual([]);
});

test("numbers of another order that is open now stay as they are", async () => {
    const { store, product, order, answer, type } = await openSlowTill();
    type("SN1");
    const other = store.addNewOrder();
    const vals = { product_tmpl_id: product.product_tmpl_id, qty: 1 };
    const line = await store.addLineToOrder(vals, other, {}, false);
    await answer();
    expect([namesOf(order), namesOf(other)]).toEqual([["SN1"], []]);
    expect([line.qty, other.getSelectedOrderline().uuid]).toEqual([1, line.uuid]);
});

test("a scan whose order is paid meanwhile is told, and nothing breaks", async () => {
    const { store, order, said, answer, type } = await openSlowTill();
    type("SN1");
    order.state = "paid";
    const other = store.addNewOrder();
    await answer();
    expect([...namesOf(order), ...namesOf(other)]).toEqual([]);
    expect(said).toEqual(["SN1 was not added: its order was left before it was read."]);
});

test("a code that core reads is not sold in the order that came after its own", async () => {
    const { store, said, read, answer, type } = await openSlowTill();
    type("SN1");
    type("BARCODE-Tablets");
    type("NOBODY");
    store.addNewOrder();
    await answer();
    await answer();
    expect(read).toEqual([]);
    expect(said).toEqual(
        ["BARCODE-Tablets", "NOBODY"].map(
            (text) => `${text} was not added: its order was left before it was read.`
        )
    );
});

test("payment waits for what was scanned before it, also of an empty order", async () => {
    const { store, order, answer, type } = await openSlowTill();
    const steps = [];
    store.navigate = (route) => steps.push([route, ...namesOf(order)]);
    type("SN1");
    type("SN2");
    const paying = [store.pay(), store.pay()];
    await answer();
    expect(steps).toEqual([]);
    await answer();
    await Promise.all(paying);
    expect(steps).toEqual([["PaymentScreen", "SN1", "SN2"]]);
});

test("payment is not blocked by a scan that does not end, nor opened when the cashier has left", async () => {
    const { store, order, product, type } = await openSlowTill();
    const vals = { product_tmpl_id: product.product_tmpl_id, qty: 1 };
    const line = await store.addLineToOrder(vals, order, {}, false);
    line.addNumber({ lot_name: "SN9" });
    const steps = [];
    store.navigate = (route) => steps.push(route);
    store.barcodeReader.mutex.exec(() => new Deferred());
    type("SN1");
    const paying = store.pay();
    await advanceTime(10000);
    await paying;
    expect(steps).toEqual(["PaymentScreen"]);
    const again = store.pay();
    store.addNewOrder();
    await advanceTime(10000);
    await again;
    expect(steps).toEqual(["PaymentScreen"]);
});

test("a screen that reads no codes says so, of a GS1 code as well", async () => {
    const { store, order } = await openScan(() => ({ kind: "unknown", choices: [] }));
    const told = [];
    const notification = { add: (message) => told.push(String(message)) };
    const reader = new BarcodeReader(store.barcodeReader.parser, { notification });
    for (const code of ["SN1", "0109506000134352\u001d10LOT-1"]) {
        await reader.scan(code);
    }
    expect(told.map((message) => message.includes("this screen reads no codes"))).toEqual([
        true,
        true,
    ]);
    expect(told[0]).toInclude("SN1 was not added");
    expect(order.lines).toHaveLength(0);
});
