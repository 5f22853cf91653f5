import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { readCode } from "@pos_lot_traceability/app/utils/gs1";
import {
    getBarcodesOfGtin,
    getDays,
    getLiteralSeparators,
    getNumberName,
    getUnits,
} from "@pos_lot_traceability/app/utils/gs1_label";
import { describeRefusal } from "@pos_lot_traceability/app/utils/gs1_refusal";
import { DAY_CASES } from "../data/day_cases";
import { GS1_CASES } from "../data/gs1_cases";
import { LABEL_CASES } from "../data/label_cases";

describe.current.tags("headless");

test("number and units are taken as on the server", () => {
    for (const [text, tracking, factor, name, units] of LABEL_CASES) {
        const { meaning } = readCode(text);
        const found = [getNumberName(meaning, tracking), getUnits(meaning, factor)];
        expect([text, ...found]).toEqual([text, name, units]);
    }
});

test("days are taken as on the server", () => {
    for (const [text, expiration, bestBefore] of DAY_CASES) {
        const { code_expiration = null, code_best_before = null } = getDays(readCode(text).meaning);
        expect([text, code_expiration, code_best_before]).toEqual([text, expiration, bestBefore]);
    }
});

test("an EAN-13, a UPC and an EAN-8 are GTINs filled up with zeros", () => {
    expect(getBarcodesOfGtin("05901234123457")).toEqual(["05901234123457", "5901234123457"]);
    expect(getBarcodesOfGtin("15901234123461")).toEqual(["15901234123461"]);
    expect(getBarcodesOfGtin("00000040170725").at(-1)).toBe("40170725");
});

test("the plain texts of a nomenclature's pattern are separators", () => {
    expect(getLiteralSeparators("(Alt029|#|\\x1D)")).toEqual(["Alt029", "#"]);
    expect(getLiteralSeparators("[#%]")).toEqual([]);
    expect(getLiteralSeparators(false)).toEqual([]);
});

test("each reason has its words", () => {
    allowTranslations();
    const refused = GS1_CASES.map(([text]) => readCode(text, { year: 2026 })).filter(
        ({ reason }) => reason
    );
    expect(refused.length).toBeGreaterThan(20);
    for (const code of refused) {
        expect(String(describeRefusal(code))).toMatch(
            code.kind === "refused" ? /cannot be read: .+\. Scan it again/ : /web address/
        );
    }
    const damaged = readCode("]C1010590123412345717270231");
    expect(String(describeRefusal(damaged))).toInclude("part (17) is no date: “270231”");
});
