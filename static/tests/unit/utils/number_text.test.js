import { describe, expect, test } from "@odoo/hoot";
import {
    expandRange,
    splitNumbers,
    toNumberName,
} from "@pos_lot_traceability/app/utils/number_text";

describe.current.tags("headless");

test("a name is trimmed and loses the control characters of a scanner", () => {
    expect(toNumberName("  SN1\r\n")).toBe("SN1");
    expect(toNumberName("SN\u001d1")).toBe("SN1");
    expect(toNumberName("  ")).toBe("");
    expect(toNumberName(undefined)).toBe("");
    expect(toNumberName("Ж-é 1")).toBe("Ж-é 1");
});

test("pasted text is split at lines, commas, semicolons and tabs, not at blanks", () => {
    expect(splitNumbers("A 1\nB;C,D\tE\r\n\n")).toEqual(["A 1", "B", "C", "D", "E"]);
});

test("a range keeps its leading zeros and its width", () => {
    expect(expandRange("SN008..SN011").names).toEqual(["SN008", "SN009", "SN010", "SN011"]);
    expect(expandRange("9..11").names).toEqual(["9", "10", "11"]);
});

test("what is no range stays a number", () => {
    expect(expandRange("SN1")).toBe(null);
    expect(expandRange("A1..B2")).toBe(null);
    expect(expandRange("SN9..SN1")).toBe(null);
});

test("a range beyond the limit says how many it would be", () => {
    expect(expandRange("1..1000").names).toHaveLength(1000);
    expect(expandRange("1..1001")).toEqual({ names: [], count: 1001 });
});
