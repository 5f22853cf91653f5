import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/**
 * What is known of a number, in words and as a level for its colour.
 *
 * @param {Object|false|null} info answer of `pos.config.check_numbers`; false: not known there,
 *     null: not asked yet
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
        // At the moment of the check: what was near when it was loaded may be over by now.
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
