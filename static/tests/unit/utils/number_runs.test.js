import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { describeRun, foldTexts, groupRuns } from "@pos_lot_traceability/app/utils/number_runs";

describe.current.tags("headless");

test("consecutive numbers are one group, in whatever order they came", () => {
    expect(groupRuns(["A09", "X", "A10", "A08"], 3)).toEqual([[3, 0, 2], [1]]);
    expect(groupRuns(["A08", "A09"], 3)).toEqual([[0], [1]]);
    expect(groupRuns([], 3)).toEqual([]);
});

test("another length, another beginning and a gap end a run", () => {
    expect(groupRuns(["A8", "A9", "A10"], 2)).toEqual([[0, 1], [2]]);
    expect(groupRuns(["A08", "B09", "A11"], 2)).toEqual([[0], [1], [2]]);
    expect(groupRuns(["1", "2", "4", "5"], 2)).toEqual([
        [0, 1],
        [2, 3],
    ]);
});

test("long numbers are compared to the last digit; the same name twice is no run", () => {
    const long = ["35123456789012345678", "35123456789012345679"];
    expect(groupRuns(long, 2)).toEqual([[0, 1]]);
    expect(groupRuns(["A1", "A1", "A2"], 3)).toEqual([[0], [1], [2]]);
});

test("a run says its first, its last and how many", () => {
    allowTranslations();
    const names = Array.from({ length: 122 }, (_, i) => `R${String(i + 700).padStart(6, "0")}`);
    expect(describeRun(names)).toBe("R000700 … R000821 (122)");
    const texts = names.map((name) => `SN ${name}`);
    expect(foldTexts(["Z", ...names], ["SN Z", ...texts])).toEqual([
        "SN Z",
        "R000700 … R000821 (122)",
    ]);
    expect(foldTexts(names.slice(0, 9), texts.slice(0, 9))).toEqual(texts.slice(0, 9));
});
