import { reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Mutex } from "@web/core/utils/concurrency";
import { askServer } from "@pos_lot_traceability/app/services/ask_server";
import {
    describeOtherDays,
    readNewName,
    refuseNumber,
} from "@pos_lot_traceability/app/services/number_rules";
import { CodeReader } from "@pos_lot_traceability/app/services/code_reader";
import { withoutChoosing } from "@pos_lot_traceability/app/utils/choice_pause";
import { readCode } from "@pos_lot_traceability/app/utils/gs1";
import { getDays, getNumberName } from "@pos_lot_traceability/app/utils/gs1_label";
import { takeNext } from "@pos_lot_traceability/app/utils/next_lots";
import { foldTexts } from "@pos_lot_traceability/app/utils/number_runs";
import { readOtherKeyboards } from "@pos_lot_traceability/app/utils/keyboard_layout";
import { UNREADABLE } from "@pos_lot_traceability/app/utils/key_capture";
import { signalScan } from "@pos_lot_traceability/app/utils/scan_signal";
import { describeRefusal } from "@pos_lot_traceability/app/utils/gs1_refusal";
import { describeSwaps } from "@pos_lot_traceability/scanner_check/scanner_sentences";
import { readNewNumber } from "@pos_lot_traceability/app/utils/number_format";
import { isReturn } from "@pos_lot_traceability/app/utils/number_status";
import {
    MAX_NUMBER_LENGTH,
    cleanName,
    countCharacters,
    findClosest,
    foldName,
} from "@pos_lot_traceability/app/utils/number_name";
import {
    MAX_BULK,
    mayBeSeveral,
    readText,
    toNumberName,
} from "@pos_lot_traceability/app/utils/number_text";

/** Most texts that a proposal names one by one. */
const MAX_SHOWN = 6;
/** Most names that the server leaves out. */
const MAX_EXCLUDED = 10_000;

/**
 * The rules of entering numbers on one cart line: what a typed, scanned or picked text becomes,
 * what is refused and why. The popup only shows it.
 *
 * Texts are taken at once (`add`), looked up in batches, and resolved in the order they came.
 * What is resolved stands on the line immediately, so that a crash loses nothing; `cancel` puts
 * the line back as it was.
 */
export class NumberEntry {
    /**
     * @param {Object} params
     * @param {Object} params.pos the store
     * @param {Object} params.line the cart line
     * @param {{qty: number, numbers: Object[]}|false} [params.before] for a product that was just
     *     added: the line before that, false when it was not there
     */
    constructor({ pos, line, before }) {
        this.pos = pos;
        this.line = line;
        this.product = line.product_id;
        this.reader = new CodeReader(pos);
        this.before = before === undefined ? NumberEntry.takeSnapshot(line) : before;
        this.opened = NumberEntry.takeSnapshot(line);
        /** Units that the line keeps when numbers are taken away again. */
        this.ownQuantity = line.qty;
        /** How many units it had when it was last seen to here. */
        this.lastQuantity = line.qty;
        /** Cancelled: what is still under way comes to nothing. */
        this.isOver = false;
        /** Applied, once: nothing is filled in unasked any more. */
        this.isApplied = false;
        /** Set by the popup: closes it, as applied. Without it nobody can go on. */
        this.close = null;
        /** Codes for what comes after this line: the next product's, and what followed it. */
        this.nextCodes = [];
        this.mutex = new Mutex();
        this.nextKey = 1;
        this.searchRound = 0;
        this.state = reactive({
            pending: [],
            rejected: [],
            suggestions: null, // until the first answer
            bulk: null,
            offline: false,
            taken: 0, // numbers since the popup opened
            last: null, // what was taken last, and how to undo it: {label, undo}
            proposal: null, // what Fill would take: {rows, text}
        });
    }

    /** What `cancel` needs to bring a line back. */
    static takeSnapshot(line) {
        return {
            qty: line.qty,
            numbers: line.pack_lot_ids.map((number) => ({
                uuid: number.uuid,
                lot_name: number.lot_name,
                quantity: number.getQuantity(),
                origin: number.origin,
                info: number.uiState.info,
                days: number.getDays(),
            })),
        };
    }

    get numbers() {
        return this.line.getValidLots();
    }

