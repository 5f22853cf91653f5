import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/**
 * What the server knows of a number (Python: `pos.config._get_number_info`). Quantities are in the
 * product's unit, dates are UTC as the server writes them; false where there is nothing to say.
 *
 * @typedef {Object} NumberInfo
 * @property {number|string} id of the stock.lot; in a refund the name
 * @property {string} name
 * @property {number} product_id
 * @property {number} quantity on hand in the shop, less what is sold there and not yet moved
 * @property {string|false} reserved_for document that has reserved it
 * @property {string|false} elsewhere location that has it, outside the shop
 * @property {string|false} sold_in order that sold it, when it did not come back
 * @property {string|false} expiration_date
 * @property {string|false} alert_date from then on it expires soon
 * @property {boolean} expired at the time of the answer
 * @property {string[]} flags codes that the server would flag one unit with, if it were sold now
 * @property {boolean} [refundable] set in the browser: the order that is refunded has sold it
 */

/**
 * What is known of a number, in words and as a level for its colour.
 *
 * @param {NumberInfo|false|null} info false: the server does not know the number, null: not asked
 *     yet
 * @param {Object} line the cart line
 * @returns {{text: string, level: "success"|"info"|"warning"|"danger"|"muted"}}
 */
export function getNumberStatus(info, line) {
    if (info === null || info === undefined) {
        return { text: _t("checked when the server is back"), level: "muted" };
    }
    if (line.refunded_orderline_id) {
        return info?.refundable
            ? { text: _t("sold in this order"), level: "success" }
            : { text: _t("not of this sale"), level: "warning" };
    }
    if (info === false) {
        return { text: _t("new"), level: "info" };
    }
    const parts = [];
    let level = "success";
    const raise = (other) => {
        const levels = ["success", "warning", "danger"];
        level = levels[Math.max(levels.indexOf(level), levels.indexOf(other))];
    };
    if (info.sold_in) {
        parts.push(_t("already sold in %s", info.sold_in));
        raise("danger");
    } else if (info.flags?.includes("duplicate")) {
        // The server's verdict: it left by another way than a till, and did not come back.
        parts.push(_t("at a customer already"));
        raise("danger");
    } else if (info.quantity > 0) {
        parts.push(
            line.isSerialTracked()
                ? _t("on hand here")
                : _t("%s on hand here", line.formatNumberQuantity(info.quantity))
        );
    } else {
        parts.push(info.elsewhere ? _t("in %s", info.elsewhere) : _t("not on hand here"));
        raise("warning");
    }
    if (info.reserved_for && info.reserved_for !== line.sale_order_origin_id?.name) {
        parts.push(_t("reserved for %s", info.reserved_for));
        raise("warning");
    }
    const now = DateTime.now();
    const expiration = info.expiration_date && deserializeDateTime(info.expiration_date);
    if (expiration) {
        // Compared now: a lot may expire after it was loaded.
        const expired = expiration <= now;
        const near = info.alert_date && deserializeDateTime(info.alert_date) <= now;
        parts.push(
            expired
                ? _t("expired on %s", formatDate(expiration))
                : _t("expires on %s", formatDate(expiration))
        );
        raise(expired ? "danger" : near ? "warning" : "success");
    }
    return { text: parts.join(" · "), level };
}

/** Whether the number may not be sold any more, at this moment. */
export function isExpired(info) {
    return Boolean(
        info?.expiration_date && deserializeDateTime(info.expiration_date) <= DateTime.now()
    );
}
