import { _t } from "@web/core/l10n/translation";

/**
 * The state of a line's numbers in words, for eyes and for screen readers.
 *
 * @param {Object} line
 * @param {boolean} [editing] in the popup: applying will raise the quantity to the numbers
 * @returns {{count: string, problem: string, label: string, complete: boolean}} `count` such as
 *     "2 of 3"; `problem` is empty when complete; `label` says it all
 */
export function describeNumbersState(line, editing = false) {
    let { asked, surplus, complete } = line.getNumbersState();
    const { given, missing, fractional } = line.getNumbersState();
    if (editing && surplus && line.canRaiseQuantity()) {
        [asked, surplus, complete] = [given, 0, !fractional];
    }
    const format = (quantity) => line.formatNumberQuantity(quantity);
    const count = _t("%(given)s of %(asked)s", { given: format(given), asked: format(asked) });
    let problem = "";
    if (!complete) {
        if (missing) {
            problem = _t("%s missing", format(missing));
        } else if (surplus) {
            problem = _t("%s too many", format(surplus));
        } else if (fractional) {
            problem = _t("sold in whole units");
        }
    }
    const what = line.isSerialTracked()
        ? _t("%s serial numbers", count)
        : _t("%s in lot numbers", count);
    return { count, problem, label: problem ? `${what}, ${problem}` : what, complete };
}
