import {
    BURST_GAP,
    FNC1,
    insertCharacter,
    isFnc1,
    isPrintable,
} from "@pos_lot_traceability/app/utils/scanner_keys";

/**
 * Keys for the numbers popup, from the moment it is asked for until it is gone.
 *
 * A keyboard-wedge scanner types a key every 2 ms and does not wait for a screen. So keys are
 * taken on the window, before anybody else sees them: those that come while the popup is still
 * being built are kept for it, later ones go into its single input, wherever the focus is.
 *
 * Keys before that are only watched: half a scan may have come when the popup is asked for.
 *
 * Suffix Enter or Tab ends a number; it was scanned when at least `SUFFIX_KEYS` keys came at most
 * `BURST_GAP` ms apart. Without suffix a number ends when at least `BURST_KEYS` keys came so and then
 * none for `BURST_END` ms; slow typing never does. A key held down is no scanner.
 *
 * Alt and digits at that speed are one character: so Windows scanners in "Alt mode" send FNC1, or all
 * there is.
 */
export const BURST_KEYS = 6;
export const SUFFIX_KEYS = 3;
export const BURST_END = 100;

const TEXT_FIELD = "input:not([type=checkbox]):not([type=radio]), textarea, [contenteditable=true]";

/** What no character can be told for. */
export const UNREADABLE = "\ufffd";

/**
 * The character that Alt and these digits stand for. Beyond 127 Windows has its own for Western
 * Europe only where a zero comes first: without it they depend on the computer.
 *
 * @param {string} digits
 */
export function readAltCode(digits) {
    const code = Number(digits) % 256;
    if (code < 128) {
        return String.fromCharCode(code);
    }
    const isWindows = digits.startsWith("0");
    return isWindows ? new TextDecoder("windows-1252").decode(Uint8Array.of(code)) : UNREADABLE;
}

/**
 * @typedef {Object} KeySink what the popup offers once it is on screen
 * @property {() => HTMLElement} getRoot the popup's modal
 * @property {() => HTMLInputElement} getInput its one input
 * @property {(text: string, scanned: boolean) => void} onText a number is complete
 * @property {() => boolean} isAsking whether a question is on screen: Enter is its answer
 * @property {() => void} onEmptyEnter Enter on the empty line, or the answer
 * @property {() => void} onEscape
 * @property {(step: 1|-1) => void} onArrow
 */
export class KeyCapture {
    constructor(target = window) {
        this.active = false;
        this.sink = null;
        /** What a scan has typed so far while nobody asks for it. */
        this.begun = "";
        this.beganFor = null;
        /**
         * A field whose scans are no input of it: `{matches: (field) => boolean, take: (text) => void}`
         */
        this.fieldScans = null;
        /** The part of a scan that was typed before it was asked for: core's service sends it too. */
        this.claimed = "";
        this.reset();
        target.addEventListener("keydown", (ev) => this.onKeyDown(ev), true);
        target.addEventListener("keyup", (ev) => this.onKeyUp(ev), true);
        target.addEventListener("keypress", (ev) => this.onKeyPress(ev), true);
    }

    reset() {
        clearTimeout(this.burstTimer);
        this.waitingTexts = [];
        this.waitingText = "";
        this.burst = null;
        /** Alt is down: since when, and the digits that were typed with it. */
        this.alt = null;
        this.lastKeyTime = -Infinity;
    }

    /** The popup is asked for; asking again keeps what was typed since. */
    start() {
        if (this.active && !this.sink) {
            return;
        }
        const isUnderWay =
            this.begun && performance.now() - this.lastKeyTime <= 2 * BURST_GAP && !this.beganFor;
        const { begun, lastKeyTime } = this;
        this.active = true;
        this.sink = null;
        this.reset();
        this.claimed = isUnderWay ? begun : "";
        if (isUnderWay) {
            // The rest of the scan comes now.
            this.waitingText = begun;
            this.burst = { field: null, text: begun };
            this.lastKeyTime = lastKeyTime;
            this.armBurstTimer();
        }
        this.begun = "";
    }

    /** The popup is on screen: it gets what was typed since it was asked for. */
    attach(sink) {
        this.sink = sink;
        for (const { text, scanned } of this.waitingTexts.splice(0)) {
            sink.onText(text, scanned);
        }
        const input = sink.getInput();
        input.value = this.waitingText + input.value;
        this.waitingText = "";
        input.focus();
        if (input.value) {
            input.dispatchEvent(new InputEvent("input", { bubbles: true }));
            this.armBurstTimer();
        }
    }

