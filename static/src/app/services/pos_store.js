import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { delay } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { NumbersPopup } from "@pos_lot_traceability/app/components/popups/numbers_popup/numbers_popup";
import { MissingNumbersDialog } from "@pos_lot_traceability/app/components/popups/missing_numbers_dialog/missing_numbers_dialog";
import { OrderNumbersDialog } from "@pos_lot_traceability/app/components/popups/order_numbers_dialog/order_numbers_dialog";
import { OrderNotLoaded, OrderNumbers } from "@pos_lot_traceability/app/services/order_numbers";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";
import { NumberProposals } from "@pos_lot_traceability/app/services/number_proposals";
import { SplitEntry } from "@pos_lot_traceability/app/services/split_entry";
import { UnsentChanges } from "@pos_lot_traceability/app/utils/unsent_changes";
import { withoutChoosing } from "@pos_lot_traceability/app/utils/choice_pause";
import { BURST_END, KeyCapture } from "@pos_lot_traceability/app/utils/key_capture";

/** How long keys wait for the popup of the next product, in ms. */
const NEXT_POPUP_DELAY = 1000;
/** How long payment waits for what was scanned, in ms: longer than a scan waits for the server. */
const SCANS_DELAY = 6000;

patch(PosStore.prototype, {
    async setup() {
        this.keyCapture = new KeyCapture();
        this.numbersPopupAsked = false;
        /** What was scanned for the product after the popup's: see `NumberEntry.mayGoOn`. */
        this.nextCodes = [];
        /** Keys wait until it is known whether that product opens a popup. */
        this.isGoingOn = false;
        /** How many products are being added: a combo asks for one number after the other. */
        this.productsUnderWay = 0;
        /** Lines of split bills to ask about: [line on the new bill, line on the old one]. */
        this.splitLines = [];
        /** Numbers that were scanned to come back, by the uuid of their sold line. */
        this.numbersToRefund = {};
        /** What the word in the search box stands for as a number: `{word, choices}`. */
        this.numberSearch = { word: "", choices: [] };
        await super.setup(...arguments);
        if (this.barcodeReader) {
            this.barcodeReader.getOrder = () => this.getOrder();
        }
        this.numberProposals = new NumberProposals(this);
        this.numberProposals.prefetch();
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

    // --------------------------------------------------------------- the popup

    /** From here on keys and codes belong to the popup, though it is not on screen yet. */
    askForNumbersPopup() {
        this.numbersPopupAsked = true;
        this.isGoingOn = false;
        this.keyCapture.start();
        this.barcodeReader?.giveTo((code) => this.keyCapture.takeCode(code));
    },

    releaseNumbersPopup() {
        this.numbersPopupAsked = false;
        if (!this.isGoingOn) {
            this.keyCapture.stop();
        }
        this.barcodeReader?.giveTo(null);
    },

    /** Whether a product's barcode adds that product now. */
    mayScanNextProduct() {
        return Boolean(
            this.barcodeReader &&
                this.router.state.current === "ProductScreen" &&
                !this.confirmingNumbers
        );
    },

    /** The popup was left by the next product's code: that is scanned again, on the screen behind. */
    async scanNextCodes() {
        const [next, ...others] = this.nextCodes.splice(0);
        if (next === undefined) {
            return;
        }
        const isScanned = this.barcodeReader.scan(next);
        for (const code of others) {
            this.barcodeReader.scan(code);
        }
        // Longer, and another dialog may have come, whose keys these are.
        await Promise.race([isScanned, delay(NEXT_POPUP_DELAY)]);
        while (this.isGoingOn && this.keyCapture.isTyping) {
            await delay(BURST_END);
        }
        if (this.isGoingOn) {
            // No popup has asked for what came meanwhile.
            this.isGoingOn = false;
            const codes = this.keyCapture.takeWaiting();
            this.keyCapture.stop();
            for (const code of codes) {
                this.barcodeReader.scan(code);
            }
        }
    },

    /**
     * Open the numbers popup on a line, one at a time.
     *
     * @param {Object} line
     * @param {Object|false} [before] see `NumberEntry`, for a product that was just added
     * @param {NumberEntry} [entry] other rules of entry than those of any line
     * @returns {Promise<boolean>} whether the cashier applied
     */
    async editNumbers(line, before, entry = new NumberEntry({ pos: this, line, before })) {
        if (this.numbersPopupAsked && !this.addingTrackedProduct) {
            return false;
        }
        this.askForNumbersPopup();
        this.closeUndo?.(); // the popup changes what the last scan has added
        for (const code of this.nextCodes.splice(0)) {
            this.keyCapture.takeCode(code); // another item of the combo comes first
        }
        try {
            const applied = await makeAwaitable(this.dialog, NumbersPopup, { entry });
            if (!applied) {
                entry.cancel();
            }
            if (entry.nextCodes.length) {
                await entry.drained;
                this.nextCodes = entry.nextCodes.splice(0);
                this.isGoingOn = true;
            }
            return Boolean(applied);
        } finally {
            this.releaseNumbersPopup();
            this.numberBuffer.reset();
            this.lookAtRewardsAgain();
            if (!this.productsUnderWay) {
                this.scanNextCodes();
            }
        }
    },

    /** Rewards follow the quantities; pos_loyalty does not see those that numbers have changed. */
    lookAtRewardsAgain() {
        this.updateRewards?.();
    },

    /** Whether this till asks for numbers of any product. */
    usesNumbers() {
        return Boolean(this.pickingType.use_create_lots || this.pickingType.use_existing_lots);
    },

    /**
     * Add a product with a number that is known already, without a popup. It joins the line that it
     * would join were the product not tracked.
     *
     * @param {Object} vals of the line
     * @param {Object} number its name, quantity and origin
     * @param {Object|false|null} info see `NumberInfo`
     * @param {Object} [order] another one than is in front
     * @returns {Promise<Object|undefined>} the line
     */
    async addScannedNumber(vals, number, info, order) {
        this.scannedNumber = { number, info };
        try {
            const needsChoice = vals.qty === undefined && vals.product_id.needToConfigure();
            const pack_lot_ids = [["create", number]];
            const isElsewhere = order && order.uuid !== this.getOrder()?.uuid;
            return isElsewhere
                ? await this.addLineToOrder({ ...vals, pack_lot_ids }, order, {}, false)
                : await this.addLineToCurrentOrder({ ...vals, pack_lot_ids }, {}, needsChoice);
        } finally {
            this.scannedNumber = null;
        }
    },

    //@override the product of a number that is searched for comes first
    getProductsBySearchWord(searchWord) {
        const found = super.getProductsBySearchWord(...arguments);
        const { word, choices } = this.numberSearch;
        if (word !== searchWord) {
            return found;
        }
        const templates = choices.map(
            ({ product_id }) => this.models["product.product"].get(product_id)?.product_tmpl_id
        );
        return [...new Set([...templates.filter(Boolean), ...found])];
    },

    //@override a line that joins another one brings along what is known of its number
    tryMergeOrderline(order, line) {
        const scanned = this.scannedNumber;
        for (const number of (scanned && line.pack_lot_ids) || []) {
            number.uiState.info = scanned.info;
        }
        const { selectedOrderUuid } = this;
        if (scanned && order.uuid !== selectedOrderUuid) {
            // Core goes on, in this very step, with the selected order's line.
            this.selectedOrderUuid = order.uuid;
            queueMicrotask(() => (this.selectedOrderUuid = selectedOrderUuid));
        }
        return super.tryMergeOrderline(...arguments);
    },

    //@override the popup opens on the line, once it is there: see addLineToOrder
    async editLots() {
        const newPackLotLines = this.scannedNumber ? [this.scannedNumber.number] : [];
        return { modifiedPackLotLines: {}, newPackLotLines };
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
            template.getNumberEntry() === "ask" &&
            !template.isConfigurable?.() &&
            !template.isCombo() &&
            !template.to_weight;
        if (opensAtOnce) {
            this.askForNumbersPopup();
            this.addingTrackedProduct = true;
        }
        let line;
        this.productsUnderWay++;
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
                const entry = member.getNumberEntry();
                const isDone = entry === "auto" && (await this.numberProposals.complete(member));
                // Asked about already: it is the second click of a double click.
                const isAsked = entry === "auto" && this.numbersPopupAsked;
                if (entry === "none" || isDone || isAsked || !member.order_id) {
                    continue;
                }
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
            this.productsUnderWay--;
            if (!this.productsUnderWay) {
                this.scanNextCodes();
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
        destLine.dealNumbersWith(srcLine, qty, this.numbersComingBack?.get(srcLine.uuid));
        const isSplit =
            srcLine.order_id &&
            destLine.order_id?.uiState.splittedOrderUuid === srcLine.order_id.uuid;
        if (isSplit && destLine.isSerialTracked() && srcLine.pack_lot_ids.length) {
            this.splitLines.push([destLine, srcLine]);
        }
    },

    //@override which numbers a table brought along is kept beside what pos_restaurant keeps of it
    mergeOrders(sourceOrder, destOrder) {
        const numbers = new Map(
            sourceOrder.lines.map((line) => [line.uuid, NumberEntry.takeSnapshot(line).numbers])
        );
        // The lines have moved by the time this returns; what it promises is that it is stored.
        const promise = withoutChoosing(() => super.mergeOrders(...arguments));
        for (const details of Object.values(destOrder?.uiState.unmerge || {})) {
            const brought = numbers.get(details.formerUuid);
            if (brought) {
                details.numbers = brought.map(({ lot_name, quantity }) => ({ lot_name, quantity }));
            }
        }
        return promise;
    },

    //@override each table leaves with the numbers that it brought
    restoreOrdersToOriginalTable(order, unmergeTable) {
        this.numbersComingBack = new Map(
            Object.entries(order?.uiState?.unmerge || {})
                .filter(([, details]) => details.table_id === unmergeTable?.id && details.numbers)
                .map(([uuid, details]) => [uuid, details.numbers])
        );
        try {
            return withoutChoosing(() => super.restoreOrdersToOriginalTable(...arguments));
        } finally {
            this.numbersComingBack = null;
        }
    },

    //@override before a split bill is stored, the cashier says which unit each guest takes
    async syncAllOrders() {
        for (const [line, source] of this.splitLines.splice(0)) {
            if (line.order_id && source.order_id && source.pack_lot_ids.length) {
                const entry = new SplitEntry({ pos: this, line, source });
                await this.editNumbers(line, undefined, entry);
            }
        }
        return super.syncAllOrders(...arguments);
    },

    //@override what gets lost on its way to the server is sent again, see the data service
    async preSyncAllOrders(orders) {
        const result = await super.preSyncAllOrders(...arguments);
        for (const order of orders) {
            const changes = new UnsentChanges(order, this.data.opts.dynamicModels);
            this.data.unsentChanges.set(order.uuid, changes);
        }
        return result;
    },

    // ------------------------------------------------------------- before payment

    /** Wait for scans that are being looked up, but not for ever: checkout is never blocked. */
    async whenScansTaken() {
        await Promise.race([this.barcodeReader?.mutex.getUnlockedDef(), delay(SCANS_DELAY)]);
    },

    /**
     * Wait until all that was scanned for the order in front is in it.
     *
     * @returns {Promise<boolean>} whether it is still the cashier's wish to pay for it
     */
    async isOrderReady() {
        const order = this.getOrder();
        await this.whenScansTaken();
        return !this.numbersPopupAsked && this.getOrder()?.uuid === order?.uuid;
    },

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
        await this.numberProposals?.whenChosen(); // none while a reload opens the payment screen
        for (;;) {
            const lines = policy === "silent" ? [] : order.getLinesWithNumbersToConfirm();
            if (!lines.length) {
                return true;
            }
            const asked = order.getNumbersSignature();
            const choice = await makeAwaitable(this.dialog, MissingNumbersDialog, {
                lines,
                canContinue: policy !== "block" || !order.getLinesWithIncompleteNumbers().length,
            });
            if (choice === "again") {
                this.lookAtRewardsAgain();
                continue;
            }
            if (choice === "continue" && order.getNumbersSignature() !== asked) {
                continue; // scanned behind the question: it is another one now
            }
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
        if (!(await this.isOrderReady())) {
            return;
        }
        const order = this.getOrder();
        if (!order?.canPay()) {
            return super.pay(...arguments);
        }
        return this.withNumbersConfirmed(order, () => super.pay(...arguments));
    },

    //@override
    async validateOrderFast() {
        if (!(await this.isOrderReady())) {
            return;
        }
        return this.withNumbersConfirmed(this.getOrder(), () =>
            super.validateOrderFast(...arguments)
        );
    },
});
