/**
 * New numbers: [format, what was typed, name, why it may not be one].
 *
 * The tests of the server read these too, a row a line: each is JSON.
 */
// prettier-ignore
export const FORMAT_CASES = [
    [{}, " SN1 ", "SN1", null],
    [{}, "", "", "empty"],
    [{ "kind": "any" }, "any thing", "any thing", null],
    [{ "kind": "digits" }, "0012", "0012", null],
    [{ "kind": "digits" }, "12A", "12A", "digits"],
    [{ "kind": "digits" }, "\u0661\u0662", "\u0661\u0662", "digits"],
    [{ "kind": "digits", "shortest": 3, "longest": 4 }, "12", "12", "short"],
    [{ "kind": "digits", "shortest": 3, "longest": 4 }, "123", "123", null],
    [{ "kind": "digits", "shortest": 3, "longest": 4 }, "1234", "1234", null],
    [{ "kind": "digits", "shortest": 3, "longest": 4 }, "12345", "12345", "long"],
    [{ "kind": "imei" }, "490154203237518", "490154203237518", null],
    [{ "kind": "imei" }, "490154203237517", "490154203237517", "imei_check_digit"],
    [{ "kind": "imei" }, "49015420323751", "49015420323751", "imei_length"],
    [{ "kind": "imei" }, "49015420323751A", "49015420323751A", "digits"],
    [{ "kind": "mask", "mask": "AA-999*" }, "SN-012X", "SN-012X", null],
    [{ "kind": "mask", "mask": "AA-999*" }, "SN-0123", "SN-0123", null],
    [{ "kind": "mask", "mask": "AA-999*" }, "S1-0123", "S1-0123", "mask"],
    [{ "kind": "mask", "mask": "AA-999*" }, "SN-012", "SN-012", "mask"],
    [{ "kind": "mask", "mask": "AA-999*" }, "SN-012XX", "SN-012XX", "mask"],
    [{ "kind": "mask", "mask": ".9/(9)" }, ".1/(2)", ".1/(2)", null],
    [{ "kind": "mask", "mask": ".9/(9)" }, "x1/(2)", "x1/(2)", "mask"],
    [{ "kind": "mask", "mask": "[9]^-" }, "[1]^-", "[1]^-", null],
    [{ "kind": "mask", "mask": "\u00c99" }, "\u00c91", "\u00c91", null],
    [{ "kind": "mask" }, "1", "1", "mask"],
    [{ "prefixes": ["S", "SN:"] }, "SN:12", "12", null],
    [{ "prefixes": ["S", "SN:"] }, "S12", "12", null],
    [{ "prefixes": ["S", "SN:"] }, "sn: 12", "12", null],
    [{ "prefixes": ["S", ""] }, "SS12", "S12", null],
    [{ "prefixes": ["S"] }, "S", "", "empty"],
    [{ "prefixes": ["S"], "kind": "digits" }, "S12", "12", null],
    [{ "prefixes": ["sn"], "upper": true }, "snab", "AB", null],
    [{ "upper": true, "kind": "mask", "mask": "AA9" }, "ab1", "AB1", null]
];
