import { delay } from "@web/core/utils/concurrency";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as Driver from "./utils/driver_util";
import * as Numbers from "./utils/numbers_util";
import { PHONE, TABLETS, perform, product, tour } from "./utils/till_util";

/** Code number `index` of those that `dev/checks/measure_till.py` has put in stock, no run of them. */
const code = (index) => `IMEI${String(index * 7 + 1).padStart(7, "0")}`;

const times = {};
const keep = (name, start) => (times[name] ||= []).push(performance.now() - start);

/** Run once what is on screen now has been painted. */
const afterPaint = (run) => requestAnimationFrame(() => setTimeout(run));

/** Time from now, or from the next Enter, until `isThere` and painted. */
function measureUntil(name, isThere, { fromEnter = false } = {}) {
    let start = performance.now();
    const onKey = (ev) => ev.key === "Enter" && (start = performance.now());
    fromEnter && window.addEventListener("keydown", onKey, { capture: true });
    return new Promise((resolve) => {
        const look = () => {
            if (!isThere()) {
                return requestAnimationFrame(look);
            }
            afterPaint(() => {
                keep(name, start);
                window.removeEventListener("keydown", onKey, { capture: true });
                resolve();
            });
        };
        look();
    });
}

const shows = (selector, text = "") =>
    [...document.querySelectorAll(selector)].some((el) => el.innerText.includes(text));

const scanToCart = (index) => [
    perform("wait for the scan to be painted", () => {
        window.scanned = measureUntil("scan to cart line", () => shows(".orderline", code(index)), {
            fromEnter: true,
        });
    }),
    Driver.scanCodes([code(index)]),
    perform("it is painted", () => window.scanned),
];

/** A product of `dev/checks/measure_till.py`: what it costs that lots are chosen without a popup. */
const CABLE = "Cable (not tracked)";

const addOne = (name, kind, count) => [
    {
        content: `add ${name}`,
        trigger: `article.product:contains("${name}")`,
        run({ anchor }) {
            window.added = measureUntil(`click to cart line, ${kind}`, () =>
                [...document.querySelectorAll(".orderline")].some(
                    (el) =>
                        el.innerText.includes(name) &&
                        parseFloat(el.querySelector(".qty").innerText) === count
                )
            );
            anchor.click();
        },
    },
    perform("it is painted", () => window.added),
];

const openPopup = () => [
    perform("open the popup", async () => {
        document.querySelector(".orderline .o_numbers_button").click();
        await measureUntil("popup with its list", () => shows(".o_numbers_candidates li", "IMEI"));
    }),
    perform("close it", () => document.querySelector(".o_numbers_discard").click()),
    Numbers.popupIsClosed(),
];

/** Of each key: how long its script takes, and until the screen shows it, as the browser tells. */
function watchKeys() {
    const note = ({ name, processingStart, processingEnd, duration }) => {
        if (name === "keydown") {
            (times["key in the popup, script"] ||= []).push(processingEnd - processingStart);
            (times["key in the popup, painted"] ||= []).push(duration);
        }
    };
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type: "event", durationThreshold: 16 });
}

tour("till_times", () => [
    product(PHONE),
    Numbers.popupIsOpen(),
    perform("close it", () => document.querySelector(".o_numbers_discard").click()),
    Numbers.popupIsClosed(),
    Array.from({ length: 60 }, (_, index) => scanToCart(index)),
    Array.from({ length: 15 }, openPopup),
    Array.from({ length: 20 }, (_, index) => [
        addOne(CABLE, "untracked", index + 1),
        addOne(TABLETS, "silent lot", index + 1),
    ]),
    perform("open the popup", () => document.querySelector(".orderline .o_numbers_button").click()),
    Numbers.popupIsOpen(),
    perform("watch keys", watchKeys),
    Driver.pressKeys("IMEI00004 some lot that is new", { gap: 160 }),
    perform("tell", async () => {
        await delay(500);
        const { transferSize, decodedBodySize } = performance
            .getEntriesByType("resource")
            .filter(({ name }) => name.includes("point_of_sale.assets_prod"))
            .reduce((sum, each) => ({
                transferSize: sum.transferSize + each.transferSize,
                decodedBodySize: sum.decodedBodySize + each.decodedBodySize,
            }));
        Driver.noteText("till times", JSON.stringify({ times, transferSize, decodedBodySize }));
    }),
    perform("close it", () => document.querySelector(".o_numbers_discard").click()),
    ProductScreen.isShown(),
]);
