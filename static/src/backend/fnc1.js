/**
 * Keyboard scanners send Ctrl+] for FNC1, the separator of GS1 codes: put it into the text field.
 *
 * @param {KeyboardEvent} ev of a text field
 * @returns {boolean} whether it was FNC1
 */
export function takeFnc1(ev) {
    if (ev.key !== "]" || !ev.ctrlKey || ev.altKey || ev.metaKey) {
        return false;
    }
    ev.preventDefault();
    const { selectionStart, selectionEnd } = ev.target;
    ev.target.setRangeText("\u001d", selectionStart, selectionEnd, "end");
    ev.target.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return true;
}
