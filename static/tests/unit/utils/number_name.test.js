import { describe, expect, test } from "@odoo/hoot";
import { cleanName, countCharacters, foldName } from "@pos_lot_traceability/app/utils/number_name";
import { NAME_CASES } from "../data/name_cases";

describe.current.tags("headless");

test("names are stored and compared as on the server", () => {
    expect(NAME_CASES.length).toBeGreaterThan(40);
    for (const [text, stored, key] of NAME_CASES) {
        expect([text, cleanName(text), foldName(text)]).toEqual([text, stored, key]);
    }
});

test("nothing is no name", () => {
    expect(cleanName(undefined)).toBe("");
    expect(foldName(false)).toBe("");
});

test("characters are counted as on the server", () => {
    expect(countCharacters("\ud83d\udd11E\u0301\u200b ")).toBe(2);
});
