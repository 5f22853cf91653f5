let pauses = 0;

/**
 * Run something that moves quantities and numbers about: no number is chosen for a line meanwhile.
 *
 * @param {Function} act what counts is what it does before it returns
 */
export function withoutChoosing(act) {
    pauses++;
    try {
        return act();
    } finally {
        pauses--;
    }
}

export function isChoosingPaused() {
    return pauses > 0;
}
