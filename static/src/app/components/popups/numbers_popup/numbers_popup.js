import {
    Component,
    onMounted,
    onPatched,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { useChildRef } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { getNumberStatus } from "@pos_lot_traceability/app/utils/number_status";
import {
    MAX_NUMBER_LENGTH,
    cleanName,
    findClosest,
} from "@pos_lot_traceability/app/utils/number_name";
import { parseQuantity } from "@pos_lot_traceability/app/utils/quantity";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

const SEARCH_DELAY = 150;

/**
 * Shows the numbers of a cart line and one input for the next one. What an entry becomes is
 * decided by `NumberEntry`; which keys reach the input, by `KeyCapture`.
 */
export class NumbersPopup extends Component {
    static template = "pos_lot_traceability.NumbersPopup";
    static components = { Dialog };
    static props = ["entry", "getPayload", "close"];

    setup() {
        this.pos = usePos();
        this.entry = this.props.entry;
        this.entryState = useState(this.entry.state);
        this.line = useState(this.entry.line);
        this.state = useState({ term: "", active: -1, applying: false, discarding: false });
        this.modalRef = useChildRef();
        this.input = useRef("input");
        this.list = useRef("list");
        this.searchSoon = debounce(() => this.entry.search(this.state.term), SEARCH_DELAY);
        onMounted(() => {
            this.entry.close = () => this.goOn();
            this.pos.keyCapture.attach({
                getRoot: () => this.modalRef.el,
                getInput: () => this.input.el,
                onText: (text, scanned) => this.onText(text, scanned ? "scanned" : "typed"),
                onEmptyEnter: () => this.onEmptyEnter(),
                onEscape: () => this.onEscape(),
                onArrow: (step) => this.onArrow(step),
            });
            // The dialog gives the focus to its first control a moment later.
            browser.setTimeout(() => this.input.el?.focus());
            this.entry.refresh();
            this.entry.search("");
            if (this.pos.config.propose_numbers && !this.line.pack_lot_ids.length) {
                this.entry.fill();
            }
        });
        onWillUnmount(() => this.searchSoon.cancel());
        // The newest number and the input stay in sight.
        useEffect(
            () => {
                if (this.list.el) {
                    this.list.el.scrollTop = this.list.el.scrollHeight;
                }
            },
            () => [this.line.pack_lot_ids.length, this.entryState.pending.length]
        );
        onPatched(() => (this.isLineThere ? this.putRejectedBack() : this.discard()));
    }

    /** The line may be deleted meanwhile, on another device say. */
    get isLineThere() {
        return Boolean(this.line.order_id && this.line.product_id);
    }

    // ----------------------------------------------------------------- display

    get numbersState() {
        return this.line.getNumbersState();
    }

    get summary() {
        return describeNumbersState(this.line);
    }

    get isSerial() {
        return this.line.isSerialTracked();
    }

    getStatus(number) {
        return number.getStatus();
    }

    /** In the list of what is on hand, only what is more than that is worth a word. */
    getSuggestionStatus(info) {
        const status = getNumberStatus(info, this.line);
        const plain = this.isSerial && status.level === "success" && !info.expiration_date;
        return plain ? { ...status, text: "" } : status;
    }

    getStatusClass({ level }) {
        return level === "muted" ? "text-muted" : `text-${level}`;
    }

    getStatusIcon({ level }) {
        return {
            success: "fa-check-circle",
            info: "fa-plus-circle",
            warning: "fa-exclamation-triangle",
            danger: "fa-exclamation-circle",
            muted: "fa-clock-o",
        }[level];
    }

    get placeholder() {
        return this.isSerial ? _t("Serial number: type or scan") : _t("Lot number: type or scan");
    }

    get candidatesTitle() {
        if (this.entry.candidatesTitle) {
            return this.entry.candidatesTitle;
        }
        if (this.entry.isReturn) {
            return _t("Which one comes back? Customers have:");
        }
        return this.entry.isRefund ? _t("Sold, not yet returned") : _t("On hand in this shop");
    }

    get bulkLabel() {
        return _t("%s numbers at once. Add them?", this.entryState.bulk.count);
    }

    quantityLabel(number) {
        return _t("Quantity of %s", number.lot_name);
    }

    removeLabel(number) {
        return _t("Remove %s", number.lot_name);
    }

    formatQuantity(number) {
        return this.line.formatNumberQuantity(number.getQuantity());
    }

    get suggestions() {
        // What has been taken since they were found is no candidate any more.
        const found = this.entryState.suggestions || [];
        return found.filter(({ name }) => !this.line.pack_lot_ids.some((n) => n.lot_name === name));
    }

    /** A text that matches nothing yet, and may become a new number. */
    get newName() {
        const term = cleanName(this.state.term);
        const known = Boolean(findClosest(term, this.suggestions));
        return term && !known && this.entry.canCreate ? term : "";
    }

    candidateId(index) {
        return `o_number_candidate_${index}`;
    }

    get activeCandidateId() {
        return this.state.active < 0 ? false : this.candidateId(this.state.active);
    }

    get rejectedNotice() {
        return this.entryState.refusal;
    }

    get fillLabel() {
        const { missing } = this.numbersState;
        return missing && this.suggestions.length && !this.state.term
            ? _t("Fill %s", this.line.formatNumberQuantity(missing))
            : "";
    }

    // ------------------------------------------------------------------- entry

    onInput(ev) {
        this.state.term = ev.target.value;
        this.state.active = -1;
        this.state.discarding = false;
        this.searchSoon();
    }

    onText(text, origin) {
        const active = this.suggestions[this.state.active];
        this.state.discarding = false;
        if (active && origin === "typed") {
            this.pickSuggestion(active);
            return;
        }
        this.clearInput();
        this.entry.add(text, origin);
    }

    onPaste(ev) {
        const text = ev.clipboardData.getData("text/plain");
        if (/[\n\r\t,;]/.test(text.trim())) {
            // One line of input would join them.
            ev.preventDefault();
            this.entry.add(text, "typed");
        }
    }

    async pickSuggestion(info) {
        this.clearInput();
        this.input.el.focus();
        await this.entry.pick(info);
        this.entry.search("");
    }

    takeNewName() {
        const { newName } = this;
        this.clearInput();
        this.input.el.focus();
        this.entry.add(newName, "typed");
    }

    async fill() {
        this.input.el.focus();
        await this.entry.fill();
        this.entry.search("");
    }

    clearInput() {
        this.input.el.value = "";
        this.state.active = -1;
        if (this.state.term) {
            this.state.term = "";
            this.searchSoon();
        }
    }

    /** A refused text goes back into the field, selected, unless the next one is there already. */
    putRejectedBack() {
        const last = this.entryState.rejected.at(-1);
        const input = this.input.el;
        if (last && last.key !== this.lastRejected && !this.entryState.pending.length) {
            this.lastRejected = last.key;
            const fits = last.text.length <= MAX_NUMBER_LENGTH && !/[\n\r]/.test(last.text);
            if (fits && input && !input.value && this.entryState.rejected.length === 1) {
                last.inField = true;
                input.value = last.text;
                input.select();
            }
        }
    }

    onArrow(step) {
        const count = this.suggestions.length;
        this.state.active = Math.max(-1, Math.min(count - 1, this.state.active + step));
    }

    /** Enter answers the question on screen, if there is one. */
    onEmptyEnter() {
        if (this.state.discarding) {
            return this.discard();
        }
        if (this.entryState.bulk) {
            return this.confirmBulk();
        }
        const active = this.suggestions[this.state.active];
        return active ? this.pickSuggestion(active) : this.apply();
    }

    onQuantityChange(ev, number) {
        if (!this.entry.setLotQuantity(number, parseQuantity(ev.target.value))) {
            ev.target.value = this.formatQuantity(number);
        }
    }

    removeNumber(number) {
        this.entry.remove(number);
        this.input.el.focus();
        this.entry.search(this.state.term);
    }

    confirmBulk() {
        this.entry.confirmBulk();
        this.input.el.focus();
    }

    cancelBulk() {
        this.entryState.bulk = null;
        this.input.el.focus();
    }

    // ------------------------------------------------------------ apply, discard

    async apply() {
        if (this.state.applying) {
            return;
        }
        const left = this.input.el.value;
        if (left.trim() && !this.entryState.rejected.some(({ text }) => text === left)) {
            this.onText(left, "typed");
        }
        this.state.applying = true;
        try {
            if (await this.entry.apply()) {
                this.props.getPayload(true);
                this.props.close();
            }
        } finally {
            this.state.applying = false;
        }
    }

    /** The next product was scanned: this line is done, and what comes now is for that one. */
    goOn() {
        this.entry.followNumbers();
        this.pos.keyCapture.detach();
        this.props.getPayload(true);
        this.props.close();
    }

    onEscape() {
        if (this.entryState.bulk) {
            this.cancelBulk();
        } else if (!this.state.discarding && this.entry.hasChanges) {
            this.state.discarding = true;
        } else {
            this.discard();
        }
    }

    keep() {
        this.state.discarding = false;
        this.input.el.focus();
    }

    discard() {
        // Before the popup has gone: what is typed from here on is for the screen behind.
        this.pos.releaseNumbersPopup();
        this.props.close();
    }
}
