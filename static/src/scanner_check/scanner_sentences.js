import { _t } from "@web/core/l10n/translation";
import { SLOWEST_GAP } from "@pos_lot_traceability/scanner_check/scanner_check";

/** What the codes of the sheet are called. */
export function getCodeTitle(id) {
    return {
        code128: _t("Code 128"),
        ean13: _t("EAN-13"),
        gs1_128: _t("GS1-128"),
        datamatrix: _t("GS1 DataMatrix"),
        qr: _t("QR code with GS1 Digital Link"),
    }[id];
}

/**
 * What a scanner does, in sentences, and what to set on it.
 *
 * @param {Object} facts see `judgeScanner`
 * @returns {{level: "success"|"warning"|"danger", text: string}[]} success: right as it is; warning:
 *     works, and could be better; danger: numbers come wrong
 */
export function describeScanner(facts) {
    if (!facts.suffix) {
        return [];
    }
    return [
        describeEnd(facts),
        describeSpeed(facts),
        describeLetters(facts),
        describeSeparator(facts),
        describePrefixes(facts),
        describeRest(facts),
    ].flat();
}

const good = (text) => [{ level: "success", text }];
const advise = (text) => [{ level: "warning", text }];
const bad = (text) => [{ level: "danger", text }];

function describeEnd({ suffix, joins }) {
    if (joins) {
        return bad(
            _t("It joins codes that are scanned one after the other. Set its suffix to Enter.")
        );
    }
    return {
        enter: good(_t("It ends each code with Enter.")),
        tab: good(_t("It ends each code with Tab.")),
        none: advise(
            _t(
                "It ends codes with nothing: the till waits a moment after each. Set its suffix to Enter."
            )
        ),
        mixed: advise(
            _t("It ends codes in different ways. Set the suffix to Enter for all kinds of codes.")
        ),
    }[suffix];
}

function describeSpeed({ slowest }) {
    return slowest > SLOWEST_GAP
        ? bad(
              _t(
                  "It types slowly, with %s ms between two keys: the till takes that for a person. Set its delay between characters to 0.",
                  slowest
              )
          )
        : [];
}

function describeLetters({ letters, swaps, digitsShift, altCodes }) {
    if (altCodes) {
        return bad(
            _t(
                "It types some characters as Alt and a number, which browsers do not read. Switch its Alt mode off."
            )
        );
    }
    if (letters === "case") {
        return bad(
            _t(
                "It swaps capital and small letters. Look for Caps Lock, on the keyboard and on the scanner."
            )
        );
    }
    if (letters === "same") {
        return good(_t("It types letters, digits and signs as they are."));
    }
    const examples = describeSwaps(swaps);
    return bad(
        digitsShift
            ? _t(
                  "It types for another keyboard, digits included (%s). Set its keyboard country to that of this computer.",
                  examples
              )
            : _t(
                  "It types for another keyboard (%s). Set its keyboard country to that of this computer.",
                  examples
              )
    );
}

/** @param {[string, string][]} swaps characters of a code, and what came for them */
export function describeSwaps(swaps) {
    return swaps
        .slice(0, 4)
        .map(([character, other]) => `${character} → ${other}`)
        .join(", ");
}

function describeSeparator({ separator, substitute, canKeep }) {
    if (separator === "changed") {
        return canKeep
            ? advise(
                  _t(
                      "It sends “%s” for the separator of GS1 codes. The shop can read that.",
                      substitute
                  )
              )
            : bad(
                  _t(
                      "It sends “%s” for the separator of GS1 codes, which numbers may hold too. Set its separator to GS (ASCII 29).",
                      substitute || "?"
                  )
              );
    }
    return {
        kept: good(_t("It keeps the separator of GS1 codes.")),
        lost: bad(
            _t(
                "It loses the separator of GS1 codes: lot and serial run into each other. Let it send GS (ASCII 29)."
            )
        ),
        cut: bad(
            _t(
                "It ends the code at the separator of GS1 codes, and cuts it in two. Set its separator to GS (ASCII 29)."
            )
        ),
        "": [],
    }[separator];
}

function describePrefixes({ prefixes }) {
    return {
        all: good(_t("It says what kind of code it has read (AIM prefix).")),
        some: advise(
            _t("It says of some codes only what kind they are. Switch AIM prefixes on for all.")
        ),
        none: advise(
            _t(
                "It does not say what kind of code it has read. That works; with AIM prefixes GS1 codes of unknown products are recognised, too."
            )
        ),
        "": [],
    }[prefixes];
}

function describeRest({ unread, read, unknown, checkDigit }) {
    return [
        checkDigit
            ? []
            : bad(_t("It leaves the check digit of EAN codes out. Switch its sending on.")),
        unknown
            ? advise(_t("Scans that are not of this sheet, or cannot be recognised: %s.", unknown))
            : [],
        unread.length && read.length
            ? advise(
                  _t(
                      "Not scanned yet: %s. A scanner that cannot read a code stays silent.",
                      unread.map(getCodeTitle).join(", ")
                  )
              )
            : [],
    ].flat();
}
