import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { useAutofocus, useBus, useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";
import { Component, useState } from "@odoo/owl";
import { takeFnc1 } from "@pos_lot_traceability/backend/fnc1";

/** A field for scanned numbers, above a list: Enter or Tab ends a number, as in the dialog. */
export class NumberScanField extends Component {
    static template = "pos_lot_traceability.NumberScanField";
    static props = {
        onScan: Function,
        /** Of a scanned number that a sale has already: `{message, numberId}`. */
        sold: { type: [Object, { value: null }], optional: true },
        onCorrect: { type: Function, optional: true },
    };

    setup() {
        this.notification = useService("notification");
        this.hasCamera = isBarcodeScannerSupported();
        useAutofocus({ refName: "scan" });
    }

    onKeydown(ev) {
        if (takeFnc1(ev)) {
            return;
        }
        const code = ev.target.value;
        if ((ev.key === "Enter" || (ev.key === "Tab" && !ev.shiftKey)) && code.trim()) {
            ev.preventDefault();
            ev.stopPropagation();
            ev.target.value = "";
            this.props.onScan(code);
        } else if (ev.key === "ArrowDown" && !code) {
            ev.preventDefault();
            ev.stopPropagation();
            this.env.searchModel.trigger("focus-view"); // as from the search bar
        }
    }

    async scanWithCamera() {
        let code;
        try {
            code = await scanBarcode(this.env);
        } catch (error) {
            this.notification.add(error.message, { type: "warning" });
            return;
        }
        if (code) {
            this.props.onScan(code);
        }
    }
}

/**
 * The worklist: a scanned number opens its line, and dialogs go on in the order of the list, as it
 * is filtered and sorted.
 */
const Worklist = (Controller) =>
    class extends Controller {
        static components = { ...Controller.components, NumberScanField };

        setup() {
            super.setup();
            this.worklistAction = useService("action");
            this.worklistOrm = useService("orm");
            this.worklistNotification = useService("notification");
            this.scans = Promise.resolve();
            this.scanState = useState({ sold: null });
            const onScan = ({ detail }) => this.onBarcode(detail.barcode);
            useBus(useService("barcode").bus, "barcode_scanned", onScan);
        }

        /** What the list shows, for the server. */
        get shown() {
            const { domain, groupBy, orderBy } = this.model.root;
            return { domain, groupBy, orderBy };
        }

        get hasScanField() {
            return !this.props.context.numbers_closed && !this.env.inDialog;
        }

        /** A scan anywhere on the list; not one meant for a dialog that is open. */
        onBarcode(code) {
            if (this.hasScanField && !document.querySelector(".o_dialog")) {
                this.onScan(code);
            }
        }

        /** One after the other: a second scan waits for the answer to the first. */
        onScan(code) {
            const opened = this.scans.then(() => this.openScanned(code));
            // An error is told by Odoo; the next scan does not wait for it.
            this.scans = opened.catch(() => {});
            return opened;
        }

        async openScanned(code) {
            if (document.querySelector(".o_dialog")) {
                this.worklistNotification.add(
                    _t("%s came while a dialog was open: scan it again.", code),
                    { type: "warning" }
                );
                return;
            }
            this.scanState.sold = null;
            const action = await this.worklistOrm.call("pos.order.line", "action_assign_scanned", [
                code,
                this.shown,
            ]);
            const { message, sold_number_id: numberId } = action.params || {};
            if (numberId) {
                // Beside the field, not over it: a number scanned twice holds nobody up.
                this.scanState.sold = { message, numberId };
                return;
            }
            await this.worklistAction.doAction(action, { onClose: () => this.onDialogClosed() });
        }

        async correctSold() {
            const { numberId } = this.scanState.sold;
            this.scanState.sold = null;
            await this.worklistAction.doActionButton({
                name: "action_correct",
                type: "object",
                resModel: "pos.pack.operation.lot",
                resId: numberId,
                resIds: [numberId],
                context: {},
                onClose: () => this.onDialogClosed(),
            });
        }

        /** The list is read again, and the next scan goes into the field. */
        async onDialogClosed() {
            await this.model.root.load();
            this.rootRef.el?.querySelector(".o_pos_number_scan input")?.focus();
        }

        async openRecord(record) {
            await this.worklistAction.doActionButton({
                name: "action_assign_numbers",
                type: "object",
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
                context: { ...record.context, pos_numbers_list: this.shown },
                onClose: () => this.onDialogClosed(),
            });
        }

        async beforeExecuteActionButton(clickParams) {
            if (clickParams.name === "action_assign_numbers") {
                clickParams.buttonContext = { pos_numbers_list: this.shown };
            }
            return super.beforeExecuteActionButton(...arguments);
        }
    };

export class NumbersWorklistController extends Worklist(ListController) {
    static template = "pos_lot_traceability.NumbersWorklist";
}

export class NumbersWorklistKanbanController extends Worklist(KanbanController) {
    static template = "pos_lot_traceability.NumbersWorklistKanban";
}

export class NumbersWorklistKanbanRenderer extends KanbanRenderer {
    /** Odoo leaves the screen empty where there is no group: one could be made there. */
    get showNoContentHelper() {
        return super.showNoContentHelper || !this.props.list.model.hasData();
    }
}

registry.category("views").add("pos_numbers_worklist", {
    ...listView,
    Controller: NumbersWorklistController,
});
registry.category("views").add("pos_numbers_worklist_kanban", {
    ...kanbanView,
    Controller: NumbersWorklistKanbanController,
    Renderer: NumbersWorklistKanbanRenderer,
});
