import { describe, expect, test } from "@odoo/hoot";
import { saysGs1 } from "@pos_lot_traceability/app/utils/gs1";
import { findClosest } from "@pos_lot_traceability/app/utils/number_name";
import {
    expandRange,
    mayBeSeveral,
    readText,
    toNumberName,
} from "@pos_lot_traceability/app/utils/number_text";
import { TEXT_CASES } from "../data/text_cases";

describe.current.tags("headless");

/** An entry as the cases have it. */
function describeEntry({ name, quantity, text, problem }) {
    if (!name && !problem) {
        return ["!gs1", text];
    }
    return problem ? [`!${problem[0]}`, problem[1]] : [name, quantity];
}

async function read(text, tracking, known) {
    const infos = known.map((name) => ({ name }));
    const find = async (texts) =>
        Object.fromEntries(
            texts.map((each) => [each, findClosest(each, infos)]).filter(([, info]) => info)
        );
    const entries = await readText(text, tracking, find, saysGs1);
    return entries.map(describeEntry);
}

test("texts are read as in the back office", async () => {
    expect(TEXT_CASES.length).toBeGreaterThan(50);
    for (const [text, tracking, known, expected] of TEXT_CASES) {
        expect([text, known, await read(text, tracking, known)]).toEqual([text, known, expected]);
    }
});

test("what may be several numbers is read as a text, one number is not", () => {
    const several = TEXT_CASES.filter(([, , , entries]) => entries.length > 1);
    for (const [text] of several) {
        expect([text, mayBeSeveral(text)]).toEqual([text, true]);
    }
    for (const text of ["SN1", "SN 1", "A..B", " SN1\n", ""]) {
        expect([text, mayBeSeveral(text)]).toEqual([text, false]);
    }
});

test("what is looked up is a text without what scanners send around it", () => {
    expect(toNumberName("  SN1\r\n")).toBe("SN1");
    expect(toNumberName("SN\u001d1")).toBe("SN1");
    expect(toNumberName(undefined)).toBe("");
    expect(toNumberName("Ж-é  1")).toBe("Ж-é  1");
});

test("a range beyond the limit says how many it would be", () => {
    expect(expandRange("1..1000").names).toHaveLength(1000);
    expect(expandRange("1..1001")).toEqual({ names: [], count: 1001 });
});

test("nobody writes out millions, nor asks twice", async () => {
    const asked = [];
    const find = async (texts) => {
        asked.push(...texts);
        return {};
    };
    const isOther = () => false;
    const entries = await readText(`${"A1..A900\n".repeat(1000)}B`, "serial", find, isOther);
    expect(entries).toHaveLength(1001);
    expect(asked).toHaveLength(new Set(asked).size);
});
