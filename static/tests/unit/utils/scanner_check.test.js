import { describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import {
    CODE_END,
    SHEET,
    ScanRecorder,
    isSafeSeparator,
    judgeScanner,
} from "@pos_lot_traceability/scanner_check/scanner_check";
import { describeScanner } from "@pos_lot_traceability/scanner_check/scanner_sentences";

describe.current.tags("headless");

const FNC1 = "\u001d";
const PREFIXES = { code128: "]C0", ean13: "]E0", gs1_128: "]C1", datamatrix: "]d2", qr: "]Q1" };

/** The scans of a scanner that changes texts so. */
function scanSheet(change, vals = {}) {
    return SHEET.flatMap(({ id, text }) =>
        [change(text, id)].flat().map((came) => ({
            text: came,
            suffix: "enter",
            gap: 2,
            altCodes: false,
            ...vals,
        }))
    );
}

/** What another keyboard makes of American keys. */
function retype(text, keys) {
    return [...text].map((character) => keys[character] ?? character).join("");
}

const AZERTY = {
    ...{ a: "q", q: "a", A: "Q", Q: "A", z: "w", w: "z", Z: "W", W: "Z", m: ",", M: "?" },
    ...{ 0: "à", 1: "&", 2: "é", 3: '"', 4: "'", 5: "(", 6: "-", 7: "è", 8: "_", 9: "ç" },
    ...{ "-": ")", "/": "!", ".": ":", "]": "$" },
};
const QWERTZ = { y: "z", z: "y", Y: "Z", Z: "Y", "-": "ß", "/": "-", "+": "`", "]": "+", ":": "Ö" };
const swapCase = (text) =>
    [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("");

const KINDS = {
    "as it should be": [
        (text, id) => PREFIXES[id] + text,
        { suffix: "enter", separator: "kept", prefixes: "all", letters: "same", unread: [] },
        [["success"], "ends each code with Enter", "keeps the separator", "what kind of code"],
    ],
    "Tab, no prefix, a bar for the separator": [
        (text) => text.replace(FNC1, "|"),
        { suffix: "tab", separator: "changed", substitute: "|", canKeep: true, prefixes: "none" },
        [["success", "warning"], "with Tab", "sends “|”", "does not say"],
        { suffix: "tab" },
    ],
    "a word for the separator": [
        (text) => text.replace(FNC1, "{GS}"),
        { separator: "changed", substitute: "{GS}", canKeep: true },
        [["success", "warning"], "sends “{GS}”"],
    ],
    "a separator that numbers may hold": [
        (text) => text.replace(FNC1, "-"),
        { separator: "changed", substitute: "-", canKeep: false },
        [["success", "warning", "danger"], "Set its separator to GS"],
    ],
    "nothing at the end, and no separator": [
        (text) => text.replace(FNC1, ""),
        { suffix: "none", separator: "lost" },
        [["success", "warning", "danger"], "with nothing", "loses the separator"],
        { suffix: "none" },
    ],
    "cut at the separator": [
        (text) => text.split(FNC1),
        { separator: "cut", unknown: 0 },
        [["success", "warning", "danger"], "cuts it in two"],
    ],
    "French keyboard": [
        (text, id) => retype(PREFIXES[id] + text.replace(FNC1, ""), AZERTY),
        { letters: "layout", digitsShift: true, separator: "lost" },
        [["success", "danger"], "another keyboard, digits included (", "a → q"],
    ],
    "German keyboard": [
        (text) => retype(text, QWERTZ),
        { letters: "layout", digitsShift: false, separator: "kept", prefixes: "none" },
        [["success", "warning", "danger"], "another keyboard (", "Y → Z"],
    ],
    "Caps Lock": [
        swapCase,
        { letters: "case", separator: "kept" },
        [["success", "warning", "danger"], "Caps Lock"],
    ],
    "prefixes of some codes only": [
        (text, id) => (id === "gs1_128" ? PREFIXES[id] : "") + text,
        { prefixes: "some" },
        [["success", "warning"], "only what kind"],
    ],
    "by radio, slowly": [
        (text) => text,
        { slowest: 60 },
        [["success", "warning", "danger"], "60 ms between two keys"],
        { gap: 60 },
    ],
    "Alt codes": [
        (text) => text.replace(FNC1, ""),
        { altCodes: true },
        [["success", "warning", "danger"], "Switch its Alt mode off"],
        { altCodes: true },
    ],
    "no check digit": [
        (text, id) => (id === "ean13" ? text.slice(0, -1) : text),
        { checkDigit: false, unread: [] },
        [["success", "warning", "danger"], "check digit"],
    ],
    "linear codes only": [
        (text, id) => (["qr", "datamatrix"].includes(id) ? [] : text),
        { unread: ["datamatrix", "qr"] },
        [["success", "warning"], "Not scanned yet: GS1 DataMatrix, QR code"],
    ],
};

for (const [kind, [change, facts, [levels, ...sentences], vals]] of Object.entries(KINDS)) {
    test(`a scanner: ${kind}`, () => {
        allowTranslations();
        const judged = judgeScanner(scanSheet(change, vals));
        expect(judged).toMatchObject(facts);
        expect(judged.unknown).toBe(0);
        const findings = describeScanner(judged);
        const text = findings.map((finding) => finding.text).join(" ");
        for (const sentence of sentences) {
            expect(text).toInclude(sentence);
        }
        const shown = [...new Set(findings.map(({ level }) => level))];
        expect(shown.sort()).toEqual([...levels].sort());
    });
}

test("two codes in one scan are joined, and what is not of the sheet is told", () => {
    allowTranslations();
    const [code128, ean13, gs1] = SHEET.map(({ text }) => text);
    const scan = (text) => ({ text, suffix: "none", gap: 2, altCodes: false });
    const joined = judgeScanner([scan(code128 + ean13)]);
    expect(joined).toMatchObject({ joins: true, unknown: 0 });
    expect(describeScanner(joined)[0].text).toInclude("joins codes");
    expect(judgeScanner([scan(gs1 + gs1 + code128)])).toMatchObject({ joins: true });
    expect(judgeScanner([scan("4006381333931"), scan(ean13)])).toMatchObject({ joins: false });
    expect(judgeScanner([scan("SOMETHING ELSE")]).unknown).toBe(1);
    expect(describeScanner(judgeScanner([]))).toEqual([]);
});

test("a separator is safe where no value may hold it", () => {
    for (const text of ["|", "~", "{GS}", "^]", "§", "~1"]) {
        expect(isSafeSeparator(text)).toBe(true, { message: text });
    }
    for (const text of ["", "-", "A1", " ", "| ", "#########", "%"]) {
        expect(isSafeSeparator(text)).toBe(false, { message: text });
    }
});

test("keys become scans: end keys, pauses, Ctrl+], Alt", async () => {
    const scans = [];
    const recorder = new ScanRecorder((scan) => scans.push(scan));
    let timeStamp = 0;
    const press = (key, vals = {}) => recorder.take({ key, timeStamp: (timeStamp += 2), ...vals });
    expect(press("Enter")).toBe(false); // nobody has scanned: it presses a button
    for (const key of ["A", "Shift", "b"]) {
        press(key);
    }
    press("]", { ctrlKey: true, code: "BracketRight" });
    press("1");
    expect(press("Enter")).toBe(true);
    press("X");
    press("3", { altKey: true });
    press("Tab");
    press("Y");
    await advanceTime(CODE_END);
    expect(press("c", { ctrlKey: true })).toBe(false);
    expect(scans).toEqual([
        { text: `Ab${FNC1}1`, suffix: "enter", gap: 4, altCodes: false },
        { text: "X", suffix: "tab", gap: 2, altCodes: true },
        { text: "Y", suffix: "none", gap: 0, altCodes: false },
    ]);
});
