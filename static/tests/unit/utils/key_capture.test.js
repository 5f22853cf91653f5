import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { KeyCapture } from "@pos_lot_traceability/app/utils/key_capture";

describe.current.tags("headless");

let capture, texts, clock, input, root, isAsking;

/** A key as a keyboard sends it: the browser types it when nobody prevents that. */
function key(name, gap, target = input) {
    clock += gap;
    const ev = {
        key: name,
        isTrusted: true,
        timeStamp: clock,
        target,
        preventDefault() {
            ev.prevented = true;
        },
        stopImmediatePropagation() {},
    };
    capture.onKeyDown(ev);
    if (name.length === 1 && !ev.prevented && capture.sink) {
        input.value += name;
    }
    return ev;
}

function scan(code, { gap = 2, pause = 500, suffix = "Enter" } = {}) {
    [...code].forEach((char, index) => key(char, index ? gap : pause));
    if (suffix) {
        key(suffix, gap);
    }
}

function attach() {
    capture.attach({
        getRoot: () => root,
        getInput: () => input,
        onText: (text, scanned) => texts.push([text, scanned]),
        isAsking: () => isAsking,
        onEmptyEnter: () => texts.push("apply"),
        onEscape: () => texts.push("escape"),
        onArrow: (step) => texts.push(step),
    });
}

beforeEach(() => {
    capture = new KeyCapture(new EventTarget());
    texts = [];
    isAsking = false;
    clock = 10000;
    root = document.createElement("div");
    input = document.createElement("input");
    root.append(input);
    document.body.append(root);
    input.focus();
});

test("keys that come before the popup are kept for it, in order", () => {
    capture.start();
    scan("IMEI0001");
    scan("IMEI0002", { pause: 2 });
    [..."SN"].forEach((char) => key(char, 60));
    expect(texts).toEqual([]);
    attach();
    expect(texts).toEqual([
        ["IMEI0001", true],
        ["IMEI0002", true],
    ]);
    expect(input.value).toBe("SN");
});

test("codes back to back are never joined, whatever the suffix", () => {
    for (const suffix of ["Enter", "Tab"]) {
        texts.length = 0;
        capture.start();
        attach();
        for (let i = 0; i < 5; i++) {
            scan(`IMEI000${i}`, { pause: 2, suffix });
        }
        expect(texts.map(([text]) => text)).toEqual([0, 1, 2, 3, 4].map((i) => `IMEI000${i}`));
        capture.stop();
    }
});

test("without suffix a burst of six keys ends by itself", async () => {
    capture.start();
    attach();
    scan("ABC123", { suffix: "" });
    expect(texts).toEqual([]);
    await advanceTime(150);
    expect(texts).toEqual([["ABC123", true]]);
});

test("when the timer is late, the times of the keys decide", () => {
    capture.start();
    attach();
    scan("ABC123", { suffix: "" });
    scan("DEF456", { suffix: "", pause: 120 });
    expect(texts).toEqual([["ABC123", true]]);
    expect(input.value).toBe("DEF456");
});

test("slow typing never ends by itself, nor do five fast keys", async () => {
    capture.start();
    attach();
    scan("ABCDEFGH", { gap: 36, suffix: "" });
    await advanceTime(1000);
    expect(texts).toEqual([]);
    input.value = "";
    scan("ABC12", { suffix: "" });
    await advanceTime(1000);
    expect(texts).toEqual([]);
    key("Enter", 300);
    expect(texts).toEqual([["ABC12", false]]);
});

test("Enter on the empty line applies, but not the second half of CR LF", () => {
    capture.start();
    attach();
    scan("IMEI0001");
    key("Enter", 2);
    expect(texts).toEqual([["IMEI0001", true]]);
    key("Enter", 400);
    expect(texts.at(-1)).toBe("apply");
});

test("a question on screen owns Enter, whatever stands in the field; a scan is none", () => {
    capture.start();
    attach();
    [..."SN"].forEach((char) => key(char, 60));
    isAsking = true;
    key("Enter", 300);
    expect(texts).toEqual(["apply"]);
    expect(input.value).toBe("SN");
    input.value = "";
    scan("SN1");
    expect(texts).toEqual(["apply", ["SN1", true]]);
    [..."SN2"].forEach((char) => key(char, 60));
    isAsking = false;
    key("Enter", 300);
    expect(texts.at(-1)).toEqual(["SN2", false]);
});

test("a scan into another field of the popup goes to the numbers", async () => {
    const quantity = document.createElement("input");
    quantity.value = "5";
    root.append(quantity);
    capture.start();
    attach();
    [..."IMEI0001"].forEach((char) => {
        key(char, 2, quantity);
        quantity.value += char;
    });
    key("Enter", 2, quantity);
    expect(quantity.value).toBe("5");
    expect(texts).toEqual([["IMEI0001", true]]);
});

