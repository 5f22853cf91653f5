import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";
import { NumberTraceState } from "@pos_lot_traceability/trace/number_trace_state";
import { NumberTraceView } from "@pos_lot_traceability/trace/number_trace_view";

/** The life of a number, at the till: scan or type it, and go on from what is found. */
export class NumberTraceDialog extends Component {
    static template = "pos_lot_traceability.NumberTraceDialog";
    static components = { Dialog, NumberTraceView };
    static props = ["pos", "query?", "close"];

    setup() {
        this.ui = useService("ui");
        this.input = useRef("input");
        const { pos } = this.props;
        this.trace = new NumberTraceState(
            (query, cursor, oldestFirst) => pos.askTrace(query, cursor, oldestFirst),
            (error) => pos.explainTraceError(error)
        );
        this.state = useState(this.trace.state);
        this.ownState = useState({ message: "", busy: false });
        onMounted(() => {
            // Cameras and IoT scanners give their codes here, and not to the screen below.
            this.sinkBefore = pos.barcodeReader?.numberSink;
            if (pos.barcodeReader) {
                pos.barcodeReader.numberSink = (code) => this.search(code);
            }
            this.input.el.focus();
            const { query } = this.props;
            if (query) {
                this.input.el.value = query.text || "";
                this.input.el.select();
                this.trace.show(query);
            }
        });
        onWillUnmount(() => {
            if (pos.barcodeReader) {
                pos.barcodeReader.numberSink = this.sinkBefore || null;
            }
        });
    }

    onKeydown(ev) {
        // A scanner may end with Tab. In an empty field it moves the focus as ever.
        if ((ev.key === "Enter" || ev.key === "Tab") && !ev.shiftKey && !ev.isComposing) {
            const text = ev.target.value;
            if (text.trim() && (ev.key === "Enter" || text !== this.searched)) {
                ev.preventDefault();
                ev.stopPropagation();
                this.search(text);
            }
        }
    }

    search(text = this.input.el.value) {
        this.searched = text;
        this.ownState.message = "";
        this.input.el.value = text;
        this.input.el.select(); // the next scan replaces it
        return this.trace.search(text);
    }

    /** Run something that needs the server and leads away, once at a time. */
    async run(action) {
        if (this.ownState.busy) {
            return;
        }
        this.ownState.busy = true;
        try {
            await action();
        } catch (error) {
            this.ownState.message = this.props.pos.explainTraceError(error);
        } finally {
            this.ownState.busy = false;
        }
    }

    openOrder(row) {
        return this.run(async () => {
            if (await this.props.pos.openTracedOrder(row.order_id)) {
                this.props.close();
            }
        });
    }

    refund(row) {
        return this.run(async () => {
            const { order_id, line_id, number_id } = row;
            if (await this.props.pos.openTracedOrder(order_id, line_id, number_id)) {
                this.props.close();
            }
        });
    }

    reprint(row) {
        return this.run(() => this.props.pos.reprintTracedOrder(row.order_id));
    }

    claim(card) {
        return this.run(async () => {
            this.ownState.message = await this.props.pos.claimTraced(card.number_id);
        });
    }

    print(card) {
        return this.run(() => this.props.pos.printTrace(card.query.lot_id));
    }
}
