import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What an inventory manager looks at first; each figure opens the list that it counts. */
export class TraceabilityOverview extends Component {
    static template = "pos_lot_traceability.TraceabilityOverview";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ tiles: [], gaps: [], shares: [], recalls: [] });
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(this.state, await this.orm.call("pos.number.overview", "get_overview", []));
    }

    get mostGaps() {
        return Math.max(1, ...this.state.gaps.map(({ count }) => count));
    }

    async open({ xmlid, domain, context }, name) {
        const action = await this.action.loadAction(xmlid);
        return this.action.doAction({
            ...action,
            // A list of its own: what was typed into the search of the other one stays there.
            ...(domain ? { domain, context: {}, name: name || action.name } : {}),
            ...(Object.keys(context).length ? { context } : {}),
        });
    }

    openRecall({ id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "pos.number.recall",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    formatShare(percent) {
        return formatFloat(percent, { digits: [16, 1], trailingZeros: false });
    }

    describeRecall({ answered, notified, unreached, days }) {
        return _t(
            "Day %(day)s: %(answered)s of %(notified)s notified have answered, not reached by mail: %(unreached)s",
            { day: days + 1, answered, notified, unreached }
        );
    }

    /** @returns {number} 0 to 100 */
    getAnsweredShare({ notified, answered }) {
        return notified ? Math.min(100, Math.round((100 * answered) / notified)) : 0;
    }
}

registry.category("actions").add("pos_lot_traceability.overview", TraceabilityOverview);