test("Tab in the empty input moves on, keys of an input method are left alone", () => {
    capture.start();
    attach();
    expect(key("Tab", 300).prevented).toBe(undefined);
    capture.onKeyDown({ key: "a", isComposing: true, target: input });
    expect(texts).toEqual([]);
});

test("nothing is taken when nobody asked", () => {
    expect(key("A", 5).prevented).toBe(undefined);
    expect(capture.waitingText).toBe("");
});

test("what is typed between two popups waits for the second", () => {
    capture.start();
    attach();
    scan("SN0001");
    key("A", 500);
    key("B", 2);
    capture.detach(); // in the middle of a scan
    input = document.createElement("input");
    root.replaceChildren(input);
    for (const char of "CD") {
        key(char, 2);
    }
    key("Enter", 2);
    scan("NEXT01", { pause: 2 });
    key("9", 2);
    capture.start(); // asked for again: nothing is forgotten
    attach();
    expect(texts).toEqual([
        ["SN0001", true],
        ["ABCD", true],
        ["NEXT01", true],
    ]);
    expect(input.value).toBe("9");
    capture.detach();
    expect(capture.takeWaiting()).toEqual(["9"]);
    expect(capture.takeWaiting()).toEqual([]);
});

/** A code as a scanner in Alt mode sends it: `parts` are keys, or lists of digits typed with Alt. */
function scanWithAlt(parts, { gap = 2, pause = 500, target = input } = {}) {
    const withAlt = (name, type) => {
        clock += gap;
        const ev = {
            key: name,
            code: "",
            altKey: name !== "Alt" || type === "onKeyDown",
            isTrusted: true,
            timeStamp: clock,
            target,
            preventDefault() {},
            stopImmediatePropagation() {
                ev.stopped = true;
            },
        };
        capture[type](ev);
        return ev;
    };
    const stopped = [];
    clock += pause;
    for (const part of parts) {
        if (typeof part === "string") {
            [...part].forEach((each) => key(each, gap, target));
            continue;
        }
        withAlt("Alt", "onKeyDown");
        for (const digit of part) {
            stopped.push(withAlt(digit, "onKeyDown").stopped && withAlt(digit, "onKeyUp").stopped);
        }
        withAlt("Alt", "onKeyUp");
    }
    return stopped;
}

test("Alt and digits at a scanner's speed are a character", () => {
    capture.start();
    scanWithAlt(["10P2409", ["0", "2", "9"], "17270612"]);
    key("Enter", 2);
    attach();
    for (const gap of [2, 20]) {
        scanWithAlt(["10P2409", ["2", "9"], "17270612"], { gap });
        key("Enter", gap);
    }
    // All of it, the suffix too.
    const codes = [..."SN-1\r"].map((each) => [...String(each.charCodeAt(0)).padStart(4, "0")]);
    scanWithAlt(codes);
    scanWithAlt(["CAF", [..."0201"], "SN", [..."130"]]);
    key("Enter", 2);
    expect(texts.map(([text, scanned]) => escape(text) + scanned)).toEqual([
        "10P2409%1D17270612true",
        "10P2409%1D17270612true",
        "10P2409%1D17270612true",
        "SN-1true",
        "CAF%C9SN%uFFFDtrue",
    ]);
});

test("what Windows types for Alt and digits is not taken twice", () => {
    capture.start();
    attach();
    const press = () => {
        let isStopped = false;
        capture.onKeyPress({
            preventDefault: () => (isStopped = true),
            stopImmediatePropagation() {},
        });
        return isStopped;
    };
    expect(scanWithAlt(["SN", ["6", "5"]])).toEqual([true, true]);
    expect([press(), press()]).toEqual([true, false]);
    scanWithAlt([["6", "5"]]);
    key("B", 2);
    expect(press()).toBe(false);
    expect(input.value).toBe("SNAAB");
});

test("Alt and digits of a hand, and short cuts, are the browser's", () => {
    capture.start();
    attach();
    expect(scanWithAlt([["6", "5"]], { gap: 80 })).toEqual([undefined, undefined]);
    expect(input.value).toBe("");
});

test("core's service for scanners gets the character", () => {
    const div = document.createElement("div");
    document.body.append(div);
    const got = [];
    div.addEventListener("keydown", (ev) => got.push(ev.key));
    scanWithAlt(["10P2409", [..."029"], "17270612", ["6", "5"]], { target: div });
    expect(got).toEqual(["\u001d", "A"]);
    expect(capture.begun).toBe("10P2409\u001d17270612A");
});
