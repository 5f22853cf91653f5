import { _t } from "@web/core/l10n/translation";

/** Fewer consecutive numbers than these are shown one by one. */
export const SHORTEST_RUN = 10;

const LAST_DIGITS = /^(.*?)(\d{1,15})$/s;

/**
 * Put consecutive numbers together ("SN0009" and "SN0010": same beginning, same length, next value),
 * in whatever order they came.
 *
 * @param {string[]} names
 * @param {number} [shortest] run that is put together
 * @returns {number[][]} indexes of `names`: runs in the order of their values, each where the first of
 *     it came; all others alone
 */
export function groupRuns(names, shortest = SHORTEST_RUN) {
    const series = new Map();
    names.forEach((name, index) => {
        const [, start, digits] = name.match(LAST_DIGITS) || [];
        if (digits) {
            const key = JSON.stringify([start, digits.length]);
            series.has(key) || series.set(key, []);
            series.get(key).push({ index, value: Number(digits) });
        }
    });
    const runs = new Map();
    for (const members of series.values()) {
        members.sort((a, b) => a.value - b.value);
        let run = [];
        for (const member of [...members, { value: Infinity }]) {
            if (run.length && member.value !== run.at(-1).value + 1) {
                if (run.length >= shortest) {
                    const indexes = run.map(({ index }) => index);
                    indexes.forEach((index) => runs.set(index, indexes));
                }
                run = [];
            }
            run.push(member);
        }
    }
    const shown = new Set();
    return names
        .map((_name, index) => runs.get(index) || [index])
        .filter((group) => !shown.has(group) && shown.add(group));
}

/** @param {string[]} names of a run, in order */
export function describeRun(names) {
    return _t("%(first)s … %(last)s (%(count)s)", {
        first: names[0],
        last: names.at(-1),
        count: names.length,
    });
}

/**
 * The texts of a line's numbers for a screen: consecutive serials are one text. Where there is more to
 * tell than names, nothing is folded.
 *
 * @param {Object} line
 * @param {string[]} texts one a number
 * @returns {string[]}
 */
export function foldNumbers(line, texts) {
    const numbers = line.isSerialTracked() ? line.getValidLots() : [];
    const isMore = numbers.some((number) => number.getExpiration());
    return isMore || numbers.length !== texts.length
        ? texts
        : foldTexts(
              numbers.map(({ lot_name }) => lot_name),
              texts
          );
}

/**
 * Texts of numbers for a narrow place: runs in one text each.
 *
 * @param {string[]} names
 * @param {string[]} texts that stand for them when they are shown one by one
 * @param {number} [shortest]
 * @returns {string[]}
 */
export function foldTexts(names, texts, shortest) {
    return groupRuns(names, shortest).map((group) =>
        group.length > 1 ? describeRun(group.map((index) => names[index])) : texts[group[0]]
    );
}