    get isRefund() {
        return Boolean(this.line.refunded_orderline_id);
    }

    get canCreate() {
        return this.pos.canCreateNumbers() && !this.isRefund;
    }

    /** Whether something was entered, removed or changed since the popup opened. */
    get hasChanges() {
        this.adoptQuantity();
        // What the server says of a number meanwhile is nothing that was entered.
        const describe = (snapshot) =>
            JSON.stringify(snapshot, (key, value) => (key === "info" ? undefined : value));
        return (
            this.state.pending.length > 0 ||
            describe(NumberEntry.takeSnapshot(this.line)) !== describe(this.opened)
        );
    }

    get isReturn() {
        return isReturn(this.line);
    }

    /**
     * Ask again what is known of the line's numbers: they may have come from another device or a
     * reload, or the server has changed its mind. Without an answer what was known stays.
     *
     * @param {(number: Object) => boolean} [isAsked] which of its numbers
     */
    refresh(isAsked = () => true) {
        this.drained = this.mutex.exec(async () => {
            const numbers = this.numbers.filter(isAsked);
            const old = numbers.filter(({ uiState }) => uiState.isOld);
            // First: what gets old while it is asked about is asked about again.
            old.forEach(({ uiState }) => (uiState.isOld = false));
            const comesBack = this.isReturn;
            const answers = numbers.length
                ? await this.lookUp(numbers.map(({ lot_name }) => lot_name))
                : null;
            const isWanted = answers && !this.isOver && this.isReturn === comesBack;
            for (const { uiState } of isWanted ? [] : old) {
                uiState.isOld = true;
            }
            for (const number of isWanted ? numbers : []) {
                const info = this.pickAnswer(answers, number.lot_name);
                // Mostly nothing has changed: then nothing is drawn again, nor told to the customer.
                if (JSON.stringify(info) !== JSON.stringify(number.uiState.info)) {
                    number.uiState.info = info;
                }
            }
        });
        return this.drained;
    }

    // ------------------------------------------------------------------ entry

    /**
     * Take a text as typed or scanned. Several numbers or a range wait for `confirmBulk`.
     *
     * @param {string} text
     * @param {"typed"|"scanned"|"picked"|"auto"} origin
     */
    add(text, origin) {
        if (origin === "typed" && mayBeSeveral(text)) {
            this.drained = this.mutex.exec(() => this.read(text));
        } else {
            this.queue([text], origin);
        }
    }

    /** Read a text that may stand for several numbers, as the back office does. */
    async read(text) {
        let isAnswered = true;
        const find = async (names) => {
            const answers = isAnswered ? await this.lookUp(names) : null;
            isAnswered = answers !== null;
            return answers || {};
        };
        const isOther = (part) => {
            const { kind, reason } = this.reader.read(part);
            return Boolean(this.reader.findByBarcode(part) || kind !== "plain" || reason);
        };
        const entries = await readText(text, this.product.tracking, find, isOther);
        const tooMany = entries.find(({ problem }) => problem?.[0] === "many");
        if (tooMany || entries.length > MAX_BULK) {
            this.rejectTooMany(text, tooMany?.problem[1] || entries.length);
            return;
        }
        const waiting = this.state.bulk?.entries || []; // what came before waits for the same word
        const good = entries
            .filter((entry) => !entry.problem)
            .map((entry) => ({ ...entry, info: isAnswered ? entry.info || false : null }));
        for (const { text: part, problem } of entries.filter((entry) => entry.problem)) {
            this.reject(entries.length > 1 ? part : text, this.describeProblem(problem));
        }
        if (good.length > 1) {
            const all = [...waiting, ...good];
            if (all.length > MAX_BULK) {
                this.rejectTooMany(text, all.length);
            } else {
                this.state.bulk = { entries: all, count: all.length };
            }
        } else if (good.length) {
            this.push(good[0], "typed");
            await this.drain();
        }
    }

    rejectTooMany(text, count) {
        this.reject(
            text,
            _t("%(count)s numbers are too many: at most %(max)s at a time.", {
                count,
                max: MAX_BULK,
            })
        );
    }

    describeProblem([kind, value]) {
        return kind === "twice"
            ? _t("%s is in this text twice.", value)
            : _t("“%s” is not a quantity.", value);
    }

