import { expect, test } from "@odoo/hoot";
import { click, press, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import {
    LOT_PRODUCT,
    SERIAL_PRODUCT,
} from "@pos_lot_traceability/../tests/unit/data/product_template.data";
import { SplitEntry } from "@pos_lot_traceability/app/services/split_entry";

definePosModels();

const numbersOf = (order) =>
    order.lines.flatMap((line) => line.pack_lot_ids.map((n) => [n.lot_name, n.quantity]));

/** What pos_restaurant does, which is not there in unit tests: it copies the raw lines. */
const RESTAURANT = {
    moveLine(line, order, qty) {
        const vals = { ...line.raw, order_id: order.id, qty };
        delete vals.uuid;
        delete vals.id;
        return this.models["pos.order.line"].create(vals, false, true);
    },
    async mergeOrders(sourceOrder, destOrder) {
        destOrder.uiState.unmerge = {};
        for (const line of [...sourceOrder.lines]) {
            let target = destOrder.lines.find((each) => each.canBeMergedWith(line));
            if (target) {
                target.merge(line);
            } else {
                target = this.moveLine(line, destOrder, line.qty);
            }
            this.handlePreparationHistory({}, {}, line, target, line.qty);
            destOrder.uiState.unmerge[target.uuid] = {
                table_id: 2,
                quantity: line.qty,
                formerUuid: line.uuid,
            };
            line.delete();
        }
    },
    async restoreOrdersToOriginalTable(order, table) {
        const back = this.addNewOrder();
        for (const [uuid, details] of Object.entries(order.uiState.unmerge)) {
            expect(details.table_id).toBe(table.id);
            const line = order.lines.find((each) => each.uuid === uuid);
            const part = this.moveLine(line, back, details.quantity);
            if (line.qty === details.quantity) {
                line.delete();
            } else {
                line.setQuantity(line.qty - details.quantity);
            }
            this.handlePreparationHistory({}, {}, line, part, details.quantity);
        }
        return back;
    },
    async createSplittedOrder(line, qty) {
        const order = this.createNewOrder();
        order.uiState.splittedOrderUuid = line.order_id.uuid;
        const part = this.moveLine(line, order, qty);
        if (line.qty !== qty) {
            line.update({ qty: line.qty - qty });
        }
        this.handlePreparationHistory({}, {}, line, part, qty);
        await this.syncAllOrders({ orders: [line.order_id, order] });
        return order;
    },
};

async function openRestaurant() {
    // Below the add-on's own patch, where `super` leads.
    patchWithCleanup(Object.getPrototypeOf(PosStore.prototype), RESTAURANT);
    return setupPosEnv();
}

/** An order of one line: `[[name, quantity]]`. */
async function seat(store, productId, numbers) {
    const order = store.addNewOrder();
    const line = await store.addLineToOrder(
        {
            product_tmpl_id: store.models["product.template"].get(productId),
            qty: numbers.reduce((sum, [, quantity]) => sum + quantity, 0),
        },
        order,
        {},
        false
    );
    for (const [lot_name, quantity] of numbers) {
        line.addNumber({ lot_name, quantity, origin: "scanned" });
    }
    return order;
}

/** Table 2's order moves to another one, and leaves again after `meanwhile(merged order)`. */
async function mergeAndPart(productId, first, second, meanwhile = () => {}) {
    const store = await openRestaurant();
    const guest = await seat(store, productId, first);
    const host = await seat(store, productId, second);
    await store.mergeOrders(guest, host);
    expect(host.lines).toHaveLength(1);
    await meanwhile(host, store);
    const back = await store.restoreOrdersToOriginalTable(host, { id: 2 });
    return [numbersOf(back), numbersOf(host)];
}

const serials = (...names) => names.map((name) => [name, 1]);

test("tables that part leave with the serials they came with", async () => {
    const [guest, host] = await mergeAndPart(
        SERIAL_PRODUCT,
        serials("SN031"),
        serials("SN051", "SN052")
    );
    expect(guest).toEqual(serials("SN031"));
    expect(host).toEqual(serials("SN051", "SN052"));
});

test("also where the guests had more than the hosts", async () => {
    const [guest, host] = await mergeAndPart(
        SERIAL_PRODUCT,
        serials("SN1", "SN2", "SN3"),
        serials("SN4")
    );
    expect(guest).toEqual(serials("SN1", "SN2", "SN3"));
    expect(host).toEqual(serials("SN4"));
});

test("a lot that both had goes with each as far as it was theirs", async () => {
    const [guest, host] = await mergeAndPart(
        LOT_PRODUCT,
        [
            ["LOT-A", 1],
            ["LOT-B", 1],
        ],
        [
            ["LOT-A", 2],
            ["LOT-C", 1],
        ]
    );
    expect(guest).toEqual([
        ["LOT-A", 1],
        ["LOT-B", 1],
    ]);
    expect(host).toEqual([
        ["LOT-A", 2],
        ["LOT-C", 1],
    ]);
});

test("a number that was replaced meanwhile: the new one goes to whom the old one was", async () => {
    const [guest, host] = await mergeAndPart(
        SERIAL_PRODUCT,
        serials("SN031"),
        serials("SN051", "SN052"),
        ({ lines: [line] }) => {
            line.pack_lot_ids.find(({ lot_name }) => lot_name === "SN031").delete();
            line.addNumber({ lot_name: "SN099" });
        }
    );
    expect(guest).toEqual(serials("SN099"));
    expect(host).toEqual(serials("SN051", "SN052"));
});

test("a number that was taken off is missing where it was", async () => {
    const [guest, host] = await mergeAndPart(
        SERIAL_PRODUCT,
        serials("SN031"),
        serials("SN051", "SN052"),
        ({ lines: [line] }) =>
            line.pack_lot_ids.find(({ lot_name }) => lot_name === "SN031").delete()
    );
    expect(guest).toEqual([]);
    expect(host).toEqual(serials("SN051", "SN052"));
});

test("what the tables brought is stored with the order", async () => {
    await mergeAndPart(SERIAL_PRODUCT, serials("SN1"), serials("SN2"), (host) => {
        const [details] = Object.values(JSON.parse(JSON.stringify(host.serializeState())).unmerge);
        expect(details.numbers).toEqual([{ lot_name: "SN1", quantity: 1 }]);
    });
});

/** Split `moved` units off a line of serials, with `during()` while it is asked which. */
async function split(names, moved, during) {
    const store = await openRestaurant();
    const order = await seat(store, SERIAL_PRODUCT, serials(...names));
    await mountWithCleanup(MainComponentsContainer);
    const done = store.createSplittedOrder(order.lines[0], moved);
    await during();
    return [numbersOf(await done), numbersOf(order)];
}

test("a split bill asks which unit goes along, and takes the one that is chosen", async () => {
    const [part, rest] = await split(["SN1", "SN2", "SN3"], 1, async () => {
        await waitFor(".o_numbers_popup .o_numbers_candidates:contains(SN3)");
        expect(".o_numbers_popup .lot-item:contains(SN1)").toHaveCount(1);
        await click(".o_numbers_candidates a:contains(SN3)");
        await waitFor(".o_numbers_popup .lot-item:contains(SN3)");
        await click(".o_numbers_apply");
        await waitForNone(".o_numbers_popup");
    });
    expect(part).toEqual(serials("SN3"));
    expect(rest.sort()).toEqual(serials("SN1", "SN2"));
});

test("who does not care gets the first ones", async () => {
    const [part, rest] = await split(["SN1", "SN2", "SN3"], 2, async () => {
        await waitFor(".o_numbers_popup .o_numbers_candidates:contains(SN3)");
        await animationFrame();
        await press("Escape");
        await waitForNone(".o_numbers_popup");
    });
    expect(part).toEqual(serials("SN1", "SN2"));
    expect(rest).toEqual(serials("SN3"));
});

test("where all units go along nothing is asked", async () => {
    const [part, rest] = await split(["SN1", "SN2"], 2, async () => {
        await animationFrame();
        expect(".o_numbers_popup").toHaveCount(0);
    });
    expect(part).toEqual(serials("SN1", "SN2"));
    expect(rest).toEqual([]);
});

async function openSplit() {
    const store = await setupPosEnv();
    const source = (await seat(store, SERIAL_PRODUCT, serials("SN3", "SN4"))).lines[0];
    const line = (await seat(store, SERIAL_PRODUCT, serials("SN1", "SN2"))).lines[0];
    return { source, line, entry: new SplitEntry({ pos: store, line, source }) };
}

const names = (line) => line.pack_lot_ids.map(({ lot_name }) => lot_name).sort();

test("choices swap: nothing is on both bills, on neither, or new", async () => {
    const { source, line, entry } = await openSplit();
    entry.add("sn3", "scanned");
    await entry.drained;
    expect([names(line), names(source)]).toEqual([
        ["SN1", "SN3"],
        ["SN2", "SN4"],
    ]);
    entry.add("SN4", "scanned");
    await entry.drained;
    expect(names(line)).toEqual(["SN3", "SN4"]);
    entry.add("NEW", "scanned");
    await entry.drained;
    expect(entry.state.rejected[0].reason).toInclude("not on this bill");
    entry.add("BARCODE-Phone", "scanned");
    await entry.drained;
    expect([line.qty, source.qty]).toEqual([2, 2]);
    // One more than it has units: the oldest choice gives way.
    entry.add("SN1", "scanned");
    await entry.drained;
    expect([names(line), names(source)]).toEqual([
        ["SN1", "SN4"],
        ["SN2", "SN3"],
    ]);
    entry.remove(line.pack_lot_ids[0]);
    expect([...names(line), ...names(source)].sort()).toEqual(["SN1", "SN2", "SN3", "SN4"]);
    expect(line.pack_lot_ids).toHaveLength(2);
    entry.cancel();
    expect([names(line), names(source)]).toEqual([
        ["SN1", "SN2"],
        ["SN3", "SN4"],
    ]);
});
