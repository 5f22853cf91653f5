import { localization } from "@web/core/l10n/localization";
import { parseFloat } from "@web/views/fields/parsers";

/**
 * A quantity as a cashier types it. Both comma and point may stand before the decimals: `1,5` is one
 * and a half also where the comma divides thousands, for no thousand has one digit.
 *
 * @param {string} text
 * @returns {number} NaN when it is none
 */
export function parseQuantity(text) {
    const match = /^\s*(\d+)([.,])(\d+)\s*$/.exec(text);
    if (match) {
        const [, whole, mark, rest] = match;
        const isThousands = mark === localization.thousandsSep && rest.length === 3;
        if (!isThousands || whole.length > 3) {
            return Number(`${whole}.${rest}`);
        }
    }
    try {
        return parseFloat(text);
    } catch {
        return NaN;
    }
}