    /** The popup goes, and the next one comes: what is typed from here on waits for that. */
    detach() {
        this.waitingText = this.sink?.getInput()?.value || "";
        this.sink = null;
        if (this.burst) {
            this.burst.field = null;
        }
    }

    /** Whether a scan is under way. */
    get isTyping() {
        return this.active && performance.now() - this.lastKeyTime <= BURST_END;
    }

    /** @returns {string[]} what was scanned while nothing was on screen */
    takeWaiting() {
        const texts = this.waitingTexts.splice(0).map(({ text }) => text);
        const rest = this.waitingText;
        this.waitingText = "";
        return rest.trim() ? [...texts, rest] : texts;
    }

    /** The popup is gone. */
    stop() {
        this.active = false;
        this.sink = null;
        this.reset();
    }

    /** A whole code from a camera, an IoT box or the barcode service. */
    takeCode(code) {
        const isPart = this.claimed && code.endsWith(this.claimed);
        this.claimed = "";
        if (!isPart) {
            this.deliver(code, true);
        }
    }

    deliver(text, scanned) {
        if (this.sink) {
            this.sink.onText(text, scanned);
        } else {
            this.waitingTexts.push({ text, scanned });
        }
    }

    /** Whether another dialog lies above the popup: its keys are not ours. */
    get isCovered() {
        return Boolean(this.sink?.getRoot()?.classList.contains("o_inactive_modal"));
    }

    get isBurst() {
        return this.countBurstKeys() >= BURST_KEYS;
    }

    /** Whether what a suffix has just ended came at a scanner's speed. */
    get isEndedBurst() {
        return this.countBurstKeys() >= SUFFIX_KEYS;
    }

    countBurstKeys() {
        return this.burst ? this.burst.text.length : 0;
    }

    onKeyUp(ev) {
        if (this.alt?.digits) {
            ev.stopImmediatePropagation();
        }
        if (ev.key === "Alt") {
            this.isAltTyped = this.endAlt(ev);
        }
        // The number buffer listens to keyup on the window.
        if (this.active && !this.isCovered && (!this.sink || ev.target !== this.sink.getInput())) {
            if (isPrintable(ev) || ["Enter", "Backspace", "Delete"].includes(ev.key)) {
                ev.stopImmediatePropagation();
            }
        }
    }

    onKeyDown(ev) {
        if (ev.isComposing || !ev.key || ev === this.resent || this.isCovered) {
            return;
        }
        this.isAltTyped = false;
        if (!ev.isAltCode && this.takeAltKey(ev)) {
            return;
        }
        if (!this.active) {
            this.watch(ev);
            return;
        }
        if (this.sink && !this.sink.getInput()) {
            this.stop(); // the popup has gone: the screen behind gets what comes now
            return;
        }
        if (!this.sink) {
            this.keepForLater(ev);
            return;
        }
        if (ev.key === "Escape") {
            this.swallow(ev);
            this.endBurst();
            this.sink.onEscape();
            return;
        }
        const root = this.sink.getRoot();
        const input = this.sink.getInput();
        const otherField =
            ev.target !== input && root.contains(ev.target) && ev.target.matches(TEXT_FIELD)
                ? ev.target
                : null;
        if (this.isSeparator(ev)) {
            this.noteKey(ev, otherField || input, FNC1);
            this.swallow(ev);
            insertCharacter(otherField || input, FNC1);
        } else if (ev.isAltCode && isPrintable(ev)) {
            this.endOverdueBurst(ev);
            this.noteKey(ev, otherField || input);
            insertCharacter(otherField || input, ev.key);
        } else if (isPrintable(ev)) {
            this.endOverdueBurst(ev);
            const spaceOnButton = ev.key === " " && root.contains(ev.target) && ev.target !== input;
            if (spaceOnButton && !otherField && !this.burst) {
                return;
            }
            this.noteKey(ev, otherField || input);
            ev.stopImmediatePropagation();
            if (!otherField && document.activeElement !== input) {
                // The browser types the key into the field that has the focus after this.
                input.focus();
                if (!ev.isTrusted) {
                    input.value += ev.key;
                }
            }
        } else if (ev.key === "Enter" || (ev.key === "Tab" && !ev.shiftKey)) {
            this.onEndKey(ev, input, otherField);
        } else if (ev.target === input && ["ArrowDown", "ArrowUp"].includes(ev.key)) {
            this.swallow(ev);
            this.sink.onArrow(ev.key === "ArrowDown" ? 1 : -1);
        }
    }

