import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

/** Asked once before payment: which lines lack numbers or have a wrong one; mend them or go on. */
export class MissingNumbersDialog extends Component {
    static template = "pos_lot_traceability.MissingNumbersDialog";
    static components = { Dialog };
    static props = ["lines", "canContinue", "getPayload", "close"];

    get rows() {
        return this.props.lines.map((line) => ({
            uuid: line.uuid,
            product: line.getFullProductName(),
            ...describeNumbersState(line),
        }));
    }

    get completeLabel() {
        return this.rows.some(({ level }) => level === "danger")
            ? _t("Complete now")
            : _t("Change them");
    }

    choose(choice) {
        this.props.getPayload(choice);
        this.props.close();
    }
}
