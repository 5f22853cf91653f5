/*
 * What a sale takes of a GS1 code: which of its texts is the number, how many units it stands for.
 * As number/label.py on the server; the cases in static/tests/unit/data/label_cases.js hold for both.
 */

/**
 * The serial or lot in a code, "" when it has none.
 *
 * @param {Object} meaning see `readCode`
 * @param {"serial"|"lot"} tracking of the product: the other one counts where its own is not there
 */
export function getNumberName(meaning, tracking) {
    const { serial = "", lot = "" } = meaning;
    return tracking === "serial" ? serial || lot : lot || serial;
}

/**
 * What a code says of its lot's dates, as a number keeps it: ISO dates by field. The last day to sell
 * is the best-before date where there is no other.
 *
 * @param {Object} meaning see `readCode`
 */
export function getDays({ expiration, best_before, sell_by }) {
    const days = { code_expiration: expiration, code_best_before: best_before || sell_by };
    return Object.fromEntries(Object.entries(days).filter(([, day]) => day));
}

/**
 * How many units a code stands for; null when it says nothing of it.
 *
 * @param {Object} meaning see `readCode`
 * @param {number} [factor] units in the packaging that its GTIN belongs to
 */
export function getUnits(meaning, factor = 1) {
    return meaning.count === undefined && factor === 1 ? null : factor * (meaning.count ?? 1);
}

/** The barcodes that a GTIN of 14 digits may stand for: a shorter one is filled up with zeros. */
export function getBarcodesOfGtin(gtin) {
    const zeros = Math.min(6, /^0*/.exec(gtin)[0].length);
    return Array.from({ length: zeros + 1 }, (_, count) => gtin.slice(count));
}

/**
 * The texts that a nomenclature's pattern takes for FNC1, as far as they are plain texts.
 *
 * @param {string|false} pattern such as "(Alt029|#|\x1D)"
 */
export function getLiteralSeparators(pattern) {
    return (pattern || "")
        .replace(/^\(+|\)+$/g, "")
        .split("|")
        .filter((part) => /^[^\\.^$*+?{}[\]()|]+$/.test(part));
}
