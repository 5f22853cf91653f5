import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

/** Asked once before payment: which lines lack how many numbers, complete them or go on. */
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

    choose(choice) {
        this.props.getPayload(choice);
        this.props.close();
    }
}
