import { beforeEach, expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import { KNOWN_NUMBERS } from "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

definePosModels();

beforeEach(() => {
    for (const name of Object.keys(KNOWN_NUMBERS)) {
        delete KNOWN_NUMBERS[name];
    }
});

/** The popup's rules for two units of a product whose new numbers have a format. */
async function openEntry(format) {
    const store = await setupPosEnv();
    const template = store.models["product.template"].get(SERIAL_PRODUCT);
    template._number_rules = { format };
    const line = await store.addLineToOrder(
        { product_tmpl_id: template, qty: 2 },
        store.addNewOrder(),
        {},
        false
    );
    const entry = new NumberEntry({ pos: store, line });
    const type = async (text) => {
        entry.add(text, "typed");
        await entry.drained;
        return line.pack_lot_ids.map((number) => number.lot_name);
    };
    return { store, line, entry, type };
}

const IMEI = "490154203237518";

test("a new number that does not fit is refused with the reason, and stays to be read", async () => {
    const { entry, type } = await openEntry({ kind: "imei" });
    expect(await type("490154203237517")).toEqual([]);
    expect(entry.state.rejected[0].reason).toInclude("check digit");
    expect(entry.state.rejected[0].text).toBe("490154203237517");
    expect(await type("12")).toEqual([]);
    expect(entry.state.rejected.at(-1).reason).toInclude("15 digits");
    expect(await type(IMEI)).toEqual([IMEI]);
});

test("each format says what it wants", async () => {
    const { entry, type } = await openEntry({});
    for (const [format, text, word] of [
        [{ kind: "digits" }, "12A", "digits only"],
        [{ kind: "digits", shortest: 3 }, "12", "at least 3"],
        [{ kind: "digits", longest: 3 }, "1234", "at most 3"],
        [{ kind: "mask", mask: "AA-99" }, "A-99", "AA-99"],
        [{ kind: "any", prefixes: ["S"] }, "S", "prefix"],
    ]) {
        entry.product.product_tmpl_id._number_rules = { format };
        expect(await type(text)).toEqual([]);
        expect(entry.state.rejected.at(-1).reason).toInclude(word);
    }
});

test("a known number always wins, with a prefix before it too", async () => {
    KNOWN_NUMBERS.old = { id: 1, name: "OLD", quantity: 1, available: 1, flags: [] };
    KNOWN_NUMBERS.SN2 = { id: 2, name: "SN2", quantity: 1, available: 1, flags: [] };
    const { line, type } = await openEntry({ kind: "imei", prefixes: ["SN:"] });
    expect(await type("old")).toEqual(["OLD"]);
    expect(await type("sn:SN2")).toEqual(["OLD", "SN2"]);
    expect(line.pack_lot_ids[1].uiState.info.id).toBe(2);
});

test("prefixes are taken off new numbers, letters become upper case", async () => {
    const { entry, type } = await openEntry({ kind: "any", prefixes: ["SN:"], upper: true });
    expect(await type("SN: ab1")).toEqual(["AB1"]);
    // The same number again, now without the prefix.
    expect(await type("ab1")).toEqual(["AB1"]);
    expect(entry.state.rejected[0].reason).toInclude("already in this order");
});

test("many at once are judged one by one", async () => {
    const { entry, line } = await openEntry({ kind: "digits", shortest: 3 });
    entry.add("123\n12\n124", "typed");
    await entry.drained;
    entry.confirmBulk();
    await entry.drained;
    expect(line.pack_lot_ids.map((number) => number.lot_name)).toEqual(["123", "124"]);
    expect(entry.state.rejected.map(({ text }) => text)).toEqual(["12"]);
});

test("offline the format counts as well, but for what was seen to be known", async () => {
    const { store, entry, type } = await openEntry({ kind: "imei" });
    entry.state.suggestions = [{ id: 1, name: "OLD" }];
    patchWithCleanup(store.data, {
        async call() {
            throw new ConnectionLostError();
        },
    });
    expect(await type("NEW")).toEqual([]);
    expect(await type("old")).toEqual(["OLD"]);
    expect(await type(IMEI)).toEqual(["OLD", IMEI]);
});
