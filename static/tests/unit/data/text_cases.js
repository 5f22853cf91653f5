/**
 * Texts of numbers: [what was typed, the product's tracking, names of its lots, what it stands for].
 *
 * What it stands for is a list of [name, quantity or null], or of ["!problem", what is wrong].
 * The tests of the server read these too (tests/common_cases.py): strings, numbers, null and lists.
 */
export const TEXT_CASES = [
    ["SN1", "serial", [], [["SN1", null]]],
    ["", "serial", [], []],
    [" \n\u200b\n", "serial", [], []],
    // A text that is a known number is that number, whatever it looks like.
    ["A,1", "serial", ["A,1"], [["A,1", null]]],
    ["a,1", "serial", ["A,1"], [["A,1", null]]],
    [
        "A,1\nA,2",
        "serial",
        ["A,1"],
        [
            ["A,1", null],
            ["A", null],
            ["2", null],
        ],
    ],
    ["9;5", "lot", ["9;5"], [["9;5", null]]],
    ["X1..X3", "serial", ["X1..X3"], [["X1..X3", null]]],
    ["A  B", "serial", ["A B", "A  B"], [["A  B", null]]],
    ["A\u00a0B", "serial", ["A B", "A  B"], [["A B", null]]],
    // A known name is written as its lot is.
    ["sn1", "serial", ["SN1"], [["SN1", null]]],
    ["E\u03011", "serial", ["\u00c91"], [["\u00c91", null]]],
    ["SN\u20111", "serial", ["SN-1"], [["SN-1", null]]],
    ["Sn1", "serial", ["sn1", "SN1"], [["Sn1", null]]],
    // A new name takes its form.
    [" E\u03011\u200b ", "serial", [], [["\u00c91", null]]],
    // Rows and separators.
    [
        "A\r\nB\rC\nD,E;F\tG\n\n",
        "serial",
        [],
        [
            ["A", null],
            ["B", null],
            ["C", null],
            ["D", null],
            ["E", null],
            ["F", null],
            ["G", null],
        ],
    ],
    [
        "\u0022A,B\u0022, \u0022C \u0022\u0022x\u0022\u0022\u0022",
        "serial",
        [],
        [
            ["A,B", null],
            ["C \u0022x\u0022", null],
        ],
    ],
    ["A 1", "serial", [], [["A 1", null]]],
    // A lot and its quantity.
    ["LOT1;3", "lot", [], [["LOT1", 3]]],
    ["LOT1\t1,5", "lot", [], [["LOT1", 1.5]]],
    ["LOT1;1.5", "lot", [], [["LOT1", 1.5]]],
    ["LOT1;-3", "lot", [], [["LOT1", -3]]],
    [
        "LOT1,3",
        "lot",
        [],
        [
            ["LOT1", null],
            ["3", null],
        ],
    ],
    [
        "LOT1;LOT2",
        "lot",
        [],
        [
            ["LOT1", null],
            ["LOT2", null],
        ],
    ],
    ["LOT1;1234567890123", "lot", [], [["!quantity", "1234567890123"]]],
    ["\u0022A;B\u0022;3", "lot", [], [["A;B", 3]]],
    ["\u0022A;B\u0022;x", "lot", [], [["!quantity", "x"]]],
    [
        "SN1;2",
        "serial",
        [],
        [
            ["SN1", null],
            ["2", null],
        ],
    ],
    ["\u0022SN1\u0022;2", "serial", [], [["SN1", 2]]],
    // As Odoo's Inventory takes it, with a date.
    ["LOT1;3;2026-12-31", "lot", [], [["LOT1", 3]]],
    ["LOT1\t31/12/2026\t3", "lot", [], [["LOT1", 3]]],
    ["LOT1;31 Dec 2026", "lot", [], [["LOT1", null]]],
    [
        "SN1;2026-12-31 08:00:00\nSN2;2026-12-31",
        "serial",
        [],
        [
            ["SN1", null],
            ["SN2", null],
        ],
    ],
    ["SN1;1;2026-12-31", "serial", [], [["SN1", 1]]],
    [
        "LOT1;3;4",
        "lot",
        [],
        [
            ["LOT1", null],
            ["3", null],
            ["4", null],
        ],
    ],
    // Ranges.
    [
        "SN008..SN011",
        "serial",
        [],
        [
            ["SN008", null],
            ["SN009", null],
            ["SN010", null],
            ["SN011", null],
        ],
    ],
    [
        "9..11",
        "serial",
        [],
        [
            ["9", null],
            ["10", null],
            ["11", null],
        ],
    ],
    [
        "A1..A2,B1..B2",
        "serial",
        [],
        [
            ["A1", null],
            ["A2", null],
            ["B1", null],
            ["B2", null],
        ],
    ],
    [
        "L1..L2;3",
        "lot",
        [],
        [
            ["L1", 3],
            ["L2", 3],
        ],
    ],
    [
        "8988000000000000001..8988000000000000002",
        "serial",
        [],
        [
            ["8988000000000000001", null],
            ["8988000000000000002", null],
        ],
    ],
    [
        "1000000000000000001..2000000000000000001",
        "serial",
        [],
        [["1000000000000000001..2000000000000000001", null]],
    ],
    ["SN3..SN1", "serial", [], [["SN3..SN1", null]]],
    ["A1..B3", "serial", [], [["A1..B3", null]]],
    ["SN1..", "serial", [], [["SN1..", null]]],
    ["SN1...SN3", "serial", [], [["SN1...SN3", null]]],
    ["\u0661..\u0663", "serial", [], [["\u0661..\u0663", null]]],
    ["1..1001", "serial", [], [["!many", 1001]]],
    [
        "SN1\n1..1001",
        "serial",
        [],
        [
            ["SN1", null],
            ["!many", 1001],
        ],
    ],
    // Twice: a lot adds up, a serial is refused.
    ["L1;2\nl1;3", "lot", [], [["L1", 5]]],
    [
        "L1;2\nL2;1\nl1;3",
        "lot",
        ["L1"],
        [
            ["L1", 5],
            ["L2", 1],
        ],
    ],
    ["L1\nL1", "lot", [], [["L1", null]]],
    ["L1;3\nL1", "lot", [], [["L1", null]]],
    [
        "S1\nS2\nS1",
        "serial",
        [],
        [
            ["S1", null],
            ["S2", null],
            ["!twice", "S1"],
        ],
    ],
    [
        "S1\ns1",
        "serial",
        ["S1"],
        [
            ["S1", null],
            ["!twice", "S1"],
        ],
    ],
    [
        "S1\ns1",
        "serial",
        ["S1", "s1"],
        [
            ["S1", null],
            ["s1", null],
        ],
    ],
    [
        "S1..S3,s2",
        "serial",
        ["S2"],
        [
            ["S1", null],
            ["S2", null],
            ["S3", null],
            ["!twice", "S2"],
        ],
    ],
    [
        "\uff331\nS\u200b1",
        "serial",
        [],
        [
            ["\uff331", null],
            ["!twice", "S1"],
        ],
    ],
    // Codes that say they are GS1 are not split, and no plain names: see gs1.
    ["]C1HELLO,1", "serial", [], [["!gs1", "]C1HELLO,1"]]],
];