    /**
     * Collect what is typed with Alt at a scanner's speed; what a hand types is left to the browser.
     *
     * @returns {boolean} whether the key is part of it
     */
    takeAltKey(ev) {
        if (ev.key === "Alt") {
            if (!ev.repeat) {
                this.endAlt(ev);
                this.alt = { since: ev.timeStamp, digits: "" };
                this.armBurstTimer();
            }
            return false;
        }
        const isOnlyAlt = ev.altKey && !ev.ctrlKey && !ev.metaKey;
        // With Num Lock off, keys of the numeric keypad are called otherwise.
        const digit = isOnlyAlt && /\d$/.exec(/^\d$/.test(ev.key) ? ev.key : ev.code || "")?.[0];
        const { digits = "", since } = this.alt || {};
        // A number that has begun so goes on, however slow: half of it would be another character.
        const isNext = digits || (ev.timeStamp - since <= BURST_GAP && !ev.repeat);
        if (!digit || !isNext) {
            this.endAlt(ev);
            return false;
        }
        this.alt.digits += digit;
        this.armBurstTimer();
        this.swallow(ev);
        return true;
    }

    /**
     * Alt is released: its digits are a key that was pressed when Alt was.
     *
     * @returns {boolean} whether there were any
     */
    endAlt(ev) {
        const { since, digits } = this.alt || {};
        this.alt = null;
        if (!digits) {
            return false;
        }
        const character = readAltCode(digits);
        this.onKeyDown({
            key: { "\r": "Enter", "\n": "Enter", "\t": "Tab" }[character] || character,
            isAltCode: true,
            isTrusted: ev.isTrusted,
            timeStamp: since,
            target: ev.target,
            preventDefault() {},
            stopImmediatePropagation() {},
        });
        this.lastKeyTime = Math.max(this.lastKeyTime, ev.timeStamp);
        return true;
    }

    /** Windows types the character too, once Alt is released. */
    onKeyPress(ev) {
        if (this.isAltTyped) {
            this.isAltTyped = false;
            this.swallow(ev);
        }
    }

    onEndKey(ev, input, otherField) {
        const sinceLastKey = ev.timeStamp - this.lastKeyTime;
        this.lastKeyTime = ev.timeStamp;
        if (sinceLastKey > BURST_END && !this.isBurst) {
            this.dropBurst(); // a suffix comes at once
        }
        if (otherField) {
            if (this.isEndedBurst && sinceLastKey <= BURST_END) {
                this.swallow(ev);
                this.takeBurst();
            } else if (ev.key === "Enter") {
                this.swallow(ev);
                input.focus();
            }
            return;
        }
        if (ev.target !== input) {
            return; // Enter on a button presses it, Tab moves on
        }
        const isAnswer = ev.key === "Enter" && this.sink.isAsking() && !this.isEndedBurst;
        if (input.value.trim() && !isAnswer) {
            this.swallow(ev);
            this.takeInput();
        } else if (ev.key === "Enter") {
            this.swallow(ev);
            // The second half of a scanner's CR LF is no Enter of the cashier.
            if (sinceLastKey > BURST_END) {
                this.sink.onEmptyEnter();
            }
        }
    }

    /** Read and clear the input in one go: the next key may come within 2 ms. */
    takeInput() {
        const input = this.sink.getInput();
        const text = input.value;
        const scanned = this.isEndedBurst;
        input.value = "";
        this.dropBurst();
        this.sink.onText(text, scanned);
    }

    isSeparator(ev) {
        return isFnc1(ev, ev.timeStamp - this.lastKeyTime <= BURST_GAP);
    }

