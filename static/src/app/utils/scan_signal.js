import { browser } from "@web/core/browser/browser";

/**
 * Tell the result of a scan to who does not look at the screen: by ear, and by hand on a phone.
 *
 * @param {Object} pos the store
 * @param {boolean} isGood
 */
export function signalScan(pos, isGood) {
    pos.sound?.play(isGood ? "beep" : "error");
    // Browsers refuse, and log it, before the page was touched.
    if (browser.navigator.userActivation?.hasBeenActive) {
        browser.navigator.vibrate?.(isGood ? 40 : [80, 60, 80]);
    }
}
