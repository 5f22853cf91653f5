import { _t } from "@web/core/l10n/translation";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { CodeReader } from "@pos_lot_traceability/app/services/code_reader";
import { askServer } from "@pos_lot_traceability/app/services/ask_server";
import { getDays, getNumberName } from "@pos_lot_traceability/app/utils/gs1_label";
import { readNewNumber } from "@pos_lot_traceability/app/utils/number_format";
import {
    describeOtherDays,
    readNewName,
    refuseNumber,
} from "@pos_lot_traceability/app/services/number_rules";
import { signalScan } from "@pos_lot_traceability/app/utils/scan_signal";
import { ScanUndo } from "@pos_lot_traceability/app/services/scan_undo";
import { describeRefusal } from "@pos_lot_traceability/app/utils/gs1_refusal";
import { toNumberName } from "@pos_lot_traceability/app/utils/number_text";
import { withoutChoosing } from "@pos_lot_traceability/app/utils/choice_pause";

const SOLD_DELAY = 15000; // ms in which a hand reaches the buttons

/**
 * One product with its number that a scan stands for, see `pos.config.find_numbers_by_text`; offline
 * with what this till has seen.
 *
 * @typedef {Object} Choice
 * @property {number} product_id
 * @property {string} product its name
 * @property {string} name of the number, "" where the code has none
 * @property {number|null} quantity that the code stands for, in the product's unit
 * @property {Object|false|null} info see `NumberInfo`
 * @property {Object} dates that the code says of its lot, see `getDays`
 */

/** A scan on the product screen adds product and number in one go. */
export class NumberScan {
    /**
     * @param {Object} pos the store
     * @param {Object} [order] that was open when it was scanned: another one may be, or none, by the
     *     time the server has answered
     */
    constructor(pos, order = pos.getOrder()) {
        this.pos = pos;
        this.order = order;
        this.reader = new CodeReader(pos);
    }

    /**
     * @param {string} text as it came from the scanner
     * @returns {Promise<boolean>} false when nobody knows it as a number: it is another's
     */
    async take(text) {
        const isTaken = await this.takeNumber(text);
        if (isTaken || this.isHere) {
            return isTaken;
        }
        this.warnOfLeft(toNumberName(text)); // core adds to the order that is open now
        return true;
    }

    async takeNumber(text) {
        const name = toNumberName(text);
        const isFound = this.isBarcode(name) || this.isBarcode(this.reader.toPlain(text));
        if (!name || isFound || !this.pos.usesNumbers()) {
            return false;
        }
        const { answer, refusal } = await this.find(text);
        if (this.pos.numbersPopupAsked && this.isHere) {
            this.pos.keyCapture.takeCode(text); // it has come on screen meanwhile
            return true;
        }
        const { kind, choices, reason } = answer || this.findHere(text, name);
        if (kind === "refused") {
            this.warn(`${name}: ${reason}`);
            return true;
        }
        if (kind === "barcode") {
            await this.loadProduct(choices[0]); // core loads none by the barcode of its packaging
            return false;
        }
        if (kind === "unknown" && !answer && this.parse(name)?.type === "discount") {
            // It may be a serial: this rule alone asks nobody whether it knows the code.
            this.warn(refusal || _t("The server does not answer: %s was not looked up.", name));
            return true;
        }
        if (kind === "unknown") {
            return false;
        }
        const choice = choices.length > 1 ? await this.choose(name, choices) : choices[0];
        if (choice) {
            await this.add(choice);
        }
        return true;
    }

    /**
     * Products of a number that is typed into the search box; they are loaded.
     *
     * @param {string} word
     * @returns {Promise<Choice[]>}
     */
    async search(word) {
        const { answer } = await this.find(word);
        const { kind, choices } = answer || this.findHere(word, toNumberName(word));
        const found = ["number", "gs1"].includes(kind) ? choices : [];
        for (const choice of found) {
            await this.loadProduct(choice);
        }
        return found;
    }

    /** Whether what is scanned comes back, without receipt. */
    get isReturn() {
        return Boolean(this.target?.preset_id?.is_return);
    }

    /** The order that it goes to. */
    get target() {
        return this.order || this.pos.getOrder();
    }

    /** Whether its order still takes lines. */
    get isOpen() {
        const { order } = this;
        return (
            !order || this.pos.models["pos.order"].getBy("uuid", order.uuid)?.finalized === false
        );
    }

