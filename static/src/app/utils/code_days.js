import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/*
 * What the dates in a scanned code mean for its lot. Days are those of the shop's time zone, as on the
 * server: see models/pos_pack_operation_lot_days.py.
 */

/** In a zone; where this browser does not know that, in its own. */
function inZone(moment, zone) {
    const there = zone ? moment.setZone(zone) : moment;
    return there.isValid ? there : moment;
}

/** The day of a moment, as the shop counts days. */
export function formatDay(moment, zone) {
    return formatDate(inZone(moment, zone));
}

/**
 * Dates that a code has otherwise than its lot.
 *
 * @param {NumberInfo|false|null|undefined} info
 * @param {{code_expiration?: string, code_best_before?: string}} days see `getDays`
 * @param {string|undefined} zone of the shop
 * @returns {{isExpiration: boolean, code: luxon.DateTime, lot: luxon.DateTime}[]}
 */
export function findOtherDays(info, days, zone) {
    return [
        [days.code_expiration, info?.expiration_date],
        [days.code_best_before, info?.use_date],
    ].flatMap(([code, date], index) => {
        const lot = date && inZone(deserializeDateTime(date), zone);
        const isOther = code && lot && lot.toISODate() !== code;
        return isOther ? [{ isExpiration: index === 0, code: DateTime.fromISO(code), lot }] : [];
    });
}

/**
 * When a number expires that the server does not know, or was not asked about: by its code, and only
 * if its product uses expiration dates. A known lot has a date of its own, or none.
 *
 * @param {Object} product
 * @param {NumberInfo|false|null|undefined} info
 * @param {{code_expiration?: string}} days
 * @param {string|undefined} zone of the shop
 * @returns {luxon.DateTime|null} the end of that day
 */
export function getCodeExpiration(product, info, days, zone) {
    const isUsed = !info && days.code_expiration && product?.product_tmpl_id?.use_expiration_date;
    if (!isUsed) {
        return null;
    }
    const there = DateTime.fromISO(days.code_expiration, zone ? { zone } : {});
    const day = there.isValid ? there : DateTime.fromISO(days.code_expiration);
    return day.endOf("day").startOf("second");
}