    confirmBulk() {
        const { entries } = this.state.bulk;
        this.state.bulk = null;
        for (const entry of entries) {
            this.push(entry, "typed");
        }
        this.drained = this.mutex.exec(() => this.drain());
    }

    queue(texts, origin, known = {}) {
        for (const text of texts) {
            const name = toNumberName(text);
            // A number may be called `constructor`.
            const info = Object.hasOwn(known, name) ? known[name] : undefined;
            this.push({ text, info }, origin);
        }
        this.drained = this.mutex.exec(() => this.drain());
        return this.drained;
    }

    /** Put a text in the row of those that `drain` resolves. */
    push({ text, quantity, info }, origin) {
        const name = toNumberName(text);
        if (this.nextCodes.length) {
            this.nextCodes.push(text);
            return;
        }
        if (!cleanName(name)) {
            return;
        }
        if (name.includes(UNREADABLE)) {
            const reason = _t(
                "This scanner types some characters as Alt and a number, which browsers do not read. Switch its Alt mode off."
            );
            this.reject(name, `${name}: ${reason}`);
            return;
        }
        // A code with a number in it may be longer.
        const isTooLong = countCharacters(name) > MAX_NUMBER_LENGTH;
        if (isTooLong && this.reader.read(text).kind === "plain") {
            this.reject(
                name,
                _t("This number is too long: at most %s characters.", MAX_NUMBER_LENGTH)
            );
            return;
        }
        this.state.pending.push({ key: this.nextKey++, text, name, origin, quantity, info });
    }

    /** Resolve what is pending, in the order it came, with one look-up for the lot of it. */
    async drain() {
        while (this.state.pending.length && !this.isOver) {
            const batch = [...this.state.pending];
            const unknown = batch.filter((entry) => entry.info === undefined);
            const answers = unknown.length
                ? await this.lookUp(unknown.map((entry) => entry.name))
                : {};
            for (const entry of batch) {
                const info =
                    entry.info !== undefined ? entry.info : this.pickAnswer(answers, entry.name);
                try {
                    if (this.nextCodes.length) {
                        this.nextCodes.push(entry.text);
                    } else {
                        this.current = entry;
                        await this.resolve(entry, info);
                    }
                } finally {
                    this.current = null;
                    // Even where something failed: the next entries are not held up.
                    this.state.pending = this.state.pending.filter(({ key }) => key !== entry.key);
                }
            }
        }
    }

    /** @returns {Object|false|null} as in `uiState.info` */
    pickAnswer(answers, name) {
        // A number may be called `constructor`.
        return answers && (Object.hasOwn(answers, name) ? answers[name] : false);
    }

    /** @returns {Promise<Object|null>} information by name; null when the server cannot be asked */
    async lookUp(names) {
        if (this.isRefund) {
            const refundable = await this.getRefundable();
            if (refundable) {
                return Object.fromEntries(
                    names
                        .map((name) => [name, findClosest(name, refundable)])
                        .filter(([, info]) => info)
                );
            }
        }
        const comesBack = this.isReturn;
        const left = [...new Set(names)];
        let answers = {};
        while (answers && left.length) {
            const part = left.splice(0, MAX_BULK); // the server's limit
            const answer = await this.ask("check_numbers", [this.product.id, part, comesBack]);
            answers = answer && { ...answers, ...answer };
        }
        return answers;
    }

    /**
     * Ask the server. Whatever keeps it from answering, the cashier goes on: it checks again when
     * the order is sent, and flags.
     *
     * @returns {Promise<*>} null when there is no answer; why the server refused is told
     */
    async ask(method, args) {
        const { answer, refusal } = await askServer(this.pos, method, args);
        this.state.offline = answer === null && !refusal;
        this.state.refusal = refusal || "";
        return answer;
    }

    /** The numbers of the refunded sale that have not come back; null when nobody can tell. */
    async getRefundable() {
        if (!this.refundable) {
            const line = this.line.refunded_orderline_id;
            const answer = line.isSynced
                ? await this.ask("get_refundable_numbers", [[line.id]])
                : null;
            if (!answer) {
                return null;
            }
            this.refundable = (answer[line.id] || []).map(({ lot_name, quantity }) => ({
                id: lot_name,
                name: lot_name,
                quantity,
                refundable: true,
            }));
        }
        return this.refundable;
    }