    /**
     * Nobody has asked for keys: note a scan that begins, for it may be under way when somebody
     * does. Core's service for scanners takes Ctrl+] for a bracket, and Alt and digits for digits: it
     * gets FNC1, or the character.
     */
    watch(ev) {
        const isSeparator = this.isSeparator(ev);
        const gap = ev.timeStamp - this.lastKeyTime;
        if (!isSeparator && !isPrintable(ev)) {
            if (["Enter", "Tab"].includes(ev.key)) {
                if (gap <= BURST_END && this.takeFieldScan(SUFFIX_KEYS)) {
                    this.swallow(ev);
                }
                this.begun = "";
            }
            return;
        }
        const isNext = gap <= BURST_GAP && !ev.repeat;
        if (!isNext) {
            this.valueBefore = ev.target.value;
        }
        this.begun = (isNext ? this.begun : "") + (isSeparator ? FNC1 : ev.key);
        this.beganFor = ev.target.matches?.(TEXT_FIELD) ? ev.target : null;
        this.lastKeyTime = ev.timeStamp;
        clearTimeout(this.fieldTimer);
        if (this.fieldScans && this.beganFor && ev.isTrusted) {
            this.fieldTimer = setTimeout(() => {
                this.takeFieldScan(BURST_KEYS);
                this.begun = "";
            }, BURST_END);
        }
        if (ev.isAltCode || (isSeparator && ev.key !== FNC1)) {
            const key = isSeparator ? FNC1 : ev.key;
            this.swallow(ev);
            if (this.beganFor) {
                insertCharacter(this.beganFor, key);
            } else {
                const { target } = ev;
                this.resent = new KeyboardEvent("keydown", { key, bubbles: true });
                target.dispatchEvent(this.resent);
            }
        }
    }

    /**
     * What a scanner has typed into a field that takes no scans goes where scans go.
     *
     * @param {number} keys that make a scan
     * @returns {boolean} whether it was one
     */
    takeFieldScan(keys) {
        clearTimeout(this.fieldTimer);
        const { begun, beganFor: field, fieldScans } = this;
        if (begun.length < keys || !field?.isConnected || !fieldScans?.matches(field)) {
            return false;
        }
        this.begun = "";
        field.value = this.valueBefore ?? "";
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        fieldScans.take(begun);
        return true;
    }

    keepForLater(ev) {
        if (this.isSeparator(ev)) {
            this.noteKey(ev, null, FNC1);
            this.waitingText += FNC1;
        } else if (isPrintable(ev)) {
            this.endOverdueBurst(ev);
            this.noteKey(ev, null);
            this.waitingText += ev.key;
        } else if (["Enter", "Tab"].includes(ev.key)) {
            this.lastKeyTime = ev.timeStamp;
            if (this.waitingText.trim()) {
                this.waitingTexts.push({ text: this.waitingText, scanned: this.isEndedBurst });
            }
            this.waitingText = "";
            this.dropBurst();
        } else if (ev.key === "Backspace") {
            this.waitingText = this.waitingText.slice(0, -1);
        } else if (ev.key !== "Escape") {
            return; // Shift, F5 and their likes
        }
        this.swallow(ev);
    }

    noteKey(ev, field, key = ev.key) {
        const gap = ev.timeStamp - this.lastKeyTime;
        if (this.burst && !ev.repeat && this.burst.field === field && gap <= BURST_GAP) {
            this.burst.text += key;
        } else {
            // Keys that a script makes up have no rhythm, nor has a key that is held down.
            this.burst =
                ev.isTrusted && !ev.repeat ? { field, text: key, before: field?.value } : null;
        }
        this.lastKeyTime = ev.timeStamp;
        this.armBurstTimer();
    }

    armBurstTimer() {
        clearTimeout(this.burstTimer);
        if (this.isBurst) {
            this.burstTimer = setTimeout(() => this.endBurst(), BURST_END);
        }
    }

    /** A busy browser may be late with the timer: the keys' own times decide. */
    endOverdueBurst(ev) {
        if (this.isBurst && ev.timeStamp - this.lastKeyTime > BURST_END) {
            this.endBurst();
        }
    }

    endBurst() {
        clearTimeout(this.burstTimer);
        if (this.isBurst) {
            this.takeBurst();
        } else {
            this.dropBurst();
        }
    }

    takeBurst() {
        const { field, text, before } = this.burst;
        if (!this.sink) {
            this.waitingTexts.push({ text: this.waitingText, scanned: true });
            this.waitingText = "";
            this.dropBurst();
        } else if (field && field !== this.sink.getInput()) {
            // Scanned into a quantity: the quantity was not meant.
            field.value = before;
            this.dropBurst();
            this.sink.onText(text, true);
            this.sink.getInput().focus();
        } else {
            this.takeInput();
        }
    }

    dropBurst() {
        clearTimeout(this.burstTimer);
        this.burst = null;
    }

    swallow(ev) {
        ev.preventDefault();
        ev.stopImmediatePropagation();
    }
}
