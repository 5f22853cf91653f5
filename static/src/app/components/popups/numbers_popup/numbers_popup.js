import {
    Component,
    onMounted,
    onPatched,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {
    BarcodeVideoScanner,
    isBarcodeScannerSupported,
} from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { hasTouch } from "@web/core/browser/feature_detection";
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
import { SHORTEST_RUN, describeRun, groupRuns } from "@pos_lot_traceability/app/utils/number_runs";
import { parseQuantity } from "@pos_lot_traceability/app/utils/quantity";
import { describeNumbersState } from "@pos_lot_traceability/app/utils/numbers_state";

const SEARCH_DELAY = 150;
/** How long no key comes before a full line's popup closes, in ms. */
const QUIET = 300;
/** How many of the newest numbers are never folded. */
const KEPT_IN_SIGHT = 3;

/**
 * Shows the numbers of a cart line and one input for the next one. What an entry becomes is
 * decided by `NumberEntry`; which keys reach the input, by `KeyCapture`.
 */
export class NumbersPopup extends Component {
    static template = "pos_lot_traceability.NumbersPopup";
    static components = { BarcodeVideoScanner, Dialog };
    static props = ["entry", "getPayload", "close"];

    setup() {
        this.pos = usePos();
        this.entry = this.props.entry;
        this.entryState = useState(this.entry.state);
        this.line = useState(this.entry.line);
        this.state = useState({
            term: "",
            activeId: null, // of the candidate that the cashier has moved to
            applying: false,
            discarding: false,
            // On a screen that is touched, a keyboard would cover what is scanned.
            hasKeyboard: !hasTouch(),
            camera: false,
            unfolded: [], // first names of runs that are shown one by one
        });
        this.modalRef = useChildRef();
        this.input = useRef("input");
        this.list = useRef("list");
        // A scanner's keys come faster than a screen can be drawn: what is typed counts at a pause.
        this.readSoon = debounce(() => this.readInput(), SEARCH_DELAY);
        onMounted(() => {
            this.entry.close = () => this.goOn();
            this.pos.keyCapture.attach({
                getRoot: () => this.modalRef.el,
                getInput: () => this.input.el,
                onText: (text, scanned) => this.onText(text, scanned ? "scanned" : "typed"),
                isAsking: () => this.isAsking,
                onEmptyEnter: () => this.onEmptyEnter(),
                onEscape: () => this.onEscape(),
                onArrow: (step) => this.onArrow(step),
            });
            // The dialog gives the focus to its first control a moment later.
            browser.setTimeout(() => this.input.el?.focus());
            // The list first: what stands in the cart is known already, and only looked up again.
            this.entry.search("");
            this.entry.refresh();
            if (this.pos.config.propose_numbers && !this.line.pack_lot_ids.length) {
                this.entry.fill();
            }
        });
        onWillUnmount(() => this.readSoon.cancel());
        // The newest number and the input stay in sight.
        useEffect(
            () => {
                if (this.list.el) {
                    this.list.el.scrollTop = this.list.el.scrollHeight;
                }
            },
            () => [this.line.pack_lot_ids.length, this.entryState.pending.length]
        );
        useEffect(
            (isFull) => {
                const timer = isFull && browser.setTimeout(() => this.closeWhenQuiet(), QUIET);
                return () => browser.clearTimeout(timer);
            },
            () => [this.isLineThere && this.entry.isFull, this.entryState.taken]
        );
        onPatched(() => (this.isLineThere ? this.putRejectedBack() : this.discard()));
    }

    /** The line may be deleted meanwhile, on another device say. */
    get isLineThere() {
        return Boolean(this.line.product_id && this.line.isInOrder());
    }

    // ----------------------------------------------------------------- display

    get numbersState() {
        return this.line.getNumbersState();
    }

    describe() {
        return describeNumbersState(this.line);
    }

    get isSerial() {
        return this.line.isSerialTracked();
    }

    getStatus(number) {
        return number.getStatus();
    }

    /**
     * The rows of the list: a number each, or a run of serials. What came last stands alone, and so
     * does what is to be looked at.
     *
     * @returns {{numbers: Object[], index: number, text: string}[]} `text` of a run, else ""
     */
    get rows() {
        const numbers = this.line.getValidLots();
        const last = this.isSerial ? numbers.length - KEPT_IN_SIGHT : 0;
        const mayFold = last >= SHORTEST_RUN;
        const others = new Set(mayFold ? this.entry.getSerialsOfOtherOrders() : []);
        const isPlain = ({ lot_name: name, uiState }) =>
            !getNumberStatus(uiState.info, this.line).wrong && !others.has(name);
        const names = numbers.map((number, index) =>
            mayFold && index < last && isPlain(number) ? number.lot_name : ""
        );
        return groupRuns(names)
            .flatMap((group) =>
                this.state.unfolded.includes(names[group[0]])
                    ? [...group].sort((a, b) => a - b).map((index) => [index])
                    : [group]
            )
            .map((group) => ({
                numbers: group.map((index) => numbers[index]),
                index: group.length > 1 ? "" : group[0] + 1,
                text: group.length > 1 ? describeRun(group.map((index) => names[index])) : "",
            }));
    }

    unfold({ numbers }) {
        this.state.unfolded.push(numbers[0].lot_name);
        this.input.el.focus();
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

    get proposalLabel() {
        const { rows, text } = this.entryState.proposal;
        return rows.length ? _t("Take %s?", text) : _t("There is nothing here to fill in.");
    }

    /** Ways out of a surplus: of lots the rest may stay, which serial goes is for the cashier. */
    get surplusActions() {
        const { surplus, given, asked } = this.numbersState;
        const format = (quantity) => this.line.formatNumberQuantity(quantity);
        const actions = [];
        if (surplus && this.line.canRaiseQuantity()) {
            actions.push({
                name: "raise",
                label: _t("Set quantity to %s", format(given)),
                run: () => this.entry.raiseToNumbers(),
            });
        }
        if (surplus && !this.isSerial) {
            actions.push({
                name: "reduce",
                label: _t("Reduce to %s", format(asked)),
                run: () => this.line.reduceNumbers(),
            });
        }
        return actions;
    }

    runSurplusAction({ run }) {
        run();
        this.input.el.focus();
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
        const taken = new Set(found.length ? this.line.pack_lot_ids.map((n) => n.lot_name) : []);
        return found.filter(({ name }) => !taken.has(name));
    }

    /** A text that matches nothing yet, and may become a new number. */
    get newName() {
        const term = cleanName(this.state.term);
        const known = Boolean(term && findClosest(term, this.suggestions));
        return term && !known && this.entry.canCreate ? term : "";
    }

    candidateId(index) {
        return `o_number_candidate_${index}`;
    }

    /** Which candidate the cashier has moved to: the same one when others are found; else -1. */
    get active() {
        return this.suggestions.findIndex(({ id }) => id === this.state.activeId);
    }

    get activeCandidateId() {
        return this.active < 0 ? false : this.candidateId(this.active);
    }

    /** Told while it is so: it may be back before this entry asks again. */
    get isServerAway() {
        return this.entryState.offline && this.pos.isNumbersServerAway;
    }

    get rejectedNotice() {
        return this.entryState.refusal;
    }

    get fillLabel() {
        const { missing } = this.numbersState;
        const mayBeSome = this.suggestions.length || this.entry.hasMoreOfItsLots;
        return missing && mayBeSome && !this.state.term && !this.entry.isReturn
            ? _t("Fill %s", this.line.formatNumberQuantity(missing))
            : "";
    }

    // ------------------------------------------------------------------- entry

    onInput() {
        this.state.activeId = null;
        this.state.discarding = false;
        this.entryState.proposal = null;
        this.readSoon();
    }

    readInput() {
        this.state.term = this.input.el?.value || "";
        this.entry.search(this.state.term);
    }

    onText(text, origin) {
        const active = this.suggestions[this.active];
        this.state.discarding = false;
        this.entryState.proposal = null;
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

    fill() {
        this.input.el.focus();
        this.entry.propose();
    }

    async takeProposal() {
        this.input.el.focus();
        await this.entry.takeProposal();
        this.entry.search("");
    }

    dropProposal() {
        this.entryState.proposal = null;
        this.input.el.focus();
    }

    undoLast() {
        this.entry.undoLast();
        this.input.el.focus();
        this.entry.search("");
    }

    // ---------------------------------------------------------- touch and camera

    showKeyboard() {
        this.state.hasKeyboard = true;
        // Before the browser looks at it, which is before the next frame.
        this.input.el.removeAttribute("inputmode");
    }

    /** As core's own screens do: not where tables are served. */
    get hasCamera() {
        return isBarcodeScannerSupported() && !this.pos.config.module_pos_restaurant;
    }

    get cameraProps() {
        return {
            facingMode: "environment",
            onResult: (code) => this.pos.keyCapture.takeCode(code),
            onError: (error) => this.onCameraError(error),
            delayBetweenScan: 2000,
        };
    }

    onCameraError(error) {
        this.state.camera = false;
        this.pos.notification.add(error.message, { type: "warning" });
    }

    toggleCamera() {
        this.state.camera = !this.state.camera;
        this.input.el.focus();
    }

    clearInput() {
        this.input.el.value = "";
        this.state.activeId = null;
        this.readSoon.cancel();
        if (this.state.term) {
            this.state.term = "";
            this.readSoon();
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
        const index = Math.max(-1, Math.min(count - 1, this.active + step));
        this.state.activeId = this.suggestions[index]?.id ?? null;
    }

    /** Whether a question is on screen: Enter is its answer, whatever stands in the field. */
    get isAsking() {
        return Boolean(this.state.discarding || this.entryState.bulk || this.entryState.proposal);
    }

    /** Enter answers the question on screen, if there is one. */
    onEmptyEnter() {
        if (this.state.discarding) {
            return this.discard();
        }
        if (this.entryState.bulk) {
            return this.confirmBulk();
        }
        if (this.entryState.proposal) {
            return this.takeProposal();
        }
        const active = this.suggestions[this.active];
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

    /** The last number of a line that takes no more is there: nothing is left to do. */
    closeWhenQuiet() {
        if (!this.isLineThere || !this.entry.isFull || this.state.discarding) {
            return;
        }
        if (this.input.el?.value || this.pos.keyCapture.isTyping) {
            browser.setTimeout(() => this.closeWhenQuiet(), QUIET);
        } else {
            this.apply();
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
        } else if (this.entryState.proposal) {
            this.dropProposal();
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
