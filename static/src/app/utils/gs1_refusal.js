import { _t } from "@web/core/l10n/translation";

/**
 * Why a text is no number, in words: as `pos.number.text._describe_refusal` on the server.
 *
 * @param {Object} code what `readCode` returns, with a reason
 */
export function describeRefusal({ kind, reason }) {
    if (kind === "plain") {
        return _t("This is a web address, not a Lot/Serial Number.");
    }
    const params = { ai: reason.ai || "", value: reason.value || "", other: reason.other || "" };
    params.other = /^\d+$/.test(params.other) ? _t("part (%s)", params.other) : _t("another part");
    const sentences = {
        empty: () => _t("it is empty"),
        many: () => _t("it has more parts than a label can hold"),
        unknown: () => _t("no part of a GS1 code begins with “%(value)s”", params),
        short: () => _t("part (%(ai)s) is cut off: “%(value)s” is too short", params),
        long: () => _t("part (%(ai)s) is too long: “%(value)s”", params),
        characters: () =>
            _t("part (%(ai)s) has characters that do not belong there: “%(value)s”", params),
        value: () => _t("part (%(ai)s) cannot be “%(value)s”", params),
        check_digit: () => _t("the check digit of part (%(ai)s) is wrong: “%(value)s”", params),
        date: () => _t("part (%(ai)s) is no date: “%(value)s”", params),
        different: () => _t("part (%(ai)s) is in it twice, with two values", params),
        excluded: () => _t("part (%(ai)s) may not stand beside %(other)s", params),
        missing: () => _t("part (%(ai)s) means nothing without %(other)s", params),
        address: () => _t("its address is damaged"),
        misplaced: () => _t("part (%(ai)s) is in the wrong place of the address", params),
        compressed: () => _t("compressed addresses cannot be read"),
    };
    return _t(
        "This is a GS1 code, but it cannot be read: %s. Scan it again.",
        sentences[reason.code]()
    );
}
