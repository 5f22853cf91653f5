import {
    BURST_GAP,
    FNC1,
    insertCharacter,
    isFnc1,
    isPrintable,
} from "@pos_lot_traceability/app/utils/scanner_keys";

/** When each field got its last key. */
const lastKeys = new WeakMap();

/**
 * Keyboard scanners send Ctrl and a key for FNC1, the separator of GS1 codes: put it into the text
 * field. It is to get each key of the field.
 *
 * @param {KeyboardEvent} ev of a text field
 * @returns {boolean} whether it was FNC1
 */
export function takeFnc1(ev) {
    const gap = ev.timeStamp - (lastKeys.get(ev.target) ?? -Infinity);
    const isSeparator = isFnc1(ev, gap <= BURST_GAP);
    if (isSeparator || isPrintable(ev)) {
        lastKeys.set(ev.target, ev.timeStamp);
    }
    if (isSeparator) {
        ev.preventDefault();
        insertCharacter(ev.target, FNC1);
    }
    return isSeparator;
}
