import { cleanName } from "@pos_lot_traceability/app/utils/number_name";

/**
 * Which new numbers a product may have: as `number/format.py` says on the server. The cases in
 * static/tests/unit/data/format_cases.js hold for both.
 */

const MASK = { 9: "[0-9]", A: "[A-Za-z]", "*": "[0-9A-Za-z]" };

/** Whether the last digit is the check digit (ISO/IEC 7812-1) of those before it. */
function isLuhn(digits) {
    let sum = 0;
    for (let at = 1; at <= digits.length; at++) {
        const number = digits.at(-at) * (at % 2 ? 1 : 2);
        sum += number > 9 ? number - 9 : number;
    }
    return sum % 10 === 0;
}

function fits(name, mask) {
    const parts = Array.from(
        mask,
        (each) => MASK[each] ?? each.replace(/[\^$\\.*+?()[\]{}|/]/, "\\$&")
    );
    return new RegExp(`^${parts.join("")}$`, "u").test(name);
}

function findFault(name, { kind, shortest, longest, mask }) {
    if (!name) {
        return "empty";
    }
    if (["digits", "imei"].includes(kind) && !/^[0-9]+$/.test(name)) {
        return "digits";
    }
    if (kind === "digits" && name.length < (shortest || 0)) {
        return "short";
    }
    if (kind === "digits" && longest && name.length > longest) {
        return "long";
    }
    if (kind === "imei" && name.length !== 15) {
        return "imei_length";
    }
    if (kind === "imei" && !isLuhn(name)) {
        return "imei_check_digit";
    }
    return kind === "mask" && !fits(name, mask || "") ? "mask" : null;
}

/**
 * The name that a typed or scanned text gives a new number, and whether it may be one. Known numbers
 * are not judged: look for them first, with the text as it came.
 *
 * @param {string} text
 * @param {{kind: "any"|"digits"|"imei"|"mask", shortest?: number, longest?: number, mask?: string,
 *     prefixes?: string[], upper?: boolean}} format see `read_new_number` in number/format.py
 * @returns {[string, null|"empty"|"digits"|"short"|"long"|"imei_length"|"imei_check_digit"|"mask"]}
 */
export function readNewNumber(text, format) {
    let name = cleanName(text);
    const prefixes = [...(format.prefixes || [])].sort((a, b) => b.length - a.length);
    const prefix = prefixes.find(
        (each) => each && name.toUpperCase().startsWith(each.toUpperCase())
    );
    if (prefix) {
        name = cleanName(name.slice(prefix.length));
    }
    if (format.upper) {
        name = name.toUpperCase();
    }
    return [name, findFault(name, format)];
}
