import { describe, expect, test } from "@odoo/hoot";
import { readCode, saysGs1 } from "@pos_lot_traceability/app/utils/gs1";
import { GS1_CASES } from "../data/gs1_cases";

describe.current.tags("headless");

test("a code says itself that it is GS1, or only looks like it", () => {
    for (const text of ["]C10105901234123457", "]d2", "10ABC\u001d21X", "(01)05901234123457"]) {
        expect([text, saysGs1(text)]).toEqual([text, true]);
    }
    for (const text of ["0105901234123457", "010590", "SN1", "]A0SN1"]) {
        expect([text, saysGs1(text)]).toEqual([text, false]);
    }
});

test("codes are read as on the server", () => {
    expect(GS1_CASES.length).toBeGreaterThan(70);
    for (const [text, kind, expected] of GS1_CASES) {
        const code = readCode(text, { year: 2026 });
        const { code: why = "", ai, other } = code.reason ?? {};
        const printed = code.elements.map(([each, value]) => `(${each})${value}`).join("");
        const found = kind === "gs1" ? printed : [why, ai, other].filter(Boolean).join(" ");
        expect([text, code.kind, found]).toEqual([text, kind, expected]);
    }
});

test("a shop's own separator and its products", () => {
    const { elements } = readCode("010950600013435210A#21B", { separators: ["#"] });
    expect(elements).toEqual([
        ["01", "09506000134352"],
        ["10", "A"],
        ["21", "B"],
    ]);
    expect(readCode("010950600013435210A", { knowsGtin: () => false }).kind).toBe("plain");
});