    /**
     * What a text is: a known number, a product's barcode, GS1 element strings, a new number; in
     * this order.
     */
    async resolve({ text, name, origin, quantity }, info) {
        if (this.isOver) {
            return;
        }
        const isKnown = Boolean(info && !info.other_product);
        const code = isKnown ? null : this.reader.read(text);
        if (!code || this.takeCode(code, name)) {
            return code ? undefined : this.takeNumber({ name, origin, quantity }, info);
        }
        const meant = origin === "scanned" && (await this.findOtherKeyboard(name));
        if (meant) {
            const reason = _t(
                "This scanner types for another keyboard (%s). Set its keyboard country to that of this computer.",
                describeSwaps(meant.swaps)
            );
            this.reject(name, `${name}: ${reason}`);
            return;
        }
        if (code.kind === "gs1") {
            await this.takeGs1(code.meaning, name, origin, quantity);
            return;
        }
        const foreign = await this.askForOtherProduct(text);
        if (foreign?.choice) {
            this.takeLabel(foreign.choice, name, origin, quantity);
            return;
        }
        if (foreign) {
            this.takeForeign(name, foreign);
            return;
        }
        const bare = toNumberName(code.text);
        const known = bare === name ? info : this.pickAnswer(await this.lookUp([bare]), bare);
        const found = known === false ? await this.findBehindPrefix(bare) : null;
        this.takeNumber({ name: found?.name || bare, origin, quantity }, found || known);
    }

    /**
     * What a scanner meant that types for another keyboard: a known number, a product's barcode or a
     * GS1 code with a right check digit. Signs that stand for none of these are as good a name as any.
     *
     * @returns {Promise<Object|undefined>} see `readOtherKeyboards`
     */
    async findOtherKeyboard(name) {
        const texts = readOtherKeyboards(name);
        const answers = texts.length && (await this.lookUp(texts.map(({ text }) => text)));
        return texts.find(
            ({ text }) =>
                (answers && this.pickAnswer(answers, text)) ||
                this.reader.findByBarcode(text) ||
                readCode(text).kind !== "plain"
        );
    }

    /** A known number that a scanner has read with something before it; null where there is none. */
    async findBehindPrefix(name) {
        const [bare] = readNewNumber(name, this.numberFormat);
        if (!bare || bare === cleanName(name)) {
            return null;
        }
        const answers = await this.lookUp([bare]);
        const info = this.pickAnswer(answers, bare);
        return info && !info.other_product ? info : null;
    }

    get numberFormat() {
        return this.product.product_tmpl_id.getNumberFormat();
    }

    /**
     * The name of a number that nobody knows, and why the product's format does not take it. In a
     * refund it may be a known number of another sale.
     *
     * @param {NumberInfo|false|null} info as in `uiState.info`
     * @returns {[string, string|null]} name and reason in words
     */
    readName(text, info) {
        const seen = info === null && findClosest(cleanName(text), this.state.suggestions || []);
        if (info || seen || this.isRefund) {
            return [info?.name || seen?.name || cleanName(text), null];
        }
        return readNewName(this.product, text);
    }

    /**
     * @param {Object} code see `readCode`
     * @returns {boolean} whether the text was a barcode, or has been refused
     */
    takeCode(code, name) {
        const text = code.kind === "plain" ? code.text : name;
        if (this.takeProductBarcode(text)) {
            return true;
        }
        if (code.reason) {
            this.reject(name, describeRefusal(code));
        }
        return Boolean(code.reason);
    }

    /**
     * A text that reads as a GS1 code may have the GTIN of a product that this till has not loaded,
     * or that nobody knows: it is no number then.
     *
     * @returns {Promise<{choice: Object}|{reason: string, isOther: boolean}|null>} what it is of this
     *     product, or why it was not taken
     */
    async askForOtherProduct(text) {
        const code = readCode(text, { separators: this.reader.separators });
        if (code.kind === "plain") {
            return null;
        }
        const answer = await this.ask("find_numbers_by_text", [text]);
        const [choice] = answer?.choices || [];
        if (answer?.kind === "gs1") {
            const reason = _t("This code is of %s. It was not taken.", choice.product);
            return choice.product_id === this.product.id ? { choice } : { reason, isOther: true };
        }
        if (answer?.reason) {
            return { reason: answer.reason, isOther: false };
        }
        if (code.kind === "refused" || choice) {
            return null; // only looks like one
        }
        return this.refuseGtin(code.meaning.gtin);
    }

