import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Base } from "@point_of_sale/app/models/related_models";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { foldName } from "@pos_lot_traceability/app/utils/number_name";
import { formatDay, getCodeExpiration } from "@pos_lot_traceability/app/utils/code_days";
import { getNumberStatus, isAskedFor } from "@pos_lot_traceability/app/utils/number_status";

// Numbers that were taken off carts at this till.
const deletedUuids = new Set();

/** The word before a serial, in the user's language: SN. */
export function getSerialWord() {
    return String(_t("SN %s", "")).trim();
}

/**
 * A number: the serial or lot of a cart line, with its quantity in the product's unit.
 *
 * `uiState.info` is what the server last said of it (see `pos.config.check_numbers`): an object
 * when known, `false` when the server does not know it, `null` while nobody has been asked.
 */
export class PosPackOperationLot extends Base {
    static pythonModel = "pos.pack.operation.lot";

    initState() {
        super.initState();
        this.uiState = { info: null };
    }

    //@override what was known before a reload may have changed since: it is asked again
    restoreState(uiState) {
        super.restoreState({ ...uiState, isOld: true });
    }

    //@override
    delete(opts = {}) {
        // Silent: this browser forgets it, nobody took it off.
        if (!opts.silent && !this.pos_order_line_id?.order_id?.finalized) {
            deletedUuids.add(this.uuid);
        }
        return super.delete(...arguments);
    }

    /** Whether it was taken off while its order was under way to the server, and came back. */
    wasDeleted() {
        return deletedUuids.has(this.uuid);
    }

    get isSerial() {
        return this.pos_order_line_id?.product_id?.tracking === "serial";
    }

    /**
     * Whether a name, and what is known of it, stand for the same lot as this number. Two lots that
     * the server knows under different names are two, however alike these look.
     *
     * @param {string} name
     * @param {Object|false|null} [info] as in `uiState.info`
     */
    isNamed(name, info = null) {
        if (this.lot_name === name) {
            return true;
        }
        const areKnown = Boolean(info && this.uiState.info);
        return !areKnown && foldName(this.lot_name) === foldName(name);
    }

    /** Quantity in the product's unit; a serial is one unit whatever is written. */
    getQuantity() {
        return this.isSerial ? 1 : this.quantity || 0;
    }

    /**
     * The order of this till that has the same serial, as far as the server has not told of it: an
     * open one, or one that has sold it and is still to be sent. Nobody asked: any that has sold it.
     */
    get otherOrder() {
        const line = this.pos_order_line_id;
        const order = line?.order_id;
        if (!order || !this.isSerial) {
            return null;
        }
        const { info } = this.uiState;
        const isSame = (number) => number.isNamed(this.lot_name, info);
        const others = this.models["pos.order"].filter(
            (other) =>
                other.uuid !== order.uuid &&
                (other.state === "draft" || other.mayBeNews || (other.finalized && !info)) &&
                other.getNumbersOfProduct(line.product_id).some(isSame)
        );
        const draft = others.find((other) => other.state === "draft");
        if (draft || line.qty < 0) {
            return draft || null;
        }
        // What has come back since may be sold again.
        const [last] = others.sort((a, b) => b.date_order - a.date_order);
        const isSold = last?.lines.some((sold) => sold.qty > 0 && sold.getValidLots().some(isSame));
        return isSold ? last : null;
    }

    /** How much of it its order has, on all lines; a serial is there once. */
    get quantityInOrder() {
        const line = this.pos_order_line_id;
        if (this.isSerial || !line?.order_id) {
            return this.getQuantity(); // of an order that another device has deleted, only this one
        }
        return line.order_id
            .getNumbersOfProduct(line.product_id)
            .filter((number) => number.isNamed(this.lot_name, this.uiState.info))
            .reduce((sum, number) => sum + number.getQuantity(), 0);
    }

    /** How it stands, in words: see `getNumberStatus`. */
    getStatus() {
        const line = this.pos_order_line_id;
        const other = this.otherOrder;
        if (other) {
            const name = other.getName();
            return other.finalized
                ? {
                      text: _t("already sold in %s", name),
                      level: "danger",
                      wrong: _t("sold already"),
                  }
                : {
                      text: _t("also in the open order %s", name),
                      level: "danger",
                      wrong: _t("also in %s", name),
                  };
        }
        const expiration = this.getCodeExpiration();
        return getNumberStatus(this.uiState.info, line, this.quantityInOrder, expiration);
    }

    /** How many units of a line this lot can cover, Infinity where its stock is not known. */
    getReach() {
        const info = this.uiState?.info;
        const line = this.pos_order_line_id;
        const isKnown = info?.quantity > 0 && line?.qty >= 0 && isAskedFor(info, line);
        return isKnown ? info.quantity : Infinity;
    }

    getExpiration() {
        const date = this.expiration_date || this.uiState?.info?.expiration_date;
        const own = typeof date === "string" ? deserializeDateTime(date) : date;
        return own || this.getCodeExpiration();
    }

    /** What the scanned code said of its lot's dates: ISO dates by field, "" where it said nothing. */
    getDays() {
        const { code_expiration, code_best_before } = this;
        return {
            code_expiration: code_expiration?.toISODate() || "",
            code_best_before: code_best_before?.toISODate() || "",
        };
    }

    /** Keep what a code says of its lot's dates: what the first one said stays. */
    addDays({ code_expiration, code_best_before }) {
        const days = this.getDays();
        this.setDays({
            code_expiration: days.code_expiration || code_expiration,
            code_best_before: days.code_best_before || code_best_before,
        });
    }

    /** @param {Object} days see `getDays`; what is the same is not written: it would be sent again */
    setDays(days) {
        for (const [name, day] of Object.entries(this.getDays())) {
            if (day !== (days[name] || "")) {
                this[name] = days[name] || false;
            }
        }
    }

    /** When it expires by its code, as long as no lot is known: see `getCodeExpiration`. */
    getCodeExpiration() {
        const line = this.pos_order_line_id;
        const order = line?.order_id;
        if (order?.finalized && this.isSynced) {
            return null; // it has a lot, with a date of its own or none
        }
        const zone = order?.config?._shop_zone;
        return getCodeExpiration(line?.product_id, this.uiState?.info, this.getDays(), zone);
    }

    /** Says that it is a serial; a name that begins so says it by itself. */
    getSerialLabel() {
        const isSaid = foldName(this.lot_name).startsWith(foldName(getSerialWord()));
        return isSaid ? this.lot_name : _t("SN %s", this.lot_name);
    }

    /** The line of text under the product: in the cart, on the customer display, the receipt. */
    getLabel() {
        const line = this.pos_order_line_id;
        const quantity = this.getQuantity();
        let label = this.isSerial
            ? this.getSerialLabel()
            : !quantity // a surplus lot: it was given, and nothing of it was sold
              ? _t("Lot Number %s", this.lot_name)
              : _t("Lot Number %(name)s: %(quantity)s", {
                    name: this.lot_name,
                    quantity: line.formatNumberQuantity(quantity),
                });
        const expiration = this.getExpiration();
        if (expiration) {
            const zone = line?.order_id?.config?._shop_zone;
            label += ` ${_t("(exp. %s)", formatDay(expiration, zone))}`;
        }
        return label;
    }
}

registry.category("pos_available_models").add(PosPackOperationLot.pythonModel, PosPackOperationLot);
