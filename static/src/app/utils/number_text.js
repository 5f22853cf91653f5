import { cleanName, foldName } from "@pos_lot_traceability/app/utils/number_name";
import { saysGs1 } from "@pos_lot_traceability/app/utils/gs1";

/*
 * What a typed or pasted text of numbers stands for: as `number/text.py` reads it on the server.
 * The cases in static/tests/unit/data/text_cases.js hold for both.
 */

/** Most numbers taken from one pasted text or range. */
export const MAX_BULK = 1000;

// Control characters are no part of a plain number: scanners send them around it.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g;
const LINE_BREAK = /\r\n|\r|\n/;
// A quoted text, or anything up to a separator.
const CELL = / *"((?:[^"]|"")*)" *|([^,;\t"][^,;\t]*)/g;
const QUANTITY = /^-?[0-9]+(?:[.,][0-9]+)?$/;
const DATE = new RegExp(
    "^[0-9]{1,4}[-/. ](?:[0-9]{1,2}|[A-Za-z]{3,9})[-/. ][0-9]{1,4}" +
        "(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?$"
);
// One expression for a whole range would try each end for each "..".
const RANGE_SIGN = /[0-9]\.\./;
const LAST_DIGITS = /[0-9]{1,15}$/;

/**
 * A text without what scanners send around a number; that, and no more, is looked up.
 *
 * @param {string} text
 */
export function toNumberName(text) {
    return String(text ?? "")
        .replace(CONTROL_CHARACTERS, "")
        .trim();
}

