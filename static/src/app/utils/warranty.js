import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/**
 * The last day of the warranty of a sold number, for its receipt: what the server says; offline,
 * what the product promises. Of an exchange only the server knows the rest of the first period.
 *
 * @param {Object} number of a finalized order
 * @returns {luxon.DateTime|null}
 */
export function getWarrantyEnd(number) {
    const line = number.pos_order_line_id;
    const order = line?.order_id;
    if (!order?.finalized || line.qty <= 0 || number.warranty_ended_on) {
        return null;
    }
    if (number.warranty_end) {
        const end = number.warranty_end;
        return typeof end === "string" ? deserializeDate(end) : end;
    }
    const months = line.product_id?.product_tmpl_id?._warranty_months;
    const isExchange = order.lines.some(
        (other) => other.qty < 0 && other.product_id?.id === line.product_id.id
    );
    if (number.isSynced || !months || isExchange || order.shipping_date || !order.date_order) {
        return null;
    }
    // Days are counted as the server does, in the shop's time zone: a tablet may stand elsewhere.
    const zone = order.config?._shop_zone;
    const moment = zone ? order.date_order.setZone(zone) : order.date_order;
    return (moment.isValid ? moment : order.date_order).plus({ months });
}

/**
 * The lines of text below a product: a warranty that all its numbers share is said once.
 *
 * @param {{label: string, end: luxon.DateTime|null}[]} numbers
 * @returns {string[]}
 */
export function getLinesWithWarranty(numbers) {
    const texts = numbers.map(({ end }) => (end ? _t("Warranty until %s", formatDate(end)) : ""));
    const [first] = texts;
    if (numbers.length > 1 && first && texts.every((text) => text === first)) {
        return [...numbers.map(({ label }) => label), first];
    }
    return numbers.flatMap(({ label }, index) => (texts[index] ? [label, texts[index]] : [label]));
}
