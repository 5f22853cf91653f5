import { patch } from "@web/core/utils/patch";
import { formatFloat } from "@web/core/utils/numbers";
import { NumberProposals } from "@pos_lot_traceability/app/services/number_proposals";
import { isChoosingPaused, withoutChoosing } from "@pos_lot_traceability/app/utils/choice_pause";
import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { isAskedFor } from "@pos_lot_traceability/app/utils/number_status";
import { getLinesWithWarranty, getWarrantyEnd } from "@pos_lot_traceability/app/utils/warranty";

// The line whose lots are overlooked while core decides whether it can be merged.
let mergeCandidate = null;

patch(PosOrderline.prototype, {
    /**
     * Whether this line asks for numbers: tracked product, and an operation type that uses them.
     * A part of a repair (pos_repair) was moved by that: nothing of it moves here, nor does its
     * refund.
     */
    asksForNumbers() {
        const saleLine = this.sale_order_line_id || this.refunded_orderline_id?.sale_order_line_id;
        return Boolean(this.product_id?.product_tmpl_id?.isTracked()) && !saleLine?.is_repair_line;
    },

    /**
     * What the till does about the numbers of this line. Lots are chosen for what is sold here and
     * now: the customer, or the order, says what comes back or was promised.
     *
     * @returns {"ask"|"auto"|"none"}
     */
    getNumberEntry() {
        const entry = this.product_id?.product_tmpl_id?.getNumberEntry() || "ask";
        const isSoldNow =
            this.qty >= 0 &&
            this.order_id &&
            !this.refunded_orderline_id &&
            !this.sale_order_line_id &&
            !this.order_id.preset_id?.is_return;
        return entry === "auto" && !(isSoldNow && this.asksForNumbers()) ? "ask" : entry;
    },

    isSerialTracked() {
        // A line that was just deleted, and is still on screen for a moment, has no product.
        return this.product_id?.tracking === "serial";
    },

    /**
     * Whether it is in its order: another device may have deleted it, or both. Core takes a line that
     * the server has no more out of the order, and leaves the line as it was.
     */
    isInOrder() {
        return Boolean(this.order_id?.lines.some(({ uuid }) => uuid === this.uuid));
    },

    /** Whether applying numbers may raise the quantity of this line. */
    canRaiseQuantity() {
        return (
            this.qty >= 0 &&
            !this.refunded_orderline_id &&
            !this.combo_parent_id &&
            !this.order_id?.preset_id?.is_return
        );
    },

    /** Let this line have as many units as it has numbers. */
    raiseToNumbers() {
        this.setQuantityOnly(this.getNumbersState().given);
    },

    /** Change how many units this line has, and leave its numbers as they are. */
    setQuantityOnly(units) {
        const quantities = this.pack_lot_ids.map((number) => [number, number.quantity]);
        withoutChoosing(() => this.setQuantity(units));
        for (const [number, quantity] of quantities) {
            number.quantity = quantity; // the line follows its numbers, not the other way round
        }
    },

    /** Take from its lots, the last one first, what is more than the line has units. */
    reduceNumbers() {
        for (const number of [...this.pack_lot_ids].reverse()) {
            const { surplus } = this.getNumbersState();
            const rest = this.roundNumberQuantity(number.getQuantity() - surplus);
            if (rest > 0) {
                number.quantity = rest;
                return;
            }
            number.delete();
        }
    },

    roundNumberQuantity(quantity) {
        const uom = this.product_id?.uom_id;
        return uom ? uom.round(quantity) : quantity;
    },

    formatNumberQuantity(quantity) {
        const digits = this.models["decimal.precision"].find(
            (precision) => precision.name === "Product Unit"
        )?.digits;
        return quantity % 1 === 0
            ? String(quantity)
            : formatFloat(quantity, { digits: [69, digits ?? 2] });
    },

    /**
     * How the numbers of this line stand against its quantity, in the product's unit.
     *
     * @returns {{asked: number, given: number, missing: number, surplus: number,
     *     fractional: boolean, complete: boolean}} `fractional`: a serial is sold in whole units
     */
    getNumbersState() {
        const serial = this.isSerialTracked();
        const quantity = Math.abs(this.qty);
        const whole = Math.ceil(this.roundNumberQuantity(quantity));
        const asked = serial ? whole : quantity;
        const quantityByName = new Map();
        for (const number of this.getValidLots()) {
            const sum = serial ? 0 : quantityByName.get(number.lot_name) || 0;
            quantityByName.set(number.lot_name, sum + number.getQuantity());
        }
        const given = [...quantityByName.values()].reduce((sum, value) => sum + value, 0);
        const missing = Math.max(0, this.roundNumberQuantity(asked - given));
        const surplus = Math.max(0, this.roundNumberQuantity(given - asked));
        const fractional = serial && this.roundNumberQuantity(whole - quantity) > 0;
        const shippedLater = Boolean(this.order_id?.shipping_date);
        const isOptional = !surplus && this.getNumberEntry() === "none";
        const complete = shippedLater || isOptional || (!missing && !surplus && !fractional);
        return { asked, given, missing, surplus, fractional, complete };
    },

    /** One word for each thing that is wrong with its numbers; none for what is shipped later. */
    getWrongNumberWords() {
        if (this.order_id?.shipping_date) {
            return [];
        }
        const words = this.getValidLots().map((number) => number.getStatus().wrong);
        return [...new Set(words.filter(Boolean))];
    },

    /** Whether what is known of its numbers was asked for what it does now: sell, or take back. */
    areNumbersAskedFor() {
        return this.getValidLots().every(({ uiState }) => isAskedFor(uiState.info, this));
    },

    /** The quantity a lot takes when it is added: what is missing, as far as its stock reaches. */
    getLotQuantityToTake(info) {
        const { missing } = this.getNumbersState();
        if (!missing) {
            return 1;
        }
        return info?.quantity > 0 && this.qty >= 0 ? Math.min(missing, info.quantity) : missing;
    },

    /**
     * Put a number on the line. A name that is there already is not doubled: a serial stays as it
     * is, a lot adds up.
     *
     * @param {{lot_name: string, quantity?: number, origin?: string, info?: Object|false}} vals and
     *     what its code says of dates, see `getDays`
     * @returns the number
     */
    addNumber({ lot_name, quantity, origin, info = null, ...days }) {
        const serial = this.isSerialTracked();
        const taken = serial ? 1 : (quantity ?? this.getLotQuantityToTake(info));
        let number = this.pack_lot_ids.find((existing) => existing.isNamed(lot_name, info));
        if (!number) {
            number = this.models["pos.pack.operation.lot"].create({
                lot_name,
                quantity: taken,
                origin: origin || false,
                pos_order_line_id: this,
            });
        } else if (!serial) {
            number.quantity = this.roundNumberQuantity(number.getQuantity() + taken);
        }
        if (days.code_expiration || days.code_best_before) {
            number.addDays(days);
        }
        if (info !== null) {
            number.uiState.info = info;
        }
        return number;
    },

    /** Numbers that came without a quantity (core makes such) take what is missing, in order. */
    completeNumberQuantities() {
        for (const number of this.getValidLots()) {
            if (!number.quantity) {
                number.quantity = this.isSerialTracked() ? 1 : this.getNumbersState().missing;
            }
        }
    },

    //@override what the caller does not list stays, and the quantity is not touched
    setPackLotLines({ modifiedPackLotLines = {}, newPackLotLines = [] }) {
        for (const number of this.pack_lot_ids) {
            const name = modifiedPackLotLines[number.id];
            if (name) {
                number.lot_name = name;
            }
        }
        for (const {
            lot_name,
            quantity,
            origin,
            code_expiration,
            code_best_before,
        } of newPackLotLines) {
            if (!this.pack_lot_ids.some((number) => number.isNamed(lot_name))) {
                const days = { code_expiration, code_best_before };
                this.addNumber({ lot_name, quantity, origin, ...days });
            }
        }
    },

    //@override
    setQuantity() {
        const result = super.setQuantity(...arguments);
        if (result === true) {
            if (this.getNumberEntry() === "auto") {
                this.chooseNumbers();
            } else {
                this.stretchSingleLot();
            }
        }
        return result;
    },

    /** Let the numbers follow the quantity: those that were chosen automatically come and go. */
    chooseNumbers() {
        if (isChoosingPaused()) {
            return;
        }
        let { surplus } = this.getNumbersState();
        const chosen = this.getValidLots().filter(({ origin }) => origin === "auto");
        while (surplus && chosen.length) {
            const number = chosen.pop();
            const kept = this.roundNumberQuantity(number.getQuantity() - surplus);
            surplus = Math.max(0, -kept);
            if (kept > 0) {
                number.quantity = kept;
            } else {
                number.delete();
            }
        }
        if (this.pack_lot_ids.some(({ origin }) => origin !== "auto")) {
            this.stretchSingleLot();
        }
        if (this.getNumbersState().missing) {
            NumberProposals.of(this)?.follow(this);
        }
    },

    /** A lone lot follows the quantity of its line, as far as its stock reaches. */
    stretchSingleLot() {
        if (this.product_id.tracking !== "lot" || this.pack_lot_ids.length !== 1) {
            return;
        }
        const [number] = this.pack_lot_ids;
        const asked = Math.abs(this.qty);
        const current = number.getQuantity();
        if (asked && asked !== current) {
            number.quantity =
                asked < current ? asked : Math.max(current, Math.min(asked, number.getReach()));
        }
    },

    //@override one number of many is not enough
    hasValidProductLot() {
        return (
            Boolean(this.order_id?.uiState.numbersQuestionAnswered) ||
            !this.asksForNumbers() ||
            this.getNumbersState().complete
        );
    },

    //@override lots are no reason for a second line; everything else that keeps lines apart is
    canBeMergedWith(orderline) {
        if (this.asksForNumbers() && this.qty * orderline.qty < 0) {
            return false; // what comes back is not what is sold
        }
        mergeCandidate = this.uuid;
        try {
            return super.canBeMergedWith(...arguments);
        } finally {
            mergeCandidate = null;
        }
    },

    //@override
    isLotTracked() {
        return mergeCandidate !== this.uuid && super.isLotTracked(...arguments);
    },

    //@override lots of the same name become one, a serial is never there twice
    merge(orderline) {
        orderline.completeNumberQuantities();
        const incoming = orderline.pack_lot_ids.map((number) => ({
            lot_name: number.lot_name,
            quantity: number.getQuantity(),
            origin: number.origin,
            info: number.uiState.info,
            ...number.getDays(),
        }));
        const own = this.pack_lot_ids.map((number) => [number, number.getQuantity()]);
        for (const number of [...orderline.pack_lot_ids]) {
            number.delete();
        }
        withoutChoosing(() => super.merge(...arguments));
        if (incoming.length) {
            for (const [number, quantity] of own) {
                number.quantity = quantity;
            }
        }
        for (const number of incoming) {
            this.addNumber(number);
        }
        if (this.getNumberEntry() === "auto") {
            this.chooseNumbers();
        }
    },

    /**
     * Deal the numbers out by quantity, after core has moved all of them here along with a part of
     * the units (split bill, tables put together or taken apart).
     *
     * A line whose units all came along is deleted next: it gets nothing. The server knows these
     * numbers on the line they came from: there they stay or are deleted, here they are new. On a
     * line that the server knows as well nothing was moved: `merge` has dealt with them.
     *
     * @param {Object} source the line the units came from
     * @param {number} moved how many came
     * @param {{lot_name: string, quantity: number}[]|null} [own] the numbers that these units came
     *     with before, where that is known; else the first ones are dealt
     */
    dealNumbersWith(source, moved, own = null) {
        if (this.isSynced || source.pack_lot_ids.length || !this.pack_lot_ids.length) {
            return;
        }
        const { given, asked } = this.getNumbersState();
        let restThere = source.getNumbersState().asked;
        const allCame =
            !own && Math.abs(source.qty) === Math.abs(moved) && given < asked + restThere;
        let restHere = allCame ? Infinity : asked;
        const isSourceThere = this.models["pos.order.line"].exists(source.id);
        const shares = this.pack_lot_ids.map((number) => {
            const quantity = number.getQuantity();
            const kept = Math.min(quantity, restHere, this.getOwnQuantity(number, own));
            const beyond = this.roundNumberQuantity(quantity - kept);
            const there = isSourceThere ? Math.min(beyond, restThere) : 0;
            const here = this.roundNumberQuantity(quantity - there);
            restHere = Math.max(0, restHere - here);
            restThere -= there;
            const { lot_name, origin, uiState } = number;
            const vals = { lot_name, origin, info: uiState.info, ...number.getDays() };
            return { number, there, here, vals };
        });
        for (const { number, there } of shares) {
            if (isSourceThere) {
                number.pos_order_line_id = source;
            }
            if (there) {
                number.quantity = there;
            } else {
                number.delete();
            }
        }
        for (const { here, vals } of shares) {
            if (here) {
                this.addNumber({ ...vals, quantity: here });
            }
        }
    },

    /** How much of a number goes where it was before; Infinity where that is not known. */
    getOwnQuantity(number, own) {
        if (!own) {
            return Infinity;
        }
        const exact = own.find(({ lot_name }) => lot_name === number.lot_name);
        return (exact || own.find(({ lot_name }) => number.isNamed(lot_name)))?.quantity || 0;
    },

    //@override
    get packLotLines() {
        return getLinesWithWarranty(
            this.getValidLots().map((number) => ({
                label: number.getLabel(),
                end: getWarrantyEnd(number),
            }))
        );
    },
});
