import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { BarcodeParser } from "@barcodes/js/barcode_parser";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { NumbersPopup } from "@pos_lot_traceability/app/components/popups/numbers_popup/numbers_popup";
import { MissingNumbersDialog } from "@pos_lot_traceability/app/components/popups/missing_numbers_dialog/missing_numbers_dialog";
import { OrderNumbersDialog } from "@pos_lot_traceability/app/components/popups/order_numbers_dialog/order_numbers_dialog";
import { OrderNotLoaded, OrderNumbers } from "@pos_lot_traceability/app/services/order_numbers";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { KeyCapture } from "@pos_lot_traceability/app/utils/key_capture";

patch(PosStore.prototype, {
    async setup() {
        this.keyCapture = new KeyCapture();
        this.numbersPopupAsked = false;
        await super.setup(...arguments);
        const numbers = this.models["pos.pack.operation.lot"];
        numbers.addEventListener("create", async ({ ids }) => {
            await Promise.resolve(); // what is deleted while data is loaded is not sent
            for (const number of numbers.readMany(ids)) {
                if (number?.wasDeleted()) {
                    number.delete();
                }
            }
        });
    },

    /** Whether a number nobody knows may become a new one at this till. */
    canCreateNumbers() {
        return Boolean(this.pickingType.use_create_lots && this.config.number_creation);
    },

    /** Odoo's GS1 rules, fetched when the first such code is scanned; null when out of reach. */
    async getGs1Parser() {
        if (!this.gs1Parser) {
            try {
                const [nomenclature] = await this.data.orm.searchRead(
                    "barcode.nomenclature",
                    [["is_gs1_nomenclature", "=", true]],
                    ["id"],
                    { limit: 1 }
                );
                this.gs1Parser =
                    nomenclature &&
                    new BarcodeParser({
                        nomenclature: await BarcodeParser.fetchNomenclature(
                            this.data.orm,
                            nomenclature.id
                        ),
                    });
            } catch {
                return null; // no network: the code is refused, not taken for a number
            }
        }
        return this.gs1Parser || null;
    },

    // --------------------------------------------------------------- the popup

    /** From here on keys and codes belong to the popup, though it is not on screen yet. */
    askForNumbersPopup() {
        this.numbersPopupAsked = true;
        this.keyCapture.start();
        if (this.barcodeReader) {
            this.barcodeReader.numberSink = (code) => this.keyCapture.takeCode(code);
        }
    },

    releaseNumbersPopup() {
        this.numbersPopupAsked = false;
        this.keyCapture.stop();
        if (this.barcodeReader) {
            this.barcodeReader.numberSink = null;
        }
    },

    /**
     * Open the numbers popup on a line, one at a time.
     *
     * @param {Object} line
     * @param {Object|false} [before] see `NumberEntry`, for a product that was just added
     * @returns {Promise<boolean>} whether the cashier applied
     */
    async editNumbers(line, before) {
        if (this.numbersPopupAsked && !this.addingTrackedProduct) {
            return false;
        }
        this.askForNumbersPopup();
        try {
            const entry = new NumberEntry({ pos: this, line, before });
            const applied = await makeAwaitable(this.dialog, NumbersPopup, { entry });
            if (!applied) {
                entry.cancel();
            }
            return Boolean(applied);
        } finally {
            this.releaseNumbersPopup();
            this.numberBuffer.reset();
        }
    },

    //@override the popup opens on the line, once it is there: see addLineToOrder
    async editLots() {
        return { modifiedPackLotLines: {}, newPackLotLines: [] };
    },

    //@override
    async editLotsRefund(line) {
        await this.editNumbers(line);
        return null;
    },

    //@override
    async addLineToOrder(vals, order, opts = {}, configure = true) {
        const template =
            typeof vals.product_tmpl_id === "number"
                ? this.models["product.template"].get(vals.product_tmpl_id)
                : vals.product_tmpl_id;
        const tracked = Boolean(template?.isTracked());
        const hasNumber = opts.code?.type === "lot" || Boolean(vals.pack_lot_ids?.length);
        const asks = (configure || Boolean(opts.code)) && !hasNumber;
        if (tracked && asks && this.numbersPopupAsked) {
            return; // the second click of a double click
        }
        const snapshots = new Map(
            order.lines.map((line) => [line.uuid, NumberEntry.takeSnapshot(line)])
        );
        const opensAtOnce =
            tracked &&
            asks &&
            !template.isConfigurable?.() &&
            !template.isCombo() &&
            !template.to_weight;
        if (opensAtOnce) {
            this.askForNumbersPopup();
            this.addingTrackedProduct = true;
        }
        let line;
        try {
            line = await super.addLineToOrder(vals, order, opts, configure);
            if (!line) {
                return line;
            }
            // In the cart's order, which `getAllLinesInCombo` does not keep.
            for (const member of [line, ...line.combo_line_ids]) {
                if (!member.asksForNumbers()) {
                    continue;
                }
                member.completeNumberQuantities();
                if (asks && !this.isCoveredByItsLot(member, snapshots)) {
                    const isAdded = member.uuid === line.uuid;
                    this.addingTrackedProduct = true;
                    const before = isAdded ? snapshots.get(member.uuid) || false : undefined;
                    const applied = await this.editNumbers(member, before);
                    if (!applied && isAdded) {
                        return;
                    }
                }
            }
        } finally {
            this.addingTrackedProduct = false;
            if (opensAtOnce) {
                this.releaseNumbersPopup();
            }
        }
        return line;
    },

    /** A lot product that joined its line needs no question while its single lot reaches. */
    isCoveredByItsLot(line, snapshots) {
        return (
            line.product_id.tracking === "lot" &&
            snapshots.has(line.uuid) &&
            line.pack_lot_ids.length === 1 &&
            line.getNumbersState().complete
        );
    },

    // --------------------------------------------------------------- sales orders

    //@override what goes wrong while an order is loaded is told, and leaves nothing half loaded
    async onClickSaleOrder() {
        const restore = this.rememberCart();
        try {
            return await super.onClickSaleOrder(...arguments);
        } catch (error) {
            const body = this.explainOrderNotLoaded(error);
            if (body === null) {
                throw error;
            }
            restore();
            if (body) {
                this.dialog.add(AlertDialog, { title: _t("The order was not loaded"), body });
            }
        }
    },

    //@override
    async _getSaleOrder() {
        try {
            return await super._getSaleOrder(...arguments);
        } catch (error) {
            // Core keeps a lost call for later, and goes on without its answer.
            throw error instanceof TypeError ? new ConnectionLostError() : error;
        }
    },

    //@override ask for the order's numbers, let core make the lines, put the numbers on them
    async settleSO(sale_order) {
        const numbers = await new OrderNumbers(this, sale_order).fetch();
        const load =
            !numbers.isEmpty &&
            (await makeAwaitable(this.dialog, OrderNumbersDialog, { orderNumbers: numbers }));
        if (load === undefined) {
            throw new OrderNotLoaded(""); // the cashier went back
        }
        const order = this.getOrder();
        const before = new Set(order.lines.map((line) => line.uuid));
        const result = await super.settleSO(...arguments);
        if (load) {
            numbers.putOn(order.lines.filter((line) => !before.has(line.uuid)));
        }
        return result;
    },

    /** Why a sales order was not loaded: "" when the cashier knows, null when nobody does. */
    explainOrderNotLoaded(error) {
        if (error instanceof OrderNotLoaded) {
            return error.message;
        }
        if (error instanceof ConnectionLostError || this.data.network.offline) {
            return _t("The server does not answer. Try again when the connection is back.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : null;
    },

    /**
     * Note what loading a sales order changes before anything can go wrong.
     *
     * @returns {Function} put the cart back as it is now
     */
    rememberCart() {
        const order = this.getOrder();
        const uuids = new Set(order?.lines.map((line) => line.uuid));
        const { partner_id, fiscal_position_id, pricelist_id, to_invoice } = order || {};
        return () => {
            const current = this.getOrder();
            if (!order || !current) {
                return;
            }
            if (current.uuid !== order.uuid) {
                this.setOrder(order);
                this.removeOrder(current, false);
            }
            for (const line of [...order.lines]) {
                if (!uuids.has(line.uuid)) {
                    line.delete();
                }
            }
            order.update({ partner_id, fiscal_position_id, to_invoice });
            if (order.pricelist_id?.id !== pricelist_id?.id) {
                order.setPricelist(pricelist_id);
            }
        };
    },

    //@override where pos_restaurant splits bills and takes tables apart, once a line is made
    handlePreparationHistory(srcPrep, destPrep, srcLine, destLine, qty) {
        super.handlePreparationHistory?.(...arguments);
        destLine.dealNumbersWith(srcLine, qty);
    },

    // ------------------------------------------------------------- before payment

    /**
     * Tell once which lines lack numbers or have a wrong one, and offer to mend them.
     *
     * @returns {Promise<boolean>} whether payment goes on
     */
    async confirmMissingNumbers(order) {
        if (!this.confirmNothingRecalled(order)) {
            return false;
        }
        const policy = this.config.missing_number_policy;
        for (;;) {
            const lines = policy === "silent" ? [] : order.getLinesWithNumbersToConfirm();
            if (!lines.length) {
                return true;
            }
            const choice = await makeAwaitable(this.dialog, MissingNumbersDialog, {
                lines,
                canContinue: policy !== "block" || !order.getLinesWithIncompleteNumbers().length,
            });
            if (choice === "continue") {
                order.uiState.numbersConfirmed = order.getNumbersSignature();
                return true;
            }
            if (choice !== "complete") {
                return false;
            }
            for (const line of lines) {
                if (!(await this.editNumbers(line))) {
                    return false;
                }
            }
        }
    },

    /** Whether the question above has its answer: nothing has changed since, or there is none. */
    areNumbersConfirmed(order) {
        const isBlocked =
            this.config.missing_number_policy === "block" &&
            order.getLinesWithIncompleteNumbers().length;
        return (
            !isBlocked &&
            !this.getRecalledNumbers(order).length &&
            (Boolean(order.uiState.numbersQuestionAnswered) ||
                order.uiState.numbersConfirmed === order.getNumbersSignature())
        );
    },

    //@override whatever leads to payment asks first: refunds and order lists come here directly
    navigate(routeName, routeParams = {}) {
        const order =
            routeName === "PaymentScreen" &&
            this.models["pos.order"].getBy("uuid", routeParams.orderUuid);
        if (!order || order.finalized || this.areNumbersConfirmed(order)) {
            return super.navigate(...arguments);
        }
        this.withNumbersConfirmed(
            order,
            () => super.navigate(...arguments),
            () => super.navigate("ProductScreen", { orderUuid: order.uuid })
        );
        return true;
    },

    /**
     * Run a way to payment behind the question above; a second click waits for nothing.
     *
     * @param {Object} order
     * @param {Function} proceed
     * @param {Function} [goBack] when the cashier does not go on
     */
    async withNumbersConfirmed(order, proceed, goBack) {
        if (this.confirmingNumbers) {
            return;
        }
        this.confirmingNumbers = true;
        try {
            if (!(await this.confirmMissingNumbers(order))) {
                return goBack?.();
            }
            // Core would ask its own question on top.
            order.uiState.numbersQuestionAnswered = true;
            return await proceed();
        } finally {
            order.uiState.numbersQuestionAnswered = false;
            this.confirmingNumbers = false;
        }
    },

    //@override
    async pay() {
        const order = this.getOrder();
        if (!order?.canPay()) {
            return super.pay(...arguments);
        }
        return this.withNumbersConfirmed(order, () => super.pay(...arguments));
    },

    //@override
    async validateOrderFast() {
        return this.withNumbersConfirmed(this.getOrder(), () =>
            super.validateOrderFast(...arguments)
        );
    },
});
