import { Component, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";

const ICONS = {
    receipt: "fa-truck",
    returned_to_supplier: "fa-reply",
    produced: "fa-cogs",
    consumed: "fa-cogs",
    delivered: "fa-truck",
    came_back: "fa-undo",
    found: "fa-plus-circle",
    lost: "fa-minus-circle",
    scrapped: "fa-trash",
    moved: "fa-exchange",
    sale: "fa-shopping-cart",
    refund: "fa-undo",
    repair: "fa-wrench",
};
const LEVELS = {
    success: "alert-success",
    info: "alert-info",
    warning: "alert-warning",
    danger: "alert-danger",
};

/** Shows a `NumberTraceState`: the answer, then the life of the number. Only shows. */
export class NumberTraceView extends Component {
    static template = "pos_lot_traceability.NumberTraceView";
    // `openLink` goes to a document, where documents can be opened; `slots` are buttons.
    static props = {
        trace: Object,
        openLink: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.state = useState(this.props.trace.state);
    }

    icon(row) {
        return ICONS[row.kind] || "fa-circle";
    }

    get answerClass() {
        return LEVELS[this.state.card.level];
    }

    get warrantyClass() {
        return this.state.card.warranty_state === "running"
            ? "text-bg-success"
            : "text-bg-secondary";
    }

    /** Nothing was asked yet. */
    get isEmpty() {
        const { card, choices, unknown, error, loading } = this.state;
        return !(card || choices.length || unknown !== null || error || loading);
    }

    get hasOrderOfRows() {
        return this.state.rows.length > 1;
    }

    formatDate(text) {
        const format = localization.dateTimeFormat.replace(":ss", "");
        return formatDateTime(deserializeDateTime(text), { format });
    }

    show(query) {
        return this.props.trace.show(query);
    }
}
