import { expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { getLinesWithWarranty, getWarrantyEnd } from "@pos_lot_traceability/app/utils/warranty";

const { DateTime } = luxon;
const END = DateTime.local(2028, 1, 10);

definePosModels();

/** A number of a paid order, as the till has it. */
function number({ line = {}, order = {}, ...values } = {}) {
    const product = { id: 1, product_tmpl_id: { _warranty_months: 24 } };
    const sold = { qty: 1, product_id: product, ...line };
    sold.order_id = {
        finalized: true,
        lines: [sold],
        date_order: DateTime.local(2026, 1, 10),
        ...order,
    };
    return { pos_order_line_id: sold, ...values };
}

test("a warranty that all numbers share is said once", async () => {
    await setupPosEnv(); // dates are written as its language does
    const lines = getLinesWithWarranty([
        { label: "SN A", end: END },
        { label: "SN B", end: END },
    ]);
    expect(lines).toHaveLength(3);
    expect(lines.slice(0, 2)).toEqual(["SN A", "SN B"]);
});

test("different warranties stand below their numbers", async () => {
    await setupPosEnv();
    const lines = getLinesWithWarranty([
        { label: "SN A", end: END },
        { label: "SN B", end: null },
        { label: "SN C", end: END.plus({ days: 1 }) },
    ]);
    expect(lines).toHaveLength(5);
    expect([lines[0], lines[2], lines[3]]).toEqual(["SN A", "SN B", "SN C"]);
    expect(getLinesWithWarranty([])).toEqual([]);
});

test("what the server says goes before what the product promises", () => {
    const told = number({ warranty_end: END.plus({ days: 5 }) });
    expect(getWarrantyEnd(told).toISODate()).toBe("2028-01-15");
    expect(getWarrantyEnd(number()).toISODate()).toBe("2028-01-10");
});

test("a receipt that would say something wrong says nothing", () => {
    expect(getWarrantyEnd(number({ order: { finalized: false } }))).toBe(null);
    expect(getWarrantyEnd(number({ line: { qty: -1 } }))).toBe(null);
    expect(getWarrantyEnd(number({ warranty_end: END, warranty_ended_on: END }))).toBe(null);
    expect(getWarrantyEnd(number({ order: { shipping_date: END } }))).toBe(null);
    expect(getWarrantyEnd(number({ isSynced: true }))).toBe(null);
    const back = { qty: -1, product_id: { id: 1 } };
    expect(getWarrantyEnd(number({ order: { lines: [back] } }))).toBe(null);
});

test("offline, the day is that of the shop, also when the clocks change", () => {
    const soldAt = (iso, _shop_zone) => {
        const date_order = DateTime.fromISO(iso, { zone: "utc" });
        return getWarrantyEnd(number({ order: { date_order, config: { _shop_zone } } }));
    };
    expect(soldAt("2026-03-28T23:30:00", "Europe/Paris").toISODate()).toBe("2028-03-29");
    expect(soldAt("2026-10-24T22:30:00", "Europe/Paris").toISODate()).toBe("2028-10-25");
    expect(soldAt("2026-06-01T03:00:00", "America/Los_Angeles").toISODate()).toBe("2028-05-31");
    expect(soldAt("2026-06-01T03:00:00", "Nowhere/Else").toISODate()).toBe("2028-06-01");
    // 29 February, and a month that is shorter.
    expect(soldAt("2024-02-29T12:00:00", "Europe/Paris").toISODate()).toBe("2026-02-28");
});
