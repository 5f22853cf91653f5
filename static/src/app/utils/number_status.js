import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { formatDay } from "@pos_lot_traceability/app/utils/code_days";

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
 * @property {number} available of that, what no document has reserved
 * @property {string|false} reserved_for document that has reserved it
 * @property {string|false} elsewhere location that has it, outside the shop
 * @property {string|false} sold_in order that sold it, when it did not come back
 * @property {string|false} [open_in] unpaid order of another till that has it
 * @property {string|false} expiration_date
 * @property {string} [use_date] best before
 * @property {string|false} alert_date from then on it expires soon
 * @property {boolean} expired at the time of the answer
 * @property {boolean} expires_soon at the time of the answer
 * @property {string[]} flags codes that the server would flag one unit with, if it were sold now
 *     (taken back now, where `is_return`)
 * @property {boolean} is_return whether a return without receipt was asked about
 * @property {{name: string, what_to_do: string}} [recall] the running recall that it is under
 * @property {string|false} other_product the product that has this number, when this one has not
 * @property {boolean} [refundable] set in the browser: the order that is refunded has sold it
 */

/** Whether a line takes goods back without naming the sale. */
export function isReturn(line) {
    return line.qty < 0 && !line.refunded_orderline_id;
}

/**
 * Whether what is known of a number was asked for what its line does now: sell it, or take it back.
 * What is right for one is mostly wrong for the other.
 *
 * @param {NumberInfo|false|null|undefined} info
 * @param {Object} line
 */
export function isAskedFor(info, line) {
    return (
        !info ||
        Boolean(info.other_product) ||
        Boolean(line.refunded_orderline_id) ||
        Boolean(info.is_return) === isReturn(line)
    );
}

/**
 * What is known of a number, in words and as a level for its colour.
 *
 * `wrong` is one word for what keeps the number from being right, "" when nothing does: the server
 * will flag it or let it wait.
 *
 * @param {NumberInfo|false|null} info false: the server does not know the number, null: not asked
 *     yet
 * @param {Object} line the cart line
 * @param {number} [quantity] how much of it the order sells, in the product's unit
 * @param {luxon.DateTime|null} [codeExpiration] see `getCodeExpiration`
 * @returns {{text: string, level: "success"|"info"|"warning"|"danger"|"muted", wrong: string}}
 */
export function getNumberStatus(info, line, quantity = 0, codeExpiration = null) {
    if (info === null || info === undefined || !isAskedFor(info, line)) {
        const comesBack = line.qty < 0 || line.refunded_orderline_id;
        const status = { text: _t("checked when the server is back"), level: "muted", wrong: "" };
        return addExpiration(status, comesBack ? null : codeExpiration);
    }
    if (line.refunded_orderline_id) {
        return info?.refundable
            ? { text: _t("sold in this order"), level: "success", wrong: "" }
            : { text: _t("not of this sale"), level: "warning", wrong: _t("not of this sale") };
    }
    if (info && info.other_product) {
        return {
            text: _t("a number of %s", info.other_product),
            level: "danger",
            wrong: _t("of another product"),
        };
    }
    if (isReturn(line)) {
        return getReturnStatus(info);
    }
    if (info === false) {
        return addExpiration({ text: _t("new"), level: "info", wrong: "" }, codeExpiration);
    }
    const parts = [];
    let level = "success";
    let wrong = "";
    const raise = (other, word = "") => {
        const levels = ["success", "warning", "danger"];
        level = levels[Math.max(levels.indexOf(level), levels.indexOf(other))];
        wrong = wrong || word;
    };
    if (info.sold_in) {
        parts.push(_t("already sold in %s", info.sold_in));
        raise("danger", _t("sold already"));
    } else if (info.flags?.includes("duplicate")) {
        // The server's verdict: it left by another way than a till, and did not come back.
        parts.push(_t("at a customer already"));
        raise("danger", _t("sold already"));
    } else if (info.open_in) {
        parts.push(_t("also in the open order %s", info.open_in));
        raise("danger", _t("also in %s", info.open_in));
    } else if (info.quantity > 0) {
        parts.push(
            line.isSerialTracked()
                ? _t("on hand here")
                : _t("%s on hand here", line.formatNumberQuantity(info.quantity))
        );
        if (!line.isSerialTracked() && quantity > info.quantity) {
            raise("warning", _t("only %s here", line.formatNumberQuantity(info.quantity)));
        }
    } else {
        parts.push(info.elsewhere ? _t("in %s", info.elsewhere) : _t("not on hand here"));
        const isFlagged = ["not_here", "short"].some((code) => info.flags?.includes(code));
        raise("warning", isFlagged ? _t("not here") : "");
    }
    if (info.flags?.includes("recalled")) {
        parts.push(_t("recalled"));
        raise("danger", _t("recalled"));
    }
    if (info.reserved_for && info.reserved_for !== line.sale_order_origin_id?.name) {
        const isFree = info.available - (quantity || 1) >= 0;
        parts.push(_t("reserved for %s", info.reserved_for));
        raise("warning", isFree ? "" : _t("reserved"));
    }
    const now = DateTime.now();
    const expiration = info.expiration_date && deserializeDateTime(info.expiration_date);
    if (expiration) {
        // Compared now: a lot may expire after it was loaded.
        const expired = expiration <= now;
        const soon = info.alert_date && deserializeDateTime(info.alert_date) <= now;
        const day = formatDay(expiration, line.order_id?.config?._shop_zone);
        parts.push(expired ? _t("expired on %s", day) : _t("expires on %s", day));
        raise(expired ? "danger" : soon ? "warning" : "success", expired ? _t("expired") : "");
    }
    return { text: parts.join(" · "), level, wrong };
}

/** How a number stands of which nothing but its code says when it expires. */
function addExpiration(status, expiration) {
    if (!expiration) {
        return status;
    }
    const date = formatDate(expiration);
    return expiration <= DateTime.now()
        ? {
              text: `${status.text} · ${_t("expired on %s", date)}`,
              level: "danger",
              wrong: _t("expired"),
          }
        : { ...status, text: `${status.text} · ${_t("expires on %s", date)}` };
}

/** Of goods that come back without a receipt: what was sold is right, what is on the shelf is not. */
function getReturnStatus(info) {
    if (info && info.flags.includes("duplicate")) {
        return {
            text: _t("on the shelf: it is not at a customer"),
            level: "danger",
            wrong: _t("on the shelf"),
        };
    }
    if (!info || info.flags.includes("not_sold")) {
        return { text: _t("not sold here"), level: "warning", wrong: _t("not sold here") };
    }
    return { text: _t("at a customer"), level: "success", wrong: "" };
}

/** Whether the number may not be sold any more, at this moment. */
export function isExpired(info) {
    return Boolean(
        info?.expiration_date && deserializeDateTime(info.expiration_date) <= DateTime.now()
    );
}
