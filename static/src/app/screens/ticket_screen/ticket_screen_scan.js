import { onMounted, onWillUnmount } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { TicketScreen } from "@point_of_sale/app/screens/ticket_screen/ticket_screen";
import { askServer } from "@pos_lot_traceability/app/services/ask_server";
import { NumberScan } from "@pos_lot_traceability/app/services/number_scan";
import { toNumberName } from "@pos_lot_traceability/app/utils/number_text";

patch(TicketScreen.prototype, {
    setup() {
        super.setup(...arguments);
        // Digits at a scanner's speed are no quantity to refund, wherever the focus is: core says so
        // on its other screens.
        this.numberBuffer.use({
            triggerAtInput: (event) => this._onUpdateSelectedOrderline(event),
            useWithBarcode: true,
        });
        useBarcodeReader({ number: this.openSaleOfNumber });
        // The search box has the focus as soon as the screen opens: a scan is none of its words.
        const { keyCapture, barcodeReader } = this.pos;
        onMounted(() => {
            keyCapture.fieldScans = {
                matches: (field) => Boolean(field.closest(".ticket-screen .pos-search-bar")),
                take: (text) => barcodeReader?.scan(text),
            };
        });
        onWillUnmount(() => {
            keyCapture.fieldScans = null;
        });
    },

    //@override a quantity that was just typed counts
    async onDoRefund() {
        this.numberBuffer.capture();
        return super.onDoRefund(...arguments);
    },

    //@override a quantity that was just typed is of the order before
    onClickOrder() {
        this.numberBuffer.capture();
        return super.onClickOrder(...arguments);
    },

    //@override a quantity that was just typed is of the line before
    onClickOrderline() {
        this.numberBuffer.capture();
        return super.onClickOrderline(...arguments);
    },

    //@override orders are found by their numbers too
    _getSearchFields() {
        return Object.assign(super._getSearchFields(...arguments), {
            NUMBER: {
                repr: (order) =>
                    order.lines
                        .flatMap((line) => line.pack_lot_ids)
                        .map((number) => number.lot_name)
                        .join(" "),
                displayName: _t("Lot/Serial Number"),
                modelFields: ["lines.pack_lot_ids.lot_name"],
                // Wildcards are letters of a number.
                formatSearch: (term) => term.replace(/[\\%_]/g, "\\$&"),
            },
        });
    },

    /**
     * A scanned unit opens its sale, chosen to come back.
     *
     * @param {string} text as it came from the scanner
     * @returns {Promise<boolean>} whether it was a number
     */
    async openSaleOfNumber(text) {
        this.numberBuffer.eventsBuffer = []; // the scan's own keys
        const ask = () => askServer(this.pos, "find_sale_by_text", [text]);
        let { answer, refusal } = await ask();
        if (answer && answer.kind !== "sold" && this.isUnsent(text)) {
            await this.pos.syncAllOrders(); // it was sold here while the server was out of reach
            ({ answer, refusal } = await ask());
        }
        if (answer?.kind !== "sold") {
            this.warnOfNumber(
                this.isUnsent(text)
                    ? _t(
                          "%s was sold here, and the server does not have the sale yet. Try again when the connection is back.",
                          toNumberName(text)
                      )
                    : this.describeSale(answer, refusal, toNumberName(text))
            );
            return true;
        }
        const [loaded] = await this.pos.data.loadServerOrders([["id", "=", answer.order_id]]);
        const order = loaded || this.pos.models["pos.order"].get(answer.order_id);
        const line = order?.lines.find(({ id }) => id === answer.line_id);
        if (!line) {
            this.warnOfNumber(_t("The sale of %s cannot be loaded into this till.", answer.name));
            return true;
        }
        this.state.filter = "SYNCED";
        this.setSelectedOrder(order);
        this.numberBuffer.reset();
        this.state.selectedOrderlineIds[order.id] = line.id;
        this.pos.chooseForRefund(line, answer.name);
        return true;
    },

    /** Whether a paid order that the server does not have yet sells this number. */
    isUnsent(text) {
        const { choices } = new NumberScan(this.pos).findHere(text, toNumberName(text));
        const names = new Set(choices.map(({ name }) => name));
        return this.pos.models["pos.pack.operation.lot"].some((number) => {
            const order = number.pos_order_line_id?.order_id;
            return names.has(number.lot_name) && order?.finalized && !order.isSynced;
        });
    },

    describeSale(answer, refusal, name) {
        if (!answer) {
            return refusal || _t("The server does not answer: %s was not looked up.", name);
        }
        const params = { name: answer.name, product: answer.product };
        const sentences = {
            returned: () => _t("%(name)s of %(product)s came back already.", params),
            unsold: () => _t("%(name)s of %(product)s was not sold at a till.", params),
            elsewhere: () =>
                _t("%(name)s of %(product)s was sold at a till you cannot see.", params),
            unknown: () => _t("Nobody knows %s.", name),
        };
        return sentences[answer.kind]();
    },

    warnOfNumber(message) {
        this.pos.notification.add(message, { type: "warning" });
    },
});
