import { _t } from "@web/core/l10n/translation";

const ICONS = {
    success: "fa-check",
    warning: "fa-exclamation-circle",
    danger: "fa-exclamation-triangle",
    muted: "fa-truck",
};

/**
 * The state of a line's numbers in words, for eyes and for screen readers.
 *
 * @param {Object} line
 * @returns {{count: string, problem: string, label: string, complete: boolean,
 *     level: "success"|"warning"|"danger"|"muted", icon: string}} `count` such as "2 of 3"; `problem`
 *     is empty when all is well; `label` says it all; `level`: danger when numbers are missing or too
 *     many, warning when one of them is wrong, muted when nobody asks for them
 *     here: they are chosen at the delivery, or afterwards; or when what is known of them was asked
 *     before the line's direction changed
 */
export function describeNumbersState(line) {
    const { given, asked, missing, surplus, fractional, complete } = line.getNumbersState();
    const format = (quantity) => line.formatNumberQuantity(quantity);
    const count = _t("%(given)s of %(asked)s", { given: format(given), asked: format(asked) });
    let level = "success";
    let problem = "";
    if (!complete) {
        level = "danger";
        if (missing) {
            problem = _t("%s missing", format(missing));
        } else if (surplus) {
            problem = _t("%s too many", format(surplus));
        } else if (fractional) {
            problem = _t("sold in whole units");
        }
    } else if (missing) {
        level = "muted";
        problem = line.order_id?.shipping_date
            ? _t("chosen when it is shipped")
            : _t("not asked for here");
    } else {
        problem = line.getWrongNumberWords().join(", ");
        level = problem ? "warning" : "success";
        if (!problem && !line.areNumbersAskedFor()) {
            level = "muted";
            problem = _t("checked when the server is back");
        }
    }
    const what = line.isSerialTracked()
        ? _t("%s serial numbers", count)
        : _t("%s in lot numbers", count);
    return {
        count,
        problem,
        label: problem ? `${what}, ${problem}` : what,
        complete,
        level,
        icon: level === "muted" && !line.order_id?.shipping_date ? "fa-clock-o" : ICONS[level],
    };
}
