import { beforeEach, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { KNOWN_NUMBERS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { LOT_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { SplitEntry } from "@pos_lot_traceability/app/services/split_entry";
import { NumberScan } from "@pos_lot_traceability/app/services/number_scan";
import { OrderNumbersDialog } from "@pos_lot_traceability/app/components/popups/order_numbers_dialog/order_numbers_dialog";

definePosModels();

const GTIN = "05901234123457";
const known = (name, dates = {}) => ({
    ...{ id: 7, name, quantity: 5, available: 5, flags: [], alert_date: false },
    ...dates,
});

let shared = null; // a test has one store

beforeEach(() => {
    shared = null;
    mockDate("2027-06-15 12:00:00");
    for (const name of Object.keys(KNOWN_NUMBERS)) {
        delete KNOWN_NUMBERS[name];
    }
});

async function openShop({ usesDates = true, zone = "Asia/Tokyo", policy = "warn" } = {}) {
    shared ||= await setupPosEnv();
    const store = shared;
    const template = store.models["product.template"].get(LOT_PRODUCT);
    const product = template.product_variant_ids[0];
    product.update({ barcode: GTIN });
    template.update({ use_expiration_date: usesDates });
    store.config._shop_zone = zone;
    store.config.expired_number_policy = policy;
    const said = [];
    store.notification = {
        add(message) {
            said.push(String(message));
            return () => {};
        },
    };
    return { store, template, product, said };
}

/** Scan a code in the popup. */
async function scanInPopup(code, options) {
    const shop = await openShop(options);
    const vals = { product_tmpl_id: shop.template, qty: 1 };
    const line = await shop.store.addLineToOrder(vals, shop.store.addNewOrder(), {}, false);
    const entry = new NumberEntry({ pos: shop.store, line });
    entry.add(code, "scanned");
    await entry.drained;
    const rejected = entry.state.rejected.map(({ reason }) => String(reason));
    return { ...shop, line, entry, rejected, number: line.pack_lot_ids[0] };
}

/** Scan a code on the product screen; `answer` is the server's, null: there is none. */
async function scanOnScreen(code, answer, options) {
    const shop = await openShop(options);
    shop.store.data.call = async () => {
        if (!answer) {
            throw new ConnectionLostError();
        }
        const { id, display_name } = shop.product;
        const choice = { product_id: id, product: display_name, quantity: null, ...answer };
        return { kind: "gs1", choices: [choice] };
    };
    const order = shop.store.addNewOrder();
    await new NumberScan(shop.store).take(code);
    const line = order.lines[0];
    return { ...shop, order, line, number: line?.pack_lot_ids[0] };
}

const isSent = (number, code_expiration, code_best_before) => {
    const { code_expiration: first, code_best_before: second } = number.serializeForORM();
    expect([first, second]).toEqual([code_expiration, code_best_before]);
};

test("the popup keeps what a code says: (17), (15), and (16) where there is no (15)", async () => {
    for (const [dates, ...sent] of [
        ["(17)271231", "2027-12-31", false],
        ["(15)271231", false, "2027-12-31"],
        ["(16)271231", false, "2027-12-31"],
        ["(17)271231(15)271130(16)271030", "2027-12-31", "2027-11-30"],
        ["", false, false],
    ]) {
        const { number, said } = await scanInPopup(`(01)${GTIN}${dates}(10)NEW`);
        expect(number.lot_name).toBe("NEW");
        isSent(number, ...sent);
        expect(said).toEqual([]);
        expect(number.getStatus().wrong).toBe("");
    }
});

test("a new lot is shown with its code's date", async () => {
    const code = `(01)${GTIN}(17)271231(10)NEW`;
    const { number } = await scanInPopup(code);
    expect(number.getLabel()).toInclude("(exp. 12/31/2027)");
    expect(String(number.getStatus().text)).toBe("new · expires on 12/31/2027");
    expect(number.getStatus().level).toBe("info");
    const other = await scanInPopup(code, { usesDates: false });
    expect(other.number.getLabel()).not.toInclude("exp.");
    expect(String(other.number.getStatus().text)).toBe("new");
    isSent(other.number, "2027-12-31", false);
});

test("another date than the lot's is told in the shop's time zone, both of them", async () => {
    // In Tokyo these are 1 July and 1 June.
    KNOWN_NUMBERS.L1 = known("L1", {
        expiration_date: "2027-06-30 16:00:00",
        use_date: "2027-05-31 16:00:00",
    });
    const same = await scanInPopup(`(01)${GTIN}(17)270701(15)270601(10)L1`);
    expect(same.said).toEqual([]);
    const other = await scanInPopup(`(01)${GTIN}(17)270630(16)270531(10)L1`);
    expect(other.said).toEqual([
        "The label says that L1 expires on 06/30/2027, the lot says 07/01/2027.",
        "The label says that L1 is best before 05/31/2027, the lot says 06/01/2027.",
    ]);
    isSent(other.number, "2027-06-30", "2027-05-31");
    expect(other.number.getCodeExpiration()).toBe(null); // the lot's own stands
});

test("the product screen tells the same, and keeps it", async () => {
    const info = known("L1", {
        expiration_date: "2027-06-30 16:00:00",
        use_date: "2027-05-31 16:00:00",
    });
    const dates = { code_expiration: "2027-06-30", code_best_before: "2027-05-31" };
    const { said, number, line } = await scanOnScreen("X", { name: "L1", info, dates });
    expect(said.slice(0, 2)).toEqual([
        "The label says that L1 expires on 06/30/2027, the lot says 07/01/2027.",
        "The label says that L1 is best before 05/31/2027, the lot says 06/01/2027.",
    ]);
    isSent(number, "2027-06-30", "2027-05-31");
    expect(line.qty).toBe(1);
});

test("a second scan of a new lot adds up, and the date stays", async () => {
    const answer = { name: "NEW", info: false, dates: { code_expiration: "2027-12-31" } };
    const { store, order } = await scanOnScreen("X", answer);
    await new NumberScan(store).take("X");
    answer.dates = {};
    await new NumberScan(store).take("X");
    const numbers = order.lines.flatMap((line) => line.pack_lot_ids);
    expect(numbers.map(({ quantity }) => quantity)).toEqual([3]);
    isSent(numbers[0], "2027-12-31", false);
});

test("a new lot that has expired is told or refused like a known one, everywhere", async () => {
    const code = `(01)${GTIN}(17)270614(10)NEW`;
    const answer = { name: "NEW", info: false, dates: { code_expiration: "2027-06-14" } };
    for (const scan of [
        (options) => scanInPopup(code, options),
        (options) => scanOnScreen(code, answer, options),
        (options) => scanOnScreen(code, null, options), // offline
    ]) {
        const told = await scan({ policy: "warn" });
        expect(told.number.lot_name).toBe("NEW");
        expect(String(told.number.getStatus().wrong)).toBe("expired");
        expect(told.number.getStatus().level).toBe("danger");
        expect(String(told.number.getStatus().text)).toInclude("expired on 06/14/2027");
        const refused = await scan({ policy: "block" });
        expect(refused.number).toBe(undefined);
        const reasons = [...refused.said, ...(refused.rejected || [])].join();
        expect(reasons).toInclude("NEW has expired and may not be sold.");
        const other = await scan({ policy: "block", usesDates: false });
        expect(other.number.lot_name).toBe("NEW");
    }
});

test("the last day is the shop's", async () => {
    const code = `(01)${GTIN}(17)270615(10)NEW`;
    mockDate("2027-06-15 14:59:58", 0);
    const before = await scanInPopup(code);
    expect(before.number.getStatus().wrong).toBe("");
    mockDate("2027-06-15 15:00:00", 0);
    expect(String(before.number.getStatus().wrong)).toBe("expired");
    const elsewhere = await scanInPopup(code, { zone: "Europe/Paris" });
    expect(elsewhere.number.getStatus().wrong).toBe("");
});

test("a known lot's own date is written as the shop counts days, wherever it is shown", async () => {
    const info = known("L1", { expiration_date: "2027-06-30 16:00:00" });
    KNOWN_NUMBERS.L1 = info;
    for (const [zone, day] of [
        ["Asia/Tokyo", "07/01/2027"],
        ["America/New_York", "06/30/2027"],
        ["No/Where", "06/30/2027"], // the browser's own
        [undefined, "06/30/2027"],
    ]) {
        mockDate("2027-06-15 12:00:00", 0);
        const { number, store } = await scanInPopup(`(01)${GTIN}(10)L1`, { zone });
        store.config._shop_zone = zone;
        expect(number.getLabel()).toInclude(`(exp. ${day})`);
        expect(String(number.getStatus().text)).toInclude(`expires on ${day}`);
        mockDate("2027-07-05 12:00:00", 0);
        expect(String(number.getStatus().text)).toInclude(`expired on ${day}`);
        const dialog = Object.create(OrderNumbersDialog.prototype);
        dialog.props = { orderNumbers: { pos: store } };
        const line = { tracking: "lot" };
        const row = { info, wanted: 1, take: 1, problem: false };
        expect(String(dialog.describe(line, row).note)).toBe(`expires on ${day}`);
        const expired = { ...row, info: { ...info, expired: true } };
        expect(String(dialog.describe(line, expired).note)).toBe(`expired on ${day}`);
        const gone = { ...expired, take: 0, problem: "expired" };
        expect(dialog.describe(line, gone).problem).toInclude(`expired on ${day}`);
    }
});

test("a known lot without date has none, whatever its code says", async () => {
    KNOWN_NUMBERS.L1 = known("L1", { expiration_date: false });
    const { number, said, rejected } = await scanInPopup(`(01)${GTIN}(17)200101(10)L1`, {
        policy: "block",
    });
    expect([said, rejected]).toEqual([[], []]);
    expect(number.getStatus().wrong).toBe("");
});

test("what was taken back and put back has its date again", async () => {
    const { line, entry, store } = await scanInPopup(`(01)${GTIN}(17)271231(10)NEW`);
    const later = new NumberEntry({ pos: store, line });
    later.remove(line.pack_lot_ids[0]);
    later.cancel();
    isSent(line.pack_lot_ids[0], "2027-12-31", false);
    entry.cancel();
    expect(line.pack_lot_ids).toHaveLength(0);
});

test("units of a split bill that are swapped take their dates along", async () => {
    const { line, store, template } = await scanInPopup(`(01)${GTIN}(17)271231(10)NEW`);
    const vals = { product_tmpl_id: template, qty: 1 };
    const source = await store.addLineToOrder(vals, store.addNewOrder(), {}, false);
    source.addNumber({ lot_name: "OLD", code_best_before: "2027-11-30" });
    const entry = new SplitEntry({ pos: store, line, source });
    entry.takeNumber({ name: "OLD" }, { name: "OLD" });
    isSent(line.pack_lot_ids[0], false, "2027-11-30");
    isSent(source.pack_lot_ids[0], "2027-12-31", false);
    entry.cancel();
    isSent(line.pack_lot_ids[0], "2027-12-31", false);
    isSent(source.pack_lot_ids[0], false, "2027-11-30");
});

test("lines that are put together keep the date", async () => {
    const { line, store, template } = await scanInPopup(`(01)${GTIN}(17)271231(10)NEW`);
    const order = line.order_id;
    const vals = { product_tmpl_id: template, qty: 1, price_unit: 5 };
    const other = await store.addLineToOrder(vals, order, {}, false);
    other.merge(line);
    isSent(other.pack_lot_ids[0], "2027-12-31", false);
});
