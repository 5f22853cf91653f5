/**
 * Real keys, real clicks and a real network cut for tours: see tests/till/browser.py, which
 * listens to `window.tillDriver`.
 */
let lastId = 0;
const waiting = new Map();

window.tillDriverDone = (id) => {
    waiting.get(id)?.();
    waiting.delete(id);
};

function drive(command, params) {
    return new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        window.tillDriver(JSON.stringify({ id, do: command, with: params }));
    });
}

/** Press keys one after the other: a string of characters, or an array with named keys. */
export function pressKeys(keys, { gap = 160, pause = 0 } = {}) {
    return [
        {
            content: `press ${keys}`,
            trigger: "body",
            run: () => drive("keys", { keys: [...keys], gap, pause }),
        },
    ];
}

/** Scan codes as a keyboard-wedge scanner does. */
export function scanCodes(codes, { gap = 2, suffix = "Enter", pause = 0 } = {}) {
    return [
        {
            content: `scan ${codes.length} codes, suffix ${suffix}`,
            trigger: "body",
            run: () => drive("codes", { codes, gap, suffix, pause }),
        },
    ];
}

/** Hold a key down, so that it repeats. */
export function holdKey(key, count) {
    return [
        {
            content: `hold ${key} down`,
            trigger: "body",
            run: () => drive("hold", { key, count }),
        },
    ];
}

/** Click and scan in one breath: the keys come before anything is on screen. */
export function clickAndScan(selector, codes, { suffix = "Enter", count = 1 } = {}) {
    return [
        {
            content: `click ${selector} ${count} times and scan at once`,
            trigger: selector,
            run: () => drive("click_keys", { selector, codes, suffix, count }),
        },
    ];
}

/** Load the page anew in the moment in which a line's button says so: Odoo has not kept it yet. */
export function reloadAsSoonAs(text) {
    return [
        {
            content: `load the page anew as soon as a button says ${text}`,
            trigger: "body",
            expectUnloadPage: true,
            async run() {
                const isTold = () =>
                    [...document.querySelectorAll(".o_numbers_button_count")].some(
                        (count) => count.innerText.trim() === text
                    );
                while (!isTold()) {
                    await new Promise(requestAnimationFrame);
                }
                window.location.reload();
            },
        },
    ];
}

/** Hand a text to the test in Python, under a name: there it is asserted. */
export function noteText(name, text) {
    return drive("note", { name, text: text.replace(/\s+/g, " ").trim() });
}

/** Hand over what an element shows, or each of several. */
export function note(name, selector) {
    return [
        {
            content: `note ${name}`,
            trigger: selector,
            run: () =>
                noteText(
                    name,
                    [...document.querySelectorAll(selector)].map((el) => el.innerText).join(" | ")
                ),
        },
    ];
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** axe-core finds nothing against these parts of the page. */
export function isAccessible(...selectors) {
    return [
        {
            content: `${selectors} can be used by everybody`,
            trigger: selectors[0],
            async run() {
                if (!window.axe) {
                    await drive("axe");
                }
                // What fades in has no colour yet.
                await Promise.allSettled(
                    document.getAnimations().map((animation) => animation.finished)
                );
                const include = selectors.filter((each) => document.querySelector(each));
                const { violations } = await window.axe.run(
                    { include },
                    {
                        runOnly: RULES,
                        rules: {
                            region: { enabled: false },
                            // A row that is scrolled half out of sight counts as small; the tour on
                            // a phone measures all of them.
                            "target-size": { enabled: false },
                        },
                    }
                );
                if (violations.length) {
                    const lines = violations.flatMap(({ id, help, nodes }) =>
                        nodes.map(({ html, any }) =>
                            [id, help, html.slice(0, 200), any[0]?.message].join(" | ")
                        )
                    );
                    throw new Error(lines.join("\n"));
                }
            },
        },
    ];
}

const consoleError = console.error;

/** The page reports that the network is gone, as it should: that is no failure of the tour. */
function reportLossAsInfo(...args) {
    const lost = args.some((arg) => /ConnectionLostError|Failed to fetch/.test(String(arg)));
    (lost ? console.info : consoleError).apply(console, args);
}

export function setNetwork(online) {
    return [
        {
            content: online ? "the network is back" : "the network is gone",
            trigger: "body",
            run() {
                console.error = online ? consoleError : reportLossAsInfo;
                return drive("network", { offline: !online });
            },
        },
    ];
}

/** A picture for the documentation, when the run was asked for pictures. */
export function screenshot(name) {
    return [
        {
            content: `picture ${name}`,
            trigger: "body",
            run: () => drive("screenshot", { name }),
        },
    ];
}

/** The server gets the next order and stores it, but its answer never arrives. */
export function loseNextAnswer() {
    return [
        {
            content: "the next answer to a sent order is lost",
            trigger: "body",
            run() {
                const proto = XMLHttpRequest.prototype;
                const { open, send } = proto;
                console.error = reportLossAsInfo;
                proto.open = function (method, url) {
                    this.sentTo = url;
                    return open.apply(this, arguments);
                };
                proto.send = function (body) {
                    if (!this.sentTo.includes("sync_from_ui")) {
                        return send.apply(this, arguments);
                    }
                    Object.assign(proto, { open, send });
                    const headers = { "Content-Type": "application/json" };
                    fetch(this.sentTo, { method: "POST", headers, body }).then(() =>
                        this.dispatchEvent(new Event("error"))
                    );
                };
            },
        },
    ];
}

const heldBack = [];
let isHanging = false;
let mayHang = false;

/** What the till asks about numbers while the server hangs stays here until it goes on. */
function holdBackWhileHanging() {
    const proto = XMLHttpRequest.prototype;
    const { open, send } = proto;
    proto.open = function (method, url) {
        this.askedAt = url;
        return open.apply(this, arguments);
    };
    proto.send = function () {
        if (isHanging && /pos\.config\/\w+_numbers/.test(this.askedAt)) {
            heldBack.push(() => send.apply(this, arguments));
        } else {
            send.apply(this, arguments);
        }
    };
}

/** The server hangs: what is asked about numbers gets no answer until `letGo`. */
export function hang() {
    return [
        {
            content: "the server hangs",
            trigger: "body",
            run() {
                if (!mayHang) {
                    mayHang = true;
                    holdBackWhileHanging();
                }
                isHanging = true;
            },
        },
    ];
}

/** The server goes on, and answers what was asked meanwhile. */
export function letGo() {
    return [
        {
            content: "the server goes on",
            trigger: "body",
            run() {
                if (!heldBack.length) {
                    throw new Error("nothing was asked meanwhile");
                }
                isHanging = false;
                heldBack.splice(0).forEach((send) => send());
            },
        },
    ];
}
