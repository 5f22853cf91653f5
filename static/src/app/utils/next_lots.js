import { isExpired } from "@pos_lot_traceability/app/utils/number_status";

/**
 * What to take next of lots in the order in which they leave. Of a lot in several places the first
 * ones are used first; what has expired since the server was asked is passed over.
 *
 * @param {{info: NumberInfo, take: number}[]} rows what there is of each, see `propose_numbers_for`
 * @param {Map<string, number>} used how much of each lot is spoken for already, by name
 * @param {number} missing units
 * @param {(quantity: number) => number} round to the product's unit
 * @returns {{info: NumberInfo, take: number}[]}
 */
export function takeNext(rows, used, missing, round) {
    const left = new Map(used);
    const next = [];
    for (const { info, take } of rows) {
        if (!missing) {
            break;
        }
        if (isExpired(info)) {
            continue;
        }
        const usedOfIt = Math.min(take, left.get(info.name) || 0);
        left.set(info.name, (left.get(info.name) || 0) - usedOfIt);
        const quantity = Math.min(missing, round(take - usedOfIt));
        if (quantity > 0) {
            next.push({ info, take: quantity });
            missing = round(missing - quantity);
        }
    }
    return next;
}
