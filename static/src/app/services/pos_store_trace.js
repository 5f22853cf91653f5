import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { PosOrderLineRefund } from "@point_of_sale/app/models/pos_order_line_refund";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { NumberTraceDialog } from "@pos_lot_traceability/app/components/popups/number_trace_dialog/number_trace_dialog";

/** Opens Trace anywhere at the till; said in the menu. */
export const TRACE_HOTKEY = "alt+t";

patch(PosStore.prototype, {
    //@override
    async setup(env) {
        await super.setup(...arguments);
        env.services.hotkey?.add(TRACE_HOTKEY, () => this.openTrace(), { global: true });
    },

    /**
     * Show the life of a number.
     *
     * @param {string|Object} [wanted] what was typed or scanned, or a query of
     *     `pos.config.trace_number`; nothing: the field is empty
     */
    openTrace(wanted) {
        if (this.traceIsOpen || this.numbersPopupAsked || !this.config) {
            return;
        }
        this.traceIsOpen = true;
        const query = typeof wanted === "string" ? { text: wanted } : wanted;
        this.dialog.add(
            NumberTraceDialog,
            { pos: this, query },
            {
                onClose: () => {
                    this.traceIsOpen = false;
                    this.numberBuffer.reset();
                },
            }
        );
    },

    askTrace(query, cursor, oldestFirst) {
        return this.data.call("pos.config", "trace_number", [
            [this.config.id],
            query,
            cursor,
            oldestFirst,
        ]);
    },

    /** A sentence for a request that failed, whatever the reason. */
    explainTraceError(error) {
        if (error instanceof RPCError) {
            return error.data?.message || error.message;
        }
        if (error instanceof ConnectionLostError || this.data.network.offline) {
            return _t("The server does not answer. Trace needs it: try again when it is back.");
        }
        return _t("This did not work. Try again.");
    },

    async loadTracedOrder(orderId) {
        let order = this.models["pos.order"].get(orderId);
        if (!order) {
            await this.data.loadServerOrders([["id", "=", orderId]]);
            order = this.models["pos.order"].get(orderId);
        }
        if (!order) {
            throw new ConnectionLostError();
        }
        return order;
    },

    /**
     * Go to a sale in the order list.
     *
     * @param {number} orderId
     * @param {number} [lineId] the line whose unit is to come back: it is chosen
     * @param {number} [numberId] of that unit
     * @returns {Promise<boolean>} whether it was found
     */
    async openTracedOrder(orderId, lineId, numberId) {
        const order = await this.loadTracedOrder(orderId);
        const line = lineId && order.lines.find((each) => each.id === lineId);
        const number = line?.pack_lot_ids.find(({ id }) => id === numberId);
        if (number) {
            this.chooseForRefund(line, number.lot_name);
        }
        this.navigate("TicketScreen", {
            stateOverride: {
                filter: "SYNCED",
                selectedOrderUuid: order.uuid,
                selectedOrderlineIds: line ? { [order.id]: line.id } : {},
                search: { fieldName: "RECEIPT_NUMBER", searchTerm: order.pos_reference },
            },
        });
        return true;
    },

    /** One unit more of a sold line comes back: the one with this number. */
    chooseForRefund(line, name) {
        const { lineToRefund } = line.order_id.uiState;
        lineToRefund[line.uuid] ??= new PosOrderLineRefund(
            { line_uuid: line.uuid, qty: 0 },
            this.models
        );
        const detail = lineToRefund[line.uuid];
        const chosen = detail.qty ? this.numbersToRefund[line.uuid] || [] : [];
        const isThere = chosen.includes(name);
        const left = line.qty - line.refundedQty - detail.qty;
        if (!detail.destination_order_uuid && left > 0 && !(isThere && line.isSerialTracked())) {
            detail.qty += Math.min(1, left);
        }
        this.numbersToRefund[line.uuid] = isThere ? chosen : [...chosen, name];
    },

    async reprintTracedOrder(orderId) {
        await this.printReceipt({ order: await this.loadTracedOrder(orderId) });
    },

    claimTraced(numberId) {
        return this.data.call("pos.config", "claim_number", [[this.config.id], numberId]);
    },

    printTrace(lotId) {
        return this.env.services.report.doAction(
            "pos_lot_traceability.action_report_number_trace",
            [lotId]
        );
    },
});
