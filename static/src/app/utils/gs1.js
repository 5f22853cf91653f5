import { FNC1_CHAR } from "@barcodes_gs1_nomenclature/js/barcode_parser";

// Symbology identifiers of the carriers of GS1 element strings (GS1 General Specifications,
// figure 5.1.2-2): GS1-128, DataBar, DataMatrix, QR Code, DotCode.
const AIM_PREFIX = /^\](?:C1|e[0-2]|d2|Q3|J1)/;
const STARTS_WITH_GTIN = /^(?:01|02)\d{14}/;

/**
 * How much a text looks like GS1 element strings.
 *
 * @returns {"certain"|"maybe"|"no"} certain: it says so itself, so it is never a plain number
 */
export function looksLikeGs1(text) {
    if (AIM_PREFIX.test(text) || text.includes(FNC1_CHAR)) {
        return "certain";
    }
    return STARTS_WITH_GTIN.test(text) ? "maybe" : "no";
}

/**
 * Read GS1 element strings with Odoo's own rules.
 *
 * @param {string} text as scanned
 * @param {Object} parser a `BarcodeParser` of a GS1 nomenclature
 * @returns {{gtin: string, serial: string, lot: string, quantity: number|null}|null} null when the
 *     text does not parse completely: a wrong check digit, an impossible date, an unknown part
 */
export function readGs1(text, parser) {
    let elements;
    try {
        elements = parser.gs1_decompose_extended(text.replace(AIM_PREFIX, ""));
    } catch {
        return null; // core throws plain errors for a wrong check digit or date
    }
    const value = (...ais) => elements.find(({ ai }) => ais.includes(ai))?.string_value || "";
    for (const { rule, string_value } of elements) {
        if (rule.gs1_content_type === "date" && !isPossibleDate(string_value)) {
            return null;
        }
    }
    const quantity = elements.find(({ ai }) => ["30", "37"].includes(ai))?.value;
    return {
        gtin: value("01", "02"),
        serial: value("21"),
        lot: value("10"),
        quantity: quantity > 0 ? quantity : null,
    };
}

/** YYMMDD with a day that the month has, 00 for its last one (GS1 General Specifications 3.4). */
function isPossibleDate(text) {
    const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) || [];
    if (!year || month < 1 || month > 12) {
        return false;
    }
    return Number(day) <= new Date(2000 + Number(year), Number(month), 0).getDate();
}

/** Whether a product's barcode and a GTIN of 14 digits name the same article. */
export function isSameGtin(barcode, gtin) {
    return /^\d{8,14}$/.test(barcode || "") && barcode.padStart(14, "0") === gtin;
}
