import { describe, expect, test } from "@odoo/hoot";
import { readNewNumber } from "@pos_lot_traceability/app/utils/number_format";
import { FORMAT_CASES } from "../data/format_cases";

describe.current.tags("headless");

test("new numbers are judged as on the server", () => {
    expect(FORMAT_CASES.length).toBeGreaterThan(30);
    for (const [format, text, name, reason] of FORMAT_CASES) {
        expect([format, text, ...readNewNumber(text, format)]).toEqual([
            format,
            text,
            name,
            reason,
        ]);
    }
});
