/**
 * How the names of lots and serial numbers are stored and compared: as `number/name.py` does it on
 * the server. The cases in static/tests/unit/data/name_cases.js hold for both.
 */

/** Longest name of a number, in characters of its stored form. */
export const MAX_NUMBER_LENGTH = 128;

// Written out: the meaning of `\s` and of Unicode's categories depends on who reads them.
const BLANKS = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
// Control characters, halves of characters, and what Unicode calls "default ignorable".
const INVISIBLE = new RegExp(
    // eslint-disable-next-line no-misleading-character-class
    "[\\0-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5" +
        "\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff" +
        "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}" +
        "\\u{e0000}-\\u{e0fff}]",
    "gu"
);
const WIDTHS = /[\uff01-\uffee]+/gu;
const HYPHENS = /[\u2010-\u2015\u2043\u2212\ufe58\ufe63]/gu;

/** The form in which a name is stored: what looks alike is the same text. */
export function cleanName(text) {
    return String(text || "")
        .replace(BLANKS, " ")
        .replace(INVISIBLE, "")
        .normalize("NFC")
        .replace(BLANKS, " ")
        .replace(/^ | $/g, "");
}

/** Letter by letter, so that no letter's neighbours count (as those of sigma would). */
function foldCase(text) {
    const letters = Array.from(cleanName(text), (letter) =>
        letter.toLowerCase().toUpperCase().toLowerCase()
    );
    return cleanName(letters.join(""));
}

// The same names are compared on every change of a cart.
const MOST_KEPT = 10000;
const foldedNames = new Map();

/** What a name is compared by when nothing fits exactly: without letter case, width, hyphens. */
export function foldName(text) {
    if (!foldedNames.has(text)) {
        if (foldedNames.size === MOST_KEPT) {
            foldedNames.clear();
        }
        const name = cleanName(text)
            .replace(WIDTHS, (found) => found.normalize("NFKC"))
            .replace(HYPHENS, "-");
        foldedNames.set(text, foldCase(name));
    }
    return foldedNames.get(text);
}

/** How many characters a name has, as the server counts them. */
export function countCharacters(name) {
    return Array.from(cleanName(name)).length;
}

/**
 * Which of several known things a name stands for: the one that is called exactly so, else the one
 * whose name looks the same, differs in letter case only, or has the same `foldName`.
 *
 * @param {string} name
 * @param {{name: string}[]} things the preferred ones first
 * @returns {Object|null} null when there is none, and when letter case or width leaves several
 */
export function findClosest(name, things) {
    if (!cleanName(name)) {
        return null;
    }
    for (const form of [String, cleanName, foldCase, foldName]) {
        const wanted = form(name);
        const found = things.filter((thing) => form(thing.name) === wanted);
        if (found.length) {
            return found.length > 1 && [foldCase, foldName].includes(form) ? null : found[0];
        }
    }
    return null;
}
