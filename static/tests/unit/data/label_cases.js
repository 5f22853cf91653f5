/*
 * What a sale takes of GS1 codes: [code, tracking, units in the packaging, name, units]. JSON but
 * for its first and last line: tests/test_label.py reads it as well.
 */
export const LABEL_CASES = [
    ["]C1010590123412345710L1\u001d21S1", "serial", 1, "S1", null],
    ["]C1010590123412345710L1\u001d21S1", "lot", 1, "L1", null],
    ["]C1010590123412345710L1", "serial", 1, "L1", null],
    ["]C1010590123412345721S1", "lot", 1, "S1", null],
    ["]C101059012341234572352GS", "serial", 1, "2GS", null],
    ["]C10105901234123457", "lot", 1, "", null],
    ["]C1010590123412345710L1\u001d303", "lot", 1, "L1", 3],
    ["]C1010590123412345710L1\u001d303", "lot", 12, "L1", 36],
    ["]C1010590123412345710L1", "lot", 12, "L1", 12],
    ["]C102059012341234573740\u001d10L1", "lot", 1, "L1", 40],
    ["]C102059012341234573740\u001d10L1", "lot", 6, "L1", 240],
    ["]C1010590123412345710L1\u001d300", "lot", 1, "L1", 0],
];
