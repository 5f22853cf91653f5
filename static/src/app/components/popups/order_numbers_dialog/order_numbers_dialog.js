import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { Dialog } from "@web/core/dialog/dialog";
import { formatFloat } from "@web/core/utils/numbers";
import { formatDay } from "@pos_lot_traceability/app/utils/code_days";

/**
 * Asked once when a sales order is loaded: bring its numbers in, or its lines without them.
 * Answers true or false; closing it loads nothing.
 */
export class OrderNumbersDialog extends Component {
    static template = "pos_lot_traceability.OrderNumbersDialog";
    static components = { Dialog };
    static props = ["orderNumbers", "getPayload", "close"];

    get orderNumbers() {
        return this.props.orderNumbers;
    }

    get rows() {
        return this.orderNumbers.lines.map((line) => {
            const taken = line.numbers.reduce((sum, number) => sum + number.take, 0);
            return {
                id: line.id,
                product: line.product,
                count: _t("%(taken)s of %(units)s", {
                    taken: this.format(taken),
                    units: this.format(line.units),
                }),
                complete: taken >= line.units,
                numbers: line.numbers.map((number) => this.describe(line, number)),
            };
        });
    }

    describe(line, { info, wanted, take, problem }) {
        const isLot = line.tracking === "lot";
        return {
            id: info.id,
            name: info.name,
            available: Boolean(take),
            quantity: isLot && take ? this.format(take) : "",
            note:
                info.expiration_date && problem !== "expired"
                    ? info.expired
                        ? _t("expired on %s", this.formatExpiration(info))
                        : _t("expires on %s", this.formatExpiration(info))
                    : "",
            problem: problem && this.describeProblem(info, problem, isLot && take ? wanted : 0),
        };
    }

    /** @param {number} wanted of a lot that is there in part: what was meant for the order */
    describeProblem(info, problem, wanted) {
        const reason = {
            recalled: () => _t("recalled: it may not be sold"),
            sold: () => _t("already sold in %s", info.sold_in),
            reserved: () => _t("reserved for %s", info.reserved_for),
            elsewhere: () => _t("in %s", info.elsewhere),
            in_cart: () => _t("already in this cart"),
            expired: () => _t("expired on %s", this.formatExpiration(info)),
            gone: () => _t("not on hand any more"),
        }[problem]();
        return wanted
            ? _t("of %(wanted)s; the rest: %(reason)s", { wanted: this.format(wanted), reason })
            : _t("No longer available: %s", reason);
    }

    formatExpiration({ expiration_date }) {
        const { _shop_zone } = this.orderNumbers.pos.config;
        return formatDay(deserializeDateTime(expiration_date), _shop_zone);
    }

    format(quantity) {
        return quantity % 1 === 0 ? String(quantity) : formatFloat(quantity, { digits: [69, 2] });
    }

    choose(load) {
        this.props.getPayload(load);
        this.props.close();
    }
}