    refuseGtin(gtin) {
        const reason = _t("This code is of another product (%s). It was not taken.", gtin);
        return { reason, isOther: true };
    }

    /** Whether a line is done, and the till may go on with the product that is scanned now. */
    get mayGoOn() {
        const { rejected, bulk } = this.state;
        return Boolean(
            this.close &&
                this.pos.mayScanNextProduct() &&
                this.line.getNumbersState().complete &&
                !bulk &&
                rejected.every(({ inField, isOther }) => inField || isOther)
        );
    }

    /**
     * A code that is no number of this product. That of another product ends a complete line: the
     * till goes on with it.
     */
    takeForeign(text, { reason, isOther }) {
        if (isOther && this.mayGoOn) {
            this.nextCodes.push(this.current?.text ?? text);
            this.close();
        } else {
            this.reject(text, reason, isOther);
        }
    }

    /**
     * @param {Object} meaning see `readCode`
     * @param {number|null|undefined} quantity that was written beside the code
     */
    async takeGs1(meaning, text, origin, quantity) {
        const { gtin } = meaning;
        const owner = gtin ? this.reader.findOwner(gtin) : { product: this.product, units: 1 };
        if (owner?.product.id !== this.product.id) {
            const reason =
                owner && _t("This code is of %s. It was not taken.", owner.product.display_name);
            this.takeForeign(text, owner ? { reason, isOther: true } : this.refuseGtin(gtin));
            return;
        }
        const name = getNumberName(meaning, this.product.tracking);
        const info = name && this.pickAnswer(await this.lookUp([name]), name);
        const units = this.reader.countLabel(meaning, owner);
        const dates = getDays(meaning);
        this.takeLabel({ name, info, quantity: units, dates }, text, origin, quantity);
    }

    /** A label of this product: its number, or without one so many units more. */
    takeLabel({ name, info, quantity: units, dates }, text, origin, quantity) {
        if (name) {
            this.takeNumber({ name, origin, quantity: quantity ?? units, dates }, info);
        } else {
            this.askForUnits(text, quantity ?? units ?? 1);
        }
    }

    takeNumber({ name: text, origin, quantity, dates = {} }, info) {
        const line = this.line;
        if (this.isOver || !line.isInOrder()) {
            return;
        }
        const [name, fault] = this.readName(text, info);
        if (line.isSerialTracked()) {
            const numbers = line.order_id.getNumbersOfProduct(this.product);
            if (numbers.some((number) => number.isNamed(name, info))) {
                this.reject(text, _t("%s is already in this order.", name));
                return;
            }
        }
        const isWhole = !line.isSerialTracked() || quantity === 1;
        if (quantity !== null && quantity !== undefined && !(quantity > 0 && isWhole)) {
            this.reject(
                text,
                line.isSerialTracked()
                    ? _t("%s was not taken: a serial number stands for exactly one unit.", name)
                    : _t("%s was not taken: its quantity must be more than zero.", name)
            );
            return;
        }
        if (!line.canRaiseQuantity() && !line.getNumbersState().missing) {
            this.reject(
                text,
                _t("%s was not taken: no number is missing on this line. Remove one first.", name)
            );
            return;
        }
        const comesBack = line.qty < 0 || this.isRefund;
        const refusal = refuseNumber(this.pos, this.product, name, info, comesBack, dates) || fault;
        if (refusal) {
            this.reject(text, refusal);
            return;
        }
        this.state.rejected = this.state.rejected.filter((entry) => !entry.inField);
        const before = line.pack_lot_ids.find((each) => each.isNamed(name, info))?.getQuantity();
        const number = line.addNumber({
            lot_name: name,
            origin,
            info,
            quantity: quantity ?? undefined,
            ...(comesBack ? {} : dates),
        });
        for (const sentence of describeOtherDays(this.pos, name, info, dates)) {
            this.pos.notification.add(sentence, { type: "warning" });
        }
        this.followNumbers();
        this.state.taken++;
        this.state.last = {
            label: _t("%s was taken.", number.lot_name),
            undo: () => this.putBack(number, before),
        };
        this.signal(!number.getStatus().wrong);
    }

