import { _t } from "@web/core/l10n/translation";

/**
 * The state of a line's numbers in words, for eyes and for screen readers.
 *
 * @param {Object} line
 * @returns {{count: string, problem: string, label: string, complete: boolean}} `count` such as
 *     "2 of 3"; `problem` is empty when complete; `label` says it all
 */
export function describeNumbersState(line) {
    const { asked, given, missing, surplus, fractional, complete } = line.getNumbersState();
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
