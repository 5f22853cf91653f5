import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { takeFnc1 } from "@pos_lot_traceability/backend/fnc1";
import { NumberTraceState } from "@pos_lot_traceability/trace/number_trace_state";
import { NumberTraceView } from "@pos_lot_traceability/trace/number_trace_view";

/** The life of a number, in the back office: one field, every row a link. */
export class NumberTraceAction extends Component {
    static template = "pos_lot_traceability.NumberTraceAction";
    static components = { NumberTraceView };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.input = useRef("input");
        this.trace = new NumberTraceState(
            (query, cursor, oldestFirst) =>
                this.orm.call("pos.number.trace", "get_trace", [query, cursor, oldestFirst]),
            (error) =>
                error instanceof ConnectionLostError
                    ? _t("The server does not answer. Try again when it is back.")
                    : error.data?.message || error.message
        );
        this.state = useState(this.trace.state);
        // What was shown last comes back with the breadcrumb, and stays after a reload.
        const query = this.props.action.params?.query || this.props.state?.query;
        onMounted(() => {
            this.input.el.focus();
            if (query) {
                this.input.el.value = query.text || "";
                this.trace.show(query);
            }
        });
    }

    onKeydown(ev) {
        if (takeFnc1(ev)) {
            return;
        }
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            this.search();
        }
    }

    search() {
        this.input.el.select();
        return this.trace.search(this.input.el.value);
    }

    openLink(link) {
        // Coming back shows the same number.
        this.props.action.params = { query: this.state.card.query };
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: link.model,
            res_id: link.id,
            views: [[false, "form"]],
        });
    }

    async claim(card) {
        this.props.action.params = { query: card.query };
        const action = await this.orm.call("pos.number.trace", "claim", [card.number_id]);
        return this.action.doAction(action);
    }

    print(card) {
        return this.action.doAction("pos_lot_traceability.action_report_number_trace", {
            additionalContext: {
                active_ids: [card.query.lot_id],
                active_id: card.query.lot_id,
                active_model: "stock.lot",
            },
        });
    }

    openLot(card) {
        return this.openLink({ model: "stock.lot", id: card.query.lot_id });
    }
}

registry.category("actions").add("pos_lot_traceability.trace", NumberTraceAction);