    /** @param {number|undefined} quantity that the number had, undefined when it was not there */
    putBack(number, quantity) {
        if (this.line.pack_lot_ids.includes(number)) {
            if (quantity === undefined) {
                number.delete();
            } else {
                number.quantity = quantity;
            }
            this.followNumbers();
        }
    }

    /** Take back what was taken last. */
    undoLast() {
        const { last } = this.state;
        this.state.last = null;
        last?.undo();
    }

    signal(isGood) {
        if (this.current?.origin === "scanned") {
            signalScan(this.pos, isGood);
        }
    }

    /** Whether the line has taken its last number, and nothing wants to be looked at. */
    get isFull() {
        const { taken, pending, rejected, bulk, proposal } = this.state;
        return Boolean(
            taken &&
                !pending.length &&
                !rejected.length &&
                !bulk &&
                !proposal &&
                !this.line.canRaiseQuantity() &&
                this.line.getNumbersState().complete &&
                !this.line.getWrongNumberWords().length
        );
    }

    /**
     * Let the line have as many units as it has numbers, where it may: at once, so that cart, price
     * and a reload agree. It never has fewer than when the popup opened.
     */
    followNumbers() {
        const { line } = this;
        this.adoptQuantity();
        if (!line.canRaiseQuantity()) {
            return;
        }
        const { given } = line.getNumbersState();
        const wanted = Math.max(this.ownQuantity, given);
        if (wanted === line.qty || line.getNumbersState().fractional) {
            return;
        }
        line.setQuantityOnly(wanted);
        this.lastQuantity = line.qty;
    }

    /**
     * Another device may have changed how many units the line has: so many it keeps, also when this
     * popup is cancelled. Fewer than were asked for here are an older word of the server.
     */
    adoptQuantity() {
        const { qty } = this.line;
        const isAskedHere = this.lastQuantity !== this.opened.qty;
        if (
            qty === this.lastQuantity ||
            (isAskedHere && Math.abs(qty) < Math.abs(this.lastQuantity))
        ) {
            return;
        }
        this.ownQuantity = this.lastQuantity = this.opened.qty = qty;
        if (this.before) {
            this.before.qty = qty;
        }
    }

    /**
     * A product's barcode is no number: the line's own asks for one unit more, that of its packaging
     * for what is in it, another's is named.
     *
     * @returns {boolean} whether the text was such a barcode
     */
    takeProductBarcode(text) {
        const { product, units } = this.reader.findBarcodes([toNumberName(text)]) || {};
        if (!product) {
            return false;
        }
        if (product.id !== this.product.id) {
            const reason = _t(
                "This is the barcode of %s. It was not taken as a number.",
                product.display_name
            );
            this.takeForeign(text, { reason, isOther: true });
        } else {
            this.askForUnits(text, units);
        }
        return true;
    }

    askForUnits(text, units) {
        if (this.isOver || !this.line.isInOrder()) {
            return;
        }
        if (!this.line.canRaiseQuantity() || Number.isNaN(units)) {
            this.reject(text, _t("The quantity of this line cannot be raised here."));
            return;
        }
        if (!(units > 0)) {
            this.reject(text, _t("%s was not taken: its quantity must be more than zero.", text));
            return;
        }
        this.ownQuantity = this.line.qty + units;
        this.line.setQuantity(this.ownQuantity);
        this.lastQuantity = this.line.qty;
        this.state.last = {
            label: units === 1 ? _t("One more unit was asked for.") : _t("%s was taken.", text),
            undo: () => {
                this.ownQuantity -= units;
                this.followNumbers();
            },
        };
        this.signal(true);
    }

    /**
     * @param {string} text goes back into the field where that can hold it
     * @param {string} reason in words
     * @param {boolean} [isOther] it is another product's code: nothing of this line is lost
     */
    reject(text, reason, isOther = false) {
        this.signal(false);
        this.state.rejected = [
            ...this.state.rejected.filter((entry) => entry.text !== text && !entry.inField),
            { key: this.nextKey++, text, reason, inField: false, isOther },
        ];
    }

