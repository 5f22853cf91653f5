import { describe, expect, test } from "@odoo/hoot";
import { BarcodeParser } from "@barcodes/js/barcode_parser";
import { isSameGtin, looksLikeGs1, readGs1 } from "@pos_lot_traceability/app/utils/gs1";

describe.current.tags("headless");

const rule = (pattern, gs1_content_type, type, extra = {}) => ({
    pattern,
    gs1_content_type,
    type,
    encoding: "gs1-128",
    ...extra,
});

const parser = new BarcodeParser({
    nomenclature: {
        is_gs1_nomenclature: true,
        gs1_separator_fnc1: "(Alt029|#|\\x1D)",
        rules: [
            rule("(01)(\\d{14})", "identifier", "product"),
            rule("(17)(\\d{6})", "date", "expiration_date"),
            rule('(10)([!"%-/0-9:-?A-Z_a-z]{0,20})', "alpha", "lot"),
            rule('(21)([!"%-/0-9:-?A-Z_a-z]{0,20})', "alpha", "lot"),
            rule("(30)(\\d{0,8})", "measure", "quantity"),
        ],
    },
});

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
    expect(readGs1("010590123412345721SN1", parser)).toEqual(wanted);
    expect(readGs1("]C1010590123412345721SN1", parser)).toEqual(wanted);
    expect(readGs1("010590123412345710L1\u001d30012", parser)).toEqual({
        gtin: "05901234123457",
        serial: "",
        lot: "L1",
        quantity: 12,
    });
});

test("a wrong check digit, an impossible date and a rest are no GS1", () => {
    expect(readGs1("010590123412345821SN1", parser)).toBe(null);
    expect(readGs1("010590123412345717270231", parser)).toBe(null);
    expect(readGs1("0105901234123457XX", parser)).toBe(null);
    expect(readGs1("010590123412345717270200", parser)).not.toBe(null);
});

test("an EAN-13 and its GTIN-14 are one article", () => {
    expect(isSameGtin("5901234123457", "05901234123457")).toBe(true);
    expect(isSameGtin("5901234123464", "05901234123457")).toBe(false);
    expect(isSameGtin(false, "05901234123457")).toBe(false);
});
