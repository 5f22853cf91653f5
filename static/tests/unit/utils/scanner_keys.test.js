import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { KeyCapture } from "@pos_lot_traceability/app/utils/key_capture";
import { ScanRecorder } from "@pos_lot_traceability/scanner_check/scanner_check";
import { takeFnc1 } from "@pos_lot_traceability/backend/fnc1";

describe.current.tags("headless");

let field;
let now = 0;
let capture;
let recorder;

beforeEach(() => {
    field = document.createElement("textarea");
    document.body.append(field);
    capture = new KeyCapture(document.createElement("div"));
    recorder = new ScanRecorder(() => {});
});

/** The same key for a field of the back office, for the till and for Scanner Check: who takes it as FNC1. */
function press(key, gap, vals = {}, target = field) {
    now += gap;
    let isPrevented = false;
    const ev = {
        ...{ key, code: "", ctrlKey: false, altKey: false, metaKey: false, target },
        ...{ timeStamp: now, isTrusted: true, stopImmediatePropagation() {} },
        preventDefault: () => (isPrevented = true),
        ...vals,
    };
    const before = recorder.scan?.text.length || 0;
    recorder.take(ev);
    const checked = recorder.scan?.text.slice(before) === "\u001d";
    const told = capture.isSeparator(ev);
    if (told || (key.length === 1 && !ev.ctrlKey)) {
        capture.lastKeyTime = now;
    }
    const taken = takeFnc1(ev);
    expect(isPrevented).toBe(taken);
    if (!taken && key.length === 1 && !ev.ctrlKey) {
        target.setRangeText(key, target.value.length, target.value.length, "end");
    }
    return [taken, told, checked];
}

const ctrl = { ctrlKey: true };
const german = { ctrlKey: true, code: "BracketRight" };
const type = (text) => [...text].forEach((key) => press(key, 2));

test("FNC1 is the same key in the back office, at the till and in Scanner Check", () => {
    for (const [key, vals] of [
        ["]", ctrl],
        ["]", german],
        ["+", german], // a German keyboard, at a scanner's speed
        ["$", german], // a French one
        ["\u001d", {}],
    ]) {
        field.value = "";
        type("10P2409");
        expect(press(key, 2, vals)).toEqual([true, true, true], { message: key });
        type("17270612");
        expect(field.value).toBe("10P2409\u001d17270612");
        press("Enter", 2);
    }
});

test("short cuts of a hand stay the browser's", () => {
    type("10P2409");
    expect(press("+", 500, german).slice(0, 2)).toEqual([false, false]);
    for (let count = 0; count < 3; count++) {
        expect(press("+", 30, german).slice(0, 2)).toEqual([false, false]); // held down
    }
    expect(press("a", 2, ctrl)[0]).toBe(false);
    for (const vals of [{ altKey: true }, { metaKey: true }]) {
        type("A");
        expect(press("]", 2, { ...german, ...vals })[0]).toBe(false);
    }
    // A key in another field is none of this scan.
    const other = document.createElement("textarea");
    type("A");
    expect(press("+", 2, german, other)[0]).toBe(false);
    expect(other.value).toBe("");
});

test("FNC1 goes where the caret is, and is told", () => {
    let told = 0;
    field.addEventListener("input", () => told++);
    field.value = "AXXB";
    field.setSelectionRange(1, 3);
    press("]", 500, ctrl);
    expect([field.value, told]).toEqual(["A\u001dB", 1]);
});