    /** Whether its order is the one in front, which core adds to. */
    get isHere() {
        return this.isOpen && (!this.order || this.pos.getOrder()?.uuid === this.order.uuid);
    }

    find(text) {
        return askServer(this.pos, "find_numbers_by_text", [text, this.isReturn]);
    }

    /** Whether core finds the product by itself, at once. */
    isBarcode(name) {
        if (this.reader.findByBarcode(name)) {
            return true;
        }
        const parsed = this.parse(name);
        return parsed?.type === "product" && Boolean(this.reader.findByBarcode(parsed.base_code));
    }

    /** What core's rules take a text for; undefined where they refuse it. */
    parse(name) {
        const { parser, fallbackParser } = this.pos.barcodeReader || {};
        try {
            return parser?.parse_barcode(name);
        } catch {
            return fallbackParser?.parse_barcode(name); // the first one is for GS1 codes only
        }
    }

    /** What this till can tell without the server: exact names, and GS1 codes of its products. */
    findHere(text, name) {
        const known = this.findSeen(name);
        const seen = known.length ? known : this.findSeen(this.reader.toPlain(text));
        if (seen.length) {
            return { kind: "number", choices: seen };
        }
        const code = this.reader.read(text);
        if (code.kind === "refused") {
            return { kind: "refused", reason: describeRefusal(code), choices: [] };
        }
        const owner = code.meaning.gtin && this.reader.findOwner(code.meaning.gtin);
        const choices = owner
            ? [
                  this.toChoice(
                      owner.product,
                      getNumberName(code.meaning, owner.product.tracking),
                      {
                          quantity: this.reader.countLabel(code.meaning, owner),
                          dates: getDays(code.meaning),
                      }
                  ),
              ]
            : [];
        const bare = getNumberName(code.meaning, "serial");
        if (bare && !code.meaning.gtin) {
            const dates = getDays(code.meaning);
            choices.push(...this.findSeen(bare).map((choice) => ({ ...choice, dates })));
        }
        if (code.kind === "plain") {
            choices.push(...this.findSeen(toNumberName(code.text), true));
        }
        return { kind: choices.length ? "gs1" : "unknown", choices };
    }

    /**
     * Numbers of exactly this name in the orders that this till has, one a product.
     *
     * @param {boolean} [isPrefixed] a prefix that the product's format takes off is before it
     */
    findSeen(name, isPrefixed = false) {
        const seen = new Map();
        for (const { lot_name, pos_order_line_id } of this.pos.models[
            "pos.pack.operation.lot"
        ].getAll()) {
            const product = pos_order_line_id?.product_id;
            const format = isPrefixed && product?.product_tmpl_id.getNumberFormat();
            const wanted = format ? readNewNumber(name, format)[0] : name;
            if (product && lot_name === wanted && !seen.has(product.id)) {
                seen.set(product.id, this.toChoice(product, lot_name));
            }
        }
        return [...seen.values()];
    }

    toChoice(product, name, { quantity = null, dates = {} } = {}) {
        return {
            product_id: product.id,
            product: product.display_name,
            name,
            quantity,
            info: null,
            dates,
        };
    }

    /** @returns {Promise<Choice|undefined>} */
    choose(name, choices) {
        return makeAwaitable(this.pos.dialog, SelectionPopup, {
            title: _t("%s is a number of several products. Which one is sold?", name),
            list: choices.map((choice) => ({
                id: choice.product_id,
                label: choice.product,
                description: choice.name,
                isSelected: false,
                item: choice,
            })),
        });
    }