    dismissRejected(key) {
        this.state.rejected = this.state.rejected.filter((entry) => entry.key !== key);
    }

    // ---------------------------------------------------------- editing, lists

    remove(number) {
        this.state.last = null;
        number.delete();
        this.followNumbers();
    }

    /** Let the line have as many units as it has numbers. */
    raiseToNumbers() {
        this.line.raiseToNumbers();
        this.ownQuantity = this.lastQuantity = this.line.qty;
    }

    /** @returns {boolean} false when the quantity is no number of units */
    setLotQuantity(number, quantity) {
        if (!Number.isFinite(quantity) || quantity < 0) {
            return false;
        }
        if (quantity === 0) {
            this.remove(number);
        } else {
            this.state.last = null;
            number.quantity = this.line.roundNumberQuantity(quantity);
            this.followNumbers();
        }
        return true;
    }

    /** Refresh the list of candidates; of several searches the last one wins. */
    async search(term) {
        const round = ++this.searchRound;
        if (!this.line.isInOrder()) {
            return; // deleted meanwhile
        }
        const used = this.line.isSerialTracked()
            ? this.getUsedSerials()
            : this.numbers.map((number) => number.lot_name);
        let found;
        if (this.isRefund) {
            const refundable = (await this.getRefundable()) || [];
            const wanted = foldName(term);
            found = refundable.filter(
                (info) => foldName(info.name).includes(wanted) && !used.includes(info.name)
            );
        } else {
            found = await this.ask("search_numbers", [
                this.product.id,
                toNumberName(term),
                20,
                used.slice(-MAX_EXCLUDED),
                this.isReturn,
            ]);
        }
        if (round === this.searchRound) {
            this.state.suggestions = found || [];
        }
    }

    /** Serials of the product in any order of this till that the server does not count. */
    getUsedSerials() {
        const own = this.line.order_id.getNumbersOfProduct(this.product);
        return [...this.getSerialsOfOtherOrders(), ...own.map((number) => number.lot_name)];
    }

    getSerialsOfOtherOrders() {
        const own = this.line.order_id?.uuid;
        const isSold = (order) => this.line.qty > 0 && order.mayBeNews;
        return this.pos.models["pos.order"]
            .filter((order) => (order.state === "draft" || isSold(order)) && order.uuid !== own)
            .flatMap((order) => order.getNumbersOfProduct(this.product))
            .map((number) => number.lot_name);
    }

    /** Whether a lot on the line has more than the order has of it, as far as is known. */
    get hasMoreOfItsLots() {
        return this.numbers.some((number) => {
            const { info } = number.uiState;
            const reach = this.isRefund ? info?.refundable && info.quantity : number.getReach();
            return reach < Infinity && reach > number.quantityInOrder;
        });
    }

    pick(info) {
        return this.queue([info.name], "picked", { [info.name]: info });
    }

    /** Take the next numbers in the order of Odoo's removal strategy, unasked. */
    fill() {
        this.drained = this.mutex.exec(async () => {
            await this.findProposal();
            const { rows = [] } = this.state.proposal || {};
            this.state.proposal = null;
            // Who enters numbers meanwhile has chosen others, who applies has seen none.
            if (!this.state.pending.length && !this.isApplied) {
                this.takeRows(rows);
            }
        });
        return this.drained;
    }

    /** Say which numbers are the next ones, before they are taken. */
    propose() {
        this.drained = this.mutex.exec(() => this.findProposal());
        return this.drained;
    }

    async findProposal() {
        const rows = await this.findNext();
        if (this.isOver || !rows) {
            return;
        }
        const names = rows.map(({ name }) => name);
        const texts = rows.map(({ name, take }) =>
            this.line.isSerialTracked()
                ? name
                : _t("%(name)s: %(quantity)s", {
                      name,
                      quantity: this.line.formatNumberQuantity(take),
                  })
        );
        const shown = this.line.isSerialTracked() ? foldTexts(names, texts, 3) : texts;
        const text =
            shown.length > MAX_SHOWN
                ? _t("%(names)s and %(count)s more", {
                      names: shown.slice(0, MAX_SHOWN).join(", "),
                      count: shown.length - MAX_SHOWN,
                  })
                : shown.join(", ");
        this.state.proposal = { rows, text };
    }