/** Whether a text may stand for several numbers, or for one with its quantity. */
export function mayBeSeveral(text) {
    return /[\n\r\t,;"]/.test(text.trim()) || Boolean(splitRange(text));
}

/**
 * The numbers of a text of many rows.
 *
 * A row that is a known number as a whole is that number. Else it holds one number, several between
 * commas, semicolons or tabs, or one with its quantity and date, as Odoo's Inventory takes them
 * (`LOT1;3;2026-12-31`; the date is passed over). Quotes keep a name with separators together. A
 * number is a known one, what `isOther` says (left as it is), a range, or a name.
 *
 * Entries of one lot become one: their quantities add up, and where one has none, the whole takes
 * what is left. A serial's second entry gets the problem "twice".
 *
 * @param {string} text
 * @param {"serial"|"lot"} tracking of the product
 * @param {function(string[]): Promise<Object>} find the known numbers that texts stand for: objects
 *     with a `name`, by text
 * @param {function(string): boolean|Promise<boolean>} isOther whether a text is no plain number (a barcode, GS1)
 * @returns {Promise<{name: string, text: string, quantity: number|null, info: Object|undefined,
 *     problem: Array|undefined}[]>} at most one more than `MAX_BULK`; `problem`: `["quantity",
 *     text]`, `["many", count]` or `["twice", name]`
 */
export async function readText(text, tracking, find, isOther) {
    const known = new Known(find);
    const rows = String(text ?? "")
        .split(LINE_BREAK)
        .filter((row) => cleanName(row))
        .map(trimBlanks)
        .slice(0, MAX_BULK + 1);
    await known.ask(rows.map(toNumberName));
    const cells = rows
        .flatMap((row) => (known.get(row) ? [[row, null]] : splitRow(row, tracking)))
        .slice(0, MAX_BULK + 1);
    await known.ask(cells.map(([cell]) => toNumberName(cell)));
    const entries = [];
    for (const [cell, written] of cells) {
        const quantity = written === null ? null : parseQuantity(written);
        entries.push(
            ...(await readCell(cell, written, known, isOther)).map((entry) => ({
                quantity,
                ...entry,
            }))
        );
        if (entries.length > MAX_BULK) {
            break;
        }
    }
    return joinEntries(entries.slice(0, MAX_BULK + 1), tracking, known);
}

/** A row without blanks around it; `/ +$/` would look at each blank of a long row again and again. */
function trimBlanks(row) {
    let end = row.length;
    while (row[end - 1] === " ") {
        end--;
    }
    return row.slice(0, end).replace(/^ +/, "");
}

/** What the server knows of texts; it is asked for each of them once. */
class Known {
    constructor(find) {
        this.find = find;
        this.asked = new Set();
        this.found = {};
    }

    async ask(texts) {
        const fresh = [...new Set(texts)].filter((text) => text && !this.asked.has(text));
        fresh.forEach((text) => this.asked.add(text));
        // The server takes so many at a time.
        for (let start = 0; start < fresh.length; start += MAX_BULK) {
            Object.assign(this.found, await this.find(fresh.slice(start, start + MAX_BULK)));
        }
    }

    get(text) {
        const name = toNumberName(text);
        return Object.hasOwn(this.found, name) ? this.found[name] : undefined;
    }
}

/** The parts of a row: `[text, quantity as written or null]` each. */
function splitRow(row, tracking) {
    const named = splitQuantity(row, tracking);
    if (named) {
        return [named];
    }
    if (saysGs1(row) && !row.startsWith('"')) {
        return [[row, null]]; // commas may be part of it
    }
    const cells = [...row.matchAll(CELL)];
    const texts = cells
        .filter(([, quoted, plain]) => quoted !== undefined || toNumberName(plain))
        .map(([, quoted, plain]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')));
    // A quoted name and something that is not: how an imported row with a quantity is written.
    if (texts.length === 2 && cells[0][1] !== undefined && cells[1][1] === undefined) {
        return [texts];
    }
    return texts.map((text) => [text, null]);
}

/** A number with its quantity and its date, in any order; of a serial only with a date. */
function splitQuantity(row, tracking) {
    const [name, ...parts] = row.split(/[;\t]/).map((part) => part.trim());
    if (!name || !parts.length || /[,"]/.test(name)) {
        return null;
    }
    const quantities = parts.filter((part) => QUANTITY.test(part));
    const dates = parts.filter((part) => DATE.test(part));
    const isRest = quantities.length + dates.length !== parts.length;
    if (isRest || quantities.length > 1 || dates.length > 1) {
        return null;
    }
    return tracking === "lot" || dates.length ? [name, quantities[0] ?? null] : null;
}

async function readCell(text, written, known, isOther) {
    const info = known.get(text);
    if (written !== null && parseQuantity(written) === null) {
        const name = info?.name || cleanName(text);
        return [{ name, text, info, problem: ["quantity", written.trim()] }];
    }
    if (info) {
        return [{ name: info.name, text, info }];
    }
    if (await isOther(text)) {
        return [{ name: "", text }];
    }
    const range = expandRange(text);
    if (!range) {
        return [{ name: cleanName(text), text }];
    }
    return range.names.length
        ? range.names.map((name) => ({ name, text: name }))
        : [{ name: "", text, problem: ["many", range.count] }];
}

async function joinEntries(entries, tracking, known) {
    const firsts = new Map();
    const joined = [];
    // The numbers of a range may be known as well.
    await known.ask(entries.map(({ name }) => name));
    for (const entry of entries) {
        if (!entry.name || entry.problem) {
            joined.push(entry);
            continue;
        }
        const info = known.get(entry.name);
        const key = info ? `known ${info.name}` : `new ${foldName(entry.name)}`;
        const first = firsts.get(key);
        if (!first) {
            const taken = { ...entry, info, name: info?.name || entry.name };
            firsts.set(key, taken);
            joined.push(taken);
        } else if (tracking === "lot") {
            const isSaid = first.quantity !== null && entry.quantity !== null;
            first.quantity = isSaid ? first.quantity + entry.quantity : null;
        } else {
            joined.push({ ...entry, problem: ["twice", entry.name] });
        }
    }
    return joined;
}

/** A quantity as people write it, or null. */
function parseQuantity(text) {
    let written = text.replaceAll(" ", "");
    if (!written.includes(".")) {
        written = written.replaceAll(",", ".");
    }
    return /^-?[0-9]{1,12}(\.[0-9]*)?$/.test(written) ? Number(written) : null;
}

/** What stands before and behind the "..": `[prefix, digits, prefix, digits]`; null for no range. */
function splitRange(text) {
    const name = cleanName(text);
    const sign = name.search(RANGE_SIGN) + 1;
    if (!sign) {
        return null;
    }
    const parts = [name.slice(0, sign), name.slice(sign + 2)];
    const digits = parts.map((part) => LAST_DIGITS.exec(part.slice(-15))?.[0]);
    return digits[1]
        ? parts.flatMap((part, index) => [part.slice(0, -digits[index].length), digits[index]])
        : null;
}

/**
 * The numbers of a range such as `SN001..SN020`; of long numbers the last 15 digits count.
 *
 * @returns {{names: string[], count: number}|null} null when the text is no range; `names` is
 *     empty when `count` is more than `MAX_BULK`
 */
export function expandRange(text) {
    const parts = splitRange(text);
    if (!parts) {
        return null;
    }
    const [prefix, first, lastPrefix, last] = parts;
    const count = Number(last) - Number(first) + 1;
    if (prefix !== lastPrefix || count < 1) {
        return null;
    }
    if (count > MAX_BULK) {
        return { names: [], count };
    }
    const names = Array.from(
        { length: count },
        (_, index) => prefix + String(Number(first) + index).padStart(first.length, "0")
    );
    return { names, count };
}
