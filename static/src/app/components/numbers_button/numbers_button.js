import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

/** The list button of a tracked cart line: how its numbers stand, and the way to them. */
export class NumbersButton extends Component {
    static template = "pos_lot_traceability.NumbersButton";
    static props = { line: Object };

    setup() {
        this.pos = usePos();
    }

    get summary() {
        return describeNumbersState(this.props.line);
    }

    open() {
        const { line } = this.props;
        this.pos.selectOrderLine(line.order_id, line);
        this.pos.editNumbers(line);
    }
}
