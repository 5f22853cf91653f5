import { Component, onMounted, useRef } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

/** Asked once before payment: which lines lack numbers or have a wrong one; mend them or go on. */
export class MissingNumbersDialog extends Component {
    static template = "pos_lot_traceability.MissingNumbersDialog";
    static components = { Dialog };
    static props = ["lines", "canContinue", "getPayload", "close"];

    setup() {
        this.complete = useRef("complete");
        // The dialog gives the focus to its first control a moment later: Enter changes no quantity.
        onMounted(() => browser.setTimeout(() => this.complete.el?.focus()));
    }

    get rows() {
        return this.props.lines.map((line) => ({
            uuid: line.uuid,
            line,
            product: line.getFullProductName(),
            raiseLabel: this.getRaiseLabel(line),
            ...describeNumbersState(line),
        }));
    }

    get completeLabel() {
        return this.rows.some(({ level }) => level === "danger")
            ? _t("Complete now")
            : _t("Change them");
    }

    /** A surplus is not charged; with as many units as numbers it is. */
    getRaiseLabel(line) {
        const { surplus, given } = line.getNumbersState();
        return surplus && line.canRaiseQuantity()
            ? _t("Set quantity to %s", line.formatNumberQuantity(given))
            : "";
    }

    raise(line) {
        line.raiseToNumbers();
        this.choose("again");
    }

    choose(choice) {
        this.props.getPayload(choice);
        this.props.close();
    }
}
