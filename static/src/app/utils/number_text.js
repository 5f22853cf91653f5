/** Longest name of a number. */
export const MAX_NUMBER_LENGTH = 128;
/** Most numbers taken from one pasted text or range. */
export const MAX_BULK = 1000;

// Control characters are no part of a plain number: scanners send them around it.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g;

/** The name a typed or scanned text stands for: without control characters, trimmed. */
export function toNumberName(text) {
    return String(text ?? "")
        .replace(CONTROL_CHARACTERS, "")
        .trim();
}

/** The parts of a pasted text with many numbers; one part when it holds no separator. */
export function splitNumbers(text) {
    return text
        .split(/[\n\r\t,;]+/)
        .map(toNumberName)
        .filter(Boolean);
}

/**
 * The numbers of a range such as `SN001..SN020`.
 *
 * @returns {{names: string[], count: number}|null} null when the text is no range; `names` is
 *     empty when `count` is more than `MAX_BULK`
 */
export function expandRange(text) {
    const match = /^(.*?)(\d+)\.\.(.*?)(\d+)$/.exec(text.trim());
    if (!match) {
        return null;
    }
    const [, prefix, first, lastPrefix, last] = match;
    if (prefix !== lastPrefix || first.length > 15 || last.length > 15) {
        return null;
    }
    const count = Number(last) - Number(first) + 1;
    if (count < 1) {
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
