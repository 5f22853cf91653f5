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

/** What a name is compared by when nothing fits exactly: without letter case, width, hyphens. */
export function foldName(text) {
    const folded = cleanName(text)
        .replace(WIDTHS, (found) => found.normalize("NFKC"))
        .replace(HYPHENS, "-");
    // Letter by letter, so that no letter's neighbours count (as those of sigma would).
    return cleanName(
        Array.from(folded, (letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join("")
    );
}

/** How many characters a name has, as the server counts them. */
export function countCharacters(name) {
    return Array.from(cleanName(name)).length;
}
