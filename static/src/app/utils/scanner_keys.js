/*
 * What a single key of a keyboard scanner is: the same at the till, in Scanner Check and in the back
 * office.
 */

/** A scanner's keys come faster than these ms apart. */
export const BURST_GAP = 35;

/** The separator of GS1 codes. */
export const FNC1 = "\u001d";

export function isPrintable(ev) {
    return ev.key?.length === 1 && !ev.ctrlKey && !ev.metaKey && !ev.altKey;
}

/**
 * Whether a key stands for FNC1: keyboard scanners send Ctrl and the key that has "]" on an American
 * keyboard. On another keyboard that key may mean something else with Ctrl: there it must come at a
 * scanner's speed.
 *
 * @param {KeyboardEvent} ev
 * @param {boolean} isScan
 */
export function isFnc1(ev, isScan = true) {
    if (ev.key === FNC1) {
        return true;
    }
    const isOnlyCtrl = ev.ctrlKey && !ev.metaKey && !ev.altKey;
    return isOnlyCtrl && (ev.key === "]" || (isScan && ev.code === "BracketRight"));
}

/** Put a character where the caret of a field is, as typing does; FNC1 is none that types. */
export function insertCharacter(field, character) {
    if (!("value" in field)) {
        return;
    }
    const end = field.value.length;
    const start = field.selectionStart ?? end;
    field.setRangeText(character, start, field.selectionEnd ?? end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
