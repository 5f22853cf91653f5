/**
 * What the keys 1 to 9 and 0 type on other keyboards: French, Belgian, Czech and Slovak; and while
 * Shift is held.
 */
const DIGIT_ROWS = ["&é\"'(-è_çà", "&é\"'(§è!çà", "+ěščřžýáíé", "!@#$%^&*()"];

/** So many digits: fewer come together by chance. */
const ENOUGH_DIGITS = 3;

/**
 * What a scanner meant that types digits for another keyboard than this computer's: all texts that it
 * may have been, none where digits came as digits.
 *
 * @param {string} text
 * @returns {{text: string, swaps: [string, string][]}[]} `swaps`: a digit, and what came for it
 */
export function readOtherKeyboards(text) {
    if (/\d/.test(text)) {
        return [];
    }
    return DIGIT_ROWS.map((row) => {
        const swaps = new Map();
        const meant = [...text].map((character) => {
            const place = row.indexOf(character) + 1;
            if (place) {
                swaps.set(String(place % 10), character);
            }
            return place ? place % 10 : character;
        });
        const count = meant.filter(Number.isInteger).length;
        return { text: meant.join(""), swaps: [...swaps].sort(), count };
    }).filter(({ count }) => count >= ENOUGH_DIGITS);
}
