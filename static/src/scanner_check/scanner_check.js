/*
 * What a scanner does with codes that are known beforehand. Plain: no component, no service, no words.
 */

import { BURST_GAP, FNC1, isFnc1 } from "@pos_lot_traceability/app/utils/scanner_keys";

export const SLOWEST_GAP = BURST_GAP;
/** So long after the last key a code without suffix has ended, in ms. */
export const CODE_END = 300;
/** GS1's set 82: a separator that is one of these may be part of a value. */
const GS1_CHARACTERS = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;
export const MAX_SEPARATOR_LENGTH = 8;

const GTIN = "0109506000134352";

/**
 * The codes of the printed sheet (Python: `controllers/scanner_sheet.py`). Their lengths differ by more
 * than what scanners add or lose, so that a code is known by its length when its letters are not.
 */
export const SHEET = [
    { id: "code128", text: "Ma-09/Qw+Yz.mAZ", prefixes: ["]C0"] },
    { id: "ean13", text: "9506000134352", prefixes: ["]E0"] },
    { id: "gs1_128", text: `${GTIN}10LOT-1${FNC1}21SN-128`, prefixes: ["]C1"] },
    { id: "datamatrix", text: `${GTIN}10LOT-2000${FNC1}21SN-DATAMATRIX`, prefixes: ["]d2"] },
    {
        id: "qr",
        text: "https://id.gs1.org/01/09506000134352/10/LOT-3/21/SN-3",
        prefixes: ["]Q0", "]Q1", "]Q2"],
    },
];

/** Puts the keys of a scanner together: a text, its end key and its rhythm. */
export class ScanRecorder {
    /** @param {(scan: Scan) => void} onScan a code is complete */
    constructor(onScan) {
        this.onScan = onScan;
        this.reset();
    }

    reset() {
        clearTimeout(this.timer);
        this.scan = null;
        this.lastTime = null;
    }

    /**
     * @param {KeyboardEvent} ev
     * @returns {boolean} whether the key belongs to a code
     */
    take(ev) {
        if (["Enter", "Tab"].includes(ev.key)) {
            if (!this.scan) {
                return false;
            }
            this.finish(ev.key.toLowerCase());
            return true;
        }
        const isSeparator = isFnc1(ev);
        const character = isSeparator ? FNC1 : ev.key?.length === 1 ? ev.key : "";
        if (!character || (ev.ctrlKey && !isSeparator) || ev.metaKey) {
            return false;
        }
        this.scan ??= { text: "", suffix: "none", gap: 0, altCodes: false };
        if (ev.altKey && !ev.getModifierState?.("AltGraph")) {
            this.scan.altCodes = true;
        } else {
            this.scan.text += character;
        }
        if (this.lastTime !== null) {
            this.scan.gap = Math.max(this.scan.gap, ev.timeStamp - this.lastTime);
        }
        this.lastTime = ev.timeStamp;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.finish("none"), CODE_END);
        return true;
    }

    finish(suffix) {
        const { scan } = this;
        this.reset();
        if (scan) {
            this.onScan({ ...scan, suffix });
        }
    }
}

/**
 * @typedef {Object} Scan what came between two pauses or end keys
 * @property {string} text
 * @property {"enter"|"tab"|"none"} suffix
 * @property {number} gap the longest one between two keys, in ms
 * @property {boolean} altCodes some characters came as Alt and digits
 *
 * @typedef {Object} Reading what a scan is of the sheet
 * @property {string} id of the code
 * @property {string} prefix AIM symbology identifier before it, "" without
 * @property {"kept"|"changed"|"lost"|"cut"|""} separator "" where the code has none
 * @property {string} substitute that came for the separator
 * @property {"same"|"case"|"layout"} letters
 * @property {[string, string][]} swaps characters of the code, and what came for them
 * @property {boolean} checkDigit whether the EAN came with its check digit
 */

/** The variants of a code that scanners send: text, what became of the separator, substitute. */
function matchExact(text, code) {
    const [head, tail] = code.text.split(FNC1);
    if (text === code.text) {
        return { separator: tail === undefined ? "" : "kept", substitute: "" };
    }
    if (tail === undefined) {
        return null;
    }
    if (text === head + tail) {
        return { separator: "lost", substitute: "" };
    }
    if (text === head || text === tail) {
        return { separator: "cut", substitute: "" };
    }
    const substitute = text.slice(head.length, text.length - tail.length);
    const isChanged =
        text.length > head.length + tail.length &&
        substitute.length <= MAX_SEPARATOR_LENGTH &&
        text === head + substitute + tail;
    return isChanged ? { separator: "changed", substitute } : null;
}

/** Characters that always come as the same other one; null where the text is no such picture. */
function matchLayout(text, expected) {
    const came = new Map();
    const chars = [...text];
    if (chars.length !== expected.length) {
        return null;
    }
    for (const [index, character] of [...expected].entries()) {
        const other = came.get(character) ?? chars[index];
        if (other !== chars[index]) {
            return null;
        }
        came.set(character, other);
    }
    return [...came].filter(([character, other]) => character !== other);
}

