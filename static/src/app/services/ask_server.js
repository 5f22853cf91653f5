import { RPCError } from "@web/core/network/rpc";

/** How long an answer of the server is waited for before entry goes on without it, in ms. */
const CHECK_TIMEOUT = 5000;
const OUT_OF_REACH = { answer: null };

/**
 * Ask the server about numbers. A server that is late once is not waited for again until an answer
 * has come.
 *
 * @param {Object} pos the store
 * @param {string} method of pos.config
 * @param {Array} args
 * @returns {Promise<{answer: *, refusal?: string}>} `answer` is null when there is none
 */
export async function askServer(pos, method, args) {
    const asked = Promise.resolve()
        .then(() => pos.data.call("pos.config", method, [[pos.config.id], ...args]))
        .then(
            (answer) => ({ answer }),
            (error) =>
                error instanceof RPCError
                    ? { answer: null, refusal: error.data?.message || error.message }
                    : OUT_OF_REACH
        )
        .then((result) => {
            const wasAway = pos.numbersServerIsLost || pos.numbersServerIsLate;
            pos.numbersServerIsLost = result === OUT_OF_REACH;
            pos.numbersServerIsLate = false;
            if (wasAway && !pos.numbersServerIsLost) {
                pos.refreshUnknownNumbers?.();
            }
            return result;
        });
    if (pos.numbersServerIsLate) {
        return OUT_OF_REACH;
    }
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(() => {
            pos.numbersServerIsLate = true;
            resolve(OUT_OF_REACH);
        }, CHECK_TIMEOUT);
    });
    try {
        return await Promise.race([asked, late]);
    } finally {
        clearTimeout(timer);
    }
}
