/**
 * Names of lots and serial numbers: [what was typed, how it is stored, what it is compared by].
 *
 * The tests of the server read these too (tests/common_cases.py): strings and lists only.
 */
export const NAME_CASES = [
    ["SN-1", "SN-1", "sn-1"],
    ["", "", ""],
    ["  ", "", ""],
    ["\u200b\ufeff", "", ""],
    // Around a name, as scanners and clipboards send it.
    ["  SN1\r\n", "SN1", "sn1"],
    ["\u0002SN1\u0003", "SN1", "sn1"],
    ["SN\u001d1", "SN1", "sn1"],
    ["\ufeffSN1", "SN1", "sn1"],
    ["\u0085SN1\u00a0", "SN1", "sn1"],
    // Composed and decomposed.
    ["\u00c91", "\u00c91", "\u00e91"],
    ["E\u03011", "\u00c91", "\u00e91"],
    ["\u212b1", "\u00c51", "\u00e51"],
    ["\ud55c", "\ud55c", "\ud55c"],
    ["\u1112\u1161\u11ab", "\ud55c", "\ud55c"],
    ["q\u0323\u0307", "q\u0323\u0307", "q\u0323\u0307"],
    ["q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307"],
    // What cannot be seen.
    ["S\u200bN\u200c1\u200d", "SN1", "sn1"],
    ["\u202aSN1\u202c\u200e\u2066\u2069", "SN1", "sn1"],
    ["S\u00adN\u20601\ufe0f", "SN1", "sn1"],
    ["SN1\udb40\udc41", "SN1", "sn1"],
    ["SN1\ud800", "SN1", "sn1"],
    // Blanks.
    ["A  B", "A B", "a b"],
    ["A\tB", "A B", "a b"],
    ["A\u00a0B", "A B", "a b"],
    ["A \u2009\u202f\u3000 B", "A B", "a b"],
    ["A\u2028B", "A B", "a b"],
    ["A \u200b B", "A B", "a b"],
    // Width.
    ["\uff33\uff2e\uff11", "\uff33\uff2e\uff11", "sn1"],
    ["SN\uff0d1", "SN\uff0d1", "sn-1"],
    ["\uff76\uff9e", "\uff76\uff9e", "\u30ac"],
    ["\uffe5", "\uffe5", "\u00a5"],
    ["\u00b2\u2460\ufb01", "\u00b2\u2460\ufb01", "\u00b2\u2460fi"],
    // Hyphens.
    ["SN\u20111", "SN\u20111", "sn-1"],
    ["SN\u20131", "SN\u20131", "sn-1"],
    ["SN\u20141\u22122\ufe633", "SN\u20141\u22122\ufe633", "sn-1-2-3"],
    ["SN_1", "SN_1", "sn_1"],
    // Letter case, far from ASCII.
    ["\u0416-\u00c4-\u00d1", "\u0416-\u00c4-\u00d1", "\u0436-\u00e4-\u00f1"],
    ["STRASSE", "STRASSE", "strasse"],
    ["Stra\u00dfe", "Stra\u00dfe", "strasse"],
    ["STRA\u1e9eE", "STRA\u1e9eE", "strasse"],
    ["\u039f\u03a3", "\u039f\u03a3", "\u03bf\u03c3"],
    ["\u03bf\u03c2", "\u03bf\u03c2", "\u03bf\u03c3"],
    ["I\u0130\u0131i", "I\u0130\u0131i", "ii\u0307ii"],
    ["\u01c4\u01c5\u01c6", "\u01c4\u01c5\u01c6", "\u01c6\u01c6\u01c6"],
    ["\ud801\udc00", "\ud801\udc00", "\ud801\udc28"],
    // Nothing of this is letter case.
    ["\ud83d\udd11 1", "\ud83d\udd11 1", "\ud83d\udd11 1"],
    ["<b>&amp;", "<b>&amp;", "<b>&amp;"],
    ["%_\\", "%_\\", "%_\\"],
];