function readWithout(prefix, text, code) {
    const base = { id: code.id, prefix, letters: "same", swaps: [], checkDigit: true };
    const exact = matchExact(text, code);
    if (exact) {
        return { ...base, ...exact };
    }
    if (code.id === "ean13" && text === code.text.slice(0, -1)) {
        return { ...base, separator: "", substitute: "", checkDigit: false };
    }
    const lower = { ...code, text: code.text.toLowerCase() };
    const folded = matchExact(text.toLowerCase(), lower);
    if (folded) {
        return { ...base, ...folded, letters: "case" };
    }
    const bare = code.text.replace(FNC1, "");
    const hasSeparator = bare !== code.text;
    for (const [expected, separator] of [
        [code.text, hasSeparator ? "kept" : ""],
        ...(hasSeparator ? [[bare, "lost"]] : []),
    ]) {
        const swaps = matchLayout(text, expected);
        if (swaps) {
            const [, substitute] = swaps.find(([character]) => character === FNC1) || [];
            return {
                ...base,
                separator: substitute ? "changed" : separator,
                substitute: substitute || "",
                letters: "layout",
                swaps: swaps.filter(([character]) => character !== FNC1),
            };
        }
    }
    return null;
}

/**
 * @param {string} text
 * @returns {Reading|null} which code of the sheet a scan is, and how it came
 */
export function readOfSheet(text) {
    for (const code of SHEET) {
        const plain = readWithout("", text, code);
        if (plain && plain.letters !== "layout") {
            return plain;
        }
        const prefix = text.slice(0, 3);
        const rest = text.slice(3);
        const isPrefix = code.prefixes.includes(prefix) || /^\][A-Za-z]\d$/.test(prefix);
        const prefixed = isPrefix && readWithout(prefix, rest, code);
        if (prefixed) {
            return prefixed;
        }
        // On another keyboard the prefix comes as other letters, too.
        const shifted = plain || readWithout(code.prefixes[0], rest, code);
        if (shifted) {
            return shifted;
        }
    }
    return null;
}

/** How many codes of the sheet stand in one text, 0 where that cannot be said. */
function countJoined(text) {
    if (!text) {
        return 0;
    }
    for (let length = text.length; length; length--) {
        const reading = readOfSheet(text.slice(0, length));
        if (reading?.letters === "same" && reading.separator !== "cut") {
            if (length === text.length) {
                return 1;
            }
            const rest = countJoined(text.slice(length));
            if (rest) {
                return rest + 1;
            }
        }
    }
    return 0;
}

/**
 * What a scanner does, from codes of the sheet.
 *
 * @param {Scan[]} scans
 * @returns {{read: string[], unread: string[], unknown: number, suffix: string, joins: boolean,
 *     separator: string, substitute: string, canKeep: boolean, prefixes: "all"|"some"|"none"|"",
 *     letters: string, swaps: [string, string][], digitsShift: boolean, altCodes: boolean,
 *     slowest: number, checkDigit: boolean}} `suffix`: "enter", "tab", "none", "mixed" or "" where
 *     nothing was scanned; `separator` as in `Reading`, the worst that was seen; `canKeep`: the
 *     substitute cannot be a part of a value, so the shop may read it as the separator
 */
export function judgeScanner(scans) {
    const readings = scans.map(({ text }) => readOfSheet(text));
    const known = readings.filter(Boolean);
    const joins = scans.some(({ text }, index) => !readings[index] && countJoined(text) > 1);
    const unknown = scans.filter(
        ({ text }, index) => !readings[index] && !(countJoined(text) > 1)
    ).length;
    const ids = new Set(known.map(({ id }) => id));
    const pick = (key, order) => order.find((value) => known.some((each) => each[key] === value));
    const suffixes = new Set(scans.map(({ suffix }) => suffix));
    const separator = pick("separator", ["cut", "lost", "changed", "kept"]) || "";
    const substitutes = new Set(known.map(({ substitute }) => substitute).filter(Boolean));
    const [substitute = ""] = substitutes.size === 1 ? substitutes : [];
    const withPrefix = known.filter(({ prefix }) => prefix).length;
    const swaps = [
        ...new Map(known.flatMap((each) => each.swaps.map((swap) => [swap.join(""), swap]))),
    ].map(([, swap]) => swap);
    return {
        read: SHEET.map(({ id }) => id).filter((id) => ids.has(id)),
        unread: SHEET.map(({ id }) => id).filter((id) => !ids.has(id)),
        unknown,
        suffix: suffixes.size > 1 ? "mixed" : [...suffixes][0] || "",
        joins,
        separator,
        substitute,
        canKeep: separator === "changed" && isSafeSeparator(substitute),
        prefixes: !known.length
            ? ""
            : withPrefix === known.length
              ? "all"
              : withPrefix
                ? "some"
                : "none",
        letters: pick("letters", ["layout", "case", "same"]) || "same",
        swaps,
        digitsShift: swaps.some(([character]) => /\d/.test(character)),
        altCodes: scans.some(({ altCodes }) => altCodes),
        slowest: Math.round(Math.max(0, ...scans.map(({ gap }) => gap))),
        checkDigit: !known.some(({ checkDigit }) => !checkDigit),
    };
}

/** Whether a text can stand for the separator: none of it may be part of a value (Python too). */
export function isSafeSeparator(text) {
    return (
        0 < text.length &&
        text.length <= MAX_SEPARATOR_LENGTH &&
        text === text.trim() &&
        !GS1_CHARACTERS.test(text)
    );
}
