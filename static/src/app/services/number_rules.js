import { _t } from "@web/core/l10n/translation";
import { formatDate } from "@web/core/l10n/dates";
import { cleanName } from "@pos_lot_traceability/app/utils/number_name";
import { readNewNumber } from "@pos_lot_traceability/app/utils/number_format";
import { findOtherDays, getCodeExpiration } from "@pos_lot_traceability/app/utils/code_days";
import { isExpired } from "@pos_lot_traceability/app/utils/number_status";
import { describeRecall } from "@pos_lot_traceability/app/utils/recalls";

const { DateTime } = luxon;

/**
 * The name of a number that nobody knows, as the product's format has it, and why the format does not
 * take it.
 *
 * @param {Object} product
 * @param {string} text
 * @returns {[string, string|null]} name and reason in words
 */
export function readNewName(product, text) {
    const format = product.product_tmpl_id.getNumberFormat();
    const [name, fault] = readNewNumber(text, format);
    const reasons = {
        empty: () => _t("“%s” is nothing but a prefix.", text),
        digits: () => _t("%s: new numbers of this product have digits only.", name),
        short: () =>
            _t("%(name)s: new numbers of this product have at least %(count)s digits.", {
                name,
                count: format.shortest,
            }),
        long: () =>
            _t("%(name)s: new numbers of this product have at most %(count)s digits.", {
                name,
                count: format.longest,
            }),
        imei_length: () => _t("%s is no IMEI: an IMEI has 15 digits.", name),
        imei_check_digit: () => _t("%s is no IMEI: its check digit is wrong. Scan it again.", name),
        mask: () =>
            _t(
                "%(name)s: new numbers of this product look like %(mask)s (9: a digit, A: a letter, *: either).",
                { name, mask: format.mask }
            ),
    };
    return [name || cleanName(text), fault && reasons[fault]()];
}

/**
 * Why this shop does not sell a number, wherever it was entered: in the popup or on the product
 * screen. What comes back is welcome.
 *
 * @param {Object} pos the store
 * @param {Object} product
 * @param {string} name
 * @param {Object|false|null} info see `NumberInfo`
 * @param {boolean} isReturn
 * @param {Object} [days] what its code says of dates, see `getDays`
 * @returns {string} "" when it may be sold
 */
export function refuseNumber(pos, product, name, info, isReturn, days = {}) {
    if (isReturn) {
        return "";
    }
    if (info === false && !pos.canCreateNumbers()) {
        return _t(
            "%(name)s is not a known number of %(product)s, and new numbers cannot be created here.",
            { name, product: product.display_name }
        );
    }
    const codeExpiration = getCodeExpiration(product, info, days, pos.config._shop_zone);
    const hasExpired = isExpired(info) || (codeExpiration && codeExpiration <= DateTime.now());
    if (pos.config.expired_number_policy === "block" && hasExpired) {
        return _t("%s has expired and may not be sold.", name);
    }
    const recall = pos.numberRecalls.find(product.id, name, info);
    return recall ? describeRecall(name, recall) : "";
}

/**
 * A label that has another date than its lot: the lot's own stands, and it is told.
 *
 * @param {Object} pos the store
 * @param {string} name
 * @param {Object|false|null} info see `NumberInfo`
 * @param {Object} days what the code says of dates, see `getDays`
 * @returns {string[]} in words
 */
export function describeOtherDays(pos, name, info, days) {
    return findOtherDays(info, days, pos.config._shop_zone).map(({ isExpiration, code, lot }) => {
        const params = { name, code: formatDate(code), lot: formatDate(lot) };
        return isExpiration
            ? _t("The label says that %(name)s expires on %(code)s, the lot says %(lot)s.", params)
            : _t(
                  "The label says that %(name)s is best before %(code)s, the lot says %(lot)s.",
                  params
              );
    });
}
