import { describe, expect, test } from "@odoo/hoot";
import { isSameGtin, looksLikeGs1, readCode, readGs1 } from "@pos_lot_traceability/app/utils/gs1";
import { GS1_CASES } from "../data/gs1_cases";

describe.current.tags("headless");

test("a code says itself that it is GS1, or only looks like it", () => {
    expect(looksLikeGs1("]C10105901234123457")).toBe("certain");
    expect(looksLikeGs1("]d2")).toBe("certain");
    expect(looksLikeGs1("10ABC\u001d21X")).toBe("certain");
    expect(looksLikeGs1("0105901234123457")).toBe("maybe");
    expect(looksLikeGs1("010590")).toBe("no");
    expect(looksLikeGs1("SN1")).toBe("no");
});

test("its parts are read, with and without the prefix", () => {
    const wanted = { gtin: "05901234123457", serial: "SN1", lot: "", quantity: null };
    expect(readGs1("010590123412345721SN1")).toEqual(wanted);
    expect(readGs1("]C1010590123412345721SN1")).toEqual(wanted);
    expect(readGs1("010590123412345710L1\u001d30012")).toEqual({
        gtin: "05901234123457",
        serial: "",
        lot: "L1",
        quantity: 12,
    });
});

test("a wrong check digit, an impossible date and a rest are no GS1", () => {
    expect(readGs1("010590123412345821SN1")).toBe(null);
    expect(readGs1("010590123412345717270231")).toBe(null);
    expect(readGs1("0105901234123457XX")).toBe(null);
    expect(readGs1("010590123412345717270200")).not.toBe(null);
});

test("an EAN-13 and its GTIN-14 are one article", () => {
    expect(isSameGtin("5901234123457", "05901234123457")).toBe(true);
    expect(isSameGtin("5901234123464", "05901234123457")).toBe(false);
    expect(isSameGtin(false, "05901234123457")).toBe(false);
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