    takeProposal() {
        const { rows = [] } = this.state.proposal || {};
        this.state.proposal = null;
        this.state.last = null;
        // After what was scanned since it was proposed.
        this.drained = this.mutex.exec(() => this.takeRows(rows));
        return this.drained;
    }

    /** Take of what was proposed as much as is still missing. */
    takeRows(rows) {
        const { line } = this;
        for (const { take, ...info } of rows) {
            const isThere = this.numbers.some((number) => number.isNamed(info.name, info));
            const { missing } = line.getNumbersState();
            if (this.isOver || !line.order_id || !missing) {
                return;
            }
            if (!(isThere && line.isSerialTracked())) {
                const quantity = Math.min(take, missing);
                line.addNumber({ lot_name: info.name, quantity, origin: "auto", info });
                this.state.taken++;
            }
        }
    }

    /** @returns {Promise<Object[]|null>} what is known of the next numbers, and how much to `take` */
    async findNext() {
        const { missing } = this.line.getNumbersState();
        if (!missing || this.isReturn) {
            return null; // which one comes back is for the cashier to say
        }
        if (this.isRefund) {
            const rows = (await this.getRefundable()) || [];
            const used = new Map(this.numbers.map((each) => [each.lot_name, each.getQuantity()]));
            return this.takeNext(
                rows.map((info) => ({ ...info, take: info.quantity })),
                used
            );
        }
        if (!this.line.isSerialTracked()) {
            return this.findNextLots(missing);
        }
        return this.ask("propose_numbers_for", [
            this.product.id,
            Math.min(missing, MAX_BULK),
            this.getUsedSerials().slice(-MAX_EXCLUDED),
        ]);
    }

    /** Of a lot that is in the cart already there may be more. */
    async findNextLots(missing) {
        const { numberProposals } = this.pos;
        const counted = numberProposals.getCounted();
        const rows = await this.ask("propose_numbers_for", [
            this.product.id,
            missing + numberProposals.countUsed(this.product, counted),
        ]);
        return rows && this.takeNext(rows, numberProposals.getUsed(this.product, { counted }));
    }

    /** See `takeNext` in utils. */
    takeNext(rows, used) {
        const { line } = this;
        return takeNext(
            rows.map(({ take, ...info }) => ({ info, take })),
            used,
            line.getNumbersState().missing,
            (quantity) => line.roundNumberQuantity(quantity)
        ).map(({ info, take }) => ({ ...info, take }));
    }

    // ------------------------------------------------------------ apply, cancel

    /**
     * Wait for what is pending.
     *
     * @returns {Promise<boolean>} false when something was refused and wants to be read first, or all
     *     was put back meanwhile
     */
    async apply() {
        this.isApplied = true;
        const rejectedBefore = this.state.rejected.length;
        await this.drained;
        if (this.isOver || this.state.rejected.length > rejectedBefore || this.state.bulk) {
            return false;
        }
        this.followNumbers();
        return true;
    }

    /**
     * Put the line back as it was, at once: what is being looked up comes to nothing. A product that
     * was just added goes with its numbers.
     */
    cancel() {
        this.isOver = true;
        this.state.pending = [];
        const { line, before } = this;
        if (!line.isInOrder()) {
            return; // deleted meanwhile, by another device say
        }
        this.adoptQuantity();
        if (!before) {
            line.order_id.removeOrderline(line);
            return;
        }
        for (const number of [...line.pack_lot_ids]) {
            const old = before.numbers.find(({ uuid }) => uuid === number.uuid);
            if (!old) {
                number.delete();
            } else {
                number.lot_name = old.lot_name;
                number.quantity = old.quantity;
                number.setDays(old.days);
            }
        }
        if (line.qty !== before.qty) {
            withoutChoosing(() => line.setQuantity(before.qty));
        }
        for (const { uuid, days, ...vals } of before.numbers) {
            const number = line.pack_lot_ids.find((existing) => existing.uuid === uuid);
            if (number) {
                number.quantity = vals.quantity;
            } else {
                line.addNumber({ ...vals, ...days });
            }
        }
    }
}