    /** @param {Choice} choice */
    async add(choice) {
        const product = await this.loadProduct(choice);
        if (!product) {
            this.warn(_t("%s cannot be loaded into this till.", choice.product));
            return;
        }
        const template = product.product_tmpl_id;
        const { name, info, quantity, dates } = choice;
        // What may ask a question belongs to the order in front.
        const asks = !name || !template.isTracked() || product.needToConfigure();
        if (!(asks ? this.isHere : this.isOpen)) {
            this.warnOfLeft(name || choice.product);
            return;
        }
        const vals = { product_id: product, product_tmpl_id: template };
        const sign = this.isReturn ? -1 : 1;
        if (quantity !== null) {
            vals.qty = sign * quantity;
        }
        if (!name || !template.isTracked()) {
            const code = { type: "product", code: product.barcode, base_code: product.barcode };
            await this.pos.addLineToCurrentOrder(vals, { code }, product.needToConfigure());
            return;
        }
        const [newName, fault] = info === false ? readNewName(product, name) : [name, null];
        const refusal = this.refuse(product, { ...choice, name: newName }) || fault;
        if (refusal) {
            this.warn(refusal);
            return;
        }
        const number = {
            lot_name: newName,
            quantity: quantity ?? 1,
            origin: "scanned",
            ...(this.isReturn ? {} : dates),
        };
        const undo = new ScanUndo(this.pos, this.target);
        const line = await this.pos.addScannedNumber(vals, number, info, this.order);
        if (line) {
            const { isGood, isAnswered } = this.tell(line, { ...choice, name: newName });
            signalScan(this.pos, isGood);
            if (!isAnswered) {
                undo.offer(line, newName);
            }
        }
    }

    /** @returns {Promise<Object|undefined>} the product, loaded where it is not yet */
    async loadProduct({ product_id: id }) {
        const products = this.pos.models["product.product"];
        if (!products.get(id)) {
            await this.pos.loadNewProducts([["product_variant_ids", "in", [id]]]);
        }
        return products.get(id);
    }

    /** @returns {string} why the number cannot be added, "" when it can */
    refuse(product, { name, info, quantity, dates }) {
        const order = this.target;
        const isSerial = product.tracking === "serial";
        const numbers = (isSerial && order?.getNumbersOfProduct(product)) || [];
        if (numbers.some((number) => number.isNamed(name, info))) {
            return _t("%s is already in this order.", name);
        }
        if (isSerial && quantity !== null && quantity !== 1) {
            return _t("%s was not taken: a serial number stands for exactly one unit.", name);
        }
        if (quantity !== null && !(quantity > 0)) {
            return _t("%s was not taken: its quantity must be more than zero.", name);
        }
        return refuseNumber(this.pos, product, name, info, this.isReturn, dates);
    }

    /**
     * Tell what is worth a word about a number that was added.
     *
     * @returns {{isGood: boolean, isAnswered: boolean}} whether all is well with it; whether the
     *     cashier was offered to take it off
     */
    tell(line, { name, info, dates }) {
        const number = line.pack_lot_ids.find((each) => each.isNamed(name, info));
        const status = number?.getStatus();
        const message = status?.wrong && `${name}: ${status.text}`;
        const isSold = Boolean(info?.sold_in || info?.flags?.includes("duplicate"));
        if (message && isSold) {
            this.answerSold(line, number, message);
        } else if (message) {
            this.warn(message);
        }
        for (const sentence of describeOtherDays(this.pos, name, info, dates)) {
            this.warn(sentence);
        }
        return { isGood: !status?.wrong, isAnswered: Boolean(message && isSold) };
    }

    /** Who scans a sold unit wants to know about it as often as to sell it: both is one press. */
    answerSold(line, number, message) {
        const { id, name } = number.uiState.info;
        const query = Number.isInteger(id) ? { lot_id: id } : name;
        const press = (action) => () => {
            close();
            action();
        };
        const close = this.pos.notification.add(message, {
            type: "warning",
            autocloseDelay: SOLD_DELAY,
            className: "o_number_sold",
            buttons: [
                {
                    name: _t("Trace"),
                    primary: true,
                    onClick: press(() => this.pos.openTrace(query)),
                },
                { name: _t("Take off"), onClick: press(() => this.takeOff(line, number)) },
            ],
        });
    }

    /** Take a number that was just scanned off its line again, with its unit. */
    takeOff(line, number) {
        const order = line.order_id;
        if (!order || order.finalized || !line.pack_lot_ids.includes(number)) {
            return; // it is not there any more
        }
        const left = Math.abs(line.qty) - number.getQuantity();
        number.delete();
        if (left > 0) {
            withoutChoosing(() => line.setQuantity(Math.sign(line.qty) * left));
        } else {
            order.removeOrderline(line);
        }
        this.pos.lookAtRewardsAgain();
    }

    warnOfLeft(name) {
        this.warn(_t("%s was not added: its order was left before it was read.", name));
    }

    warn(message) {
        signalScan(this.pos, false);
        this.pos.notification.add(message, { type: "warning" });
    }
}
