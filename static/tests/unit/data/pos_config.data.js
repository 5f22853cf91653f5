import { PosConfig } from "@point_of_sale/../tests/unit/data/pos_config.data";

/** What the server knows in the unit tests: numbers by name. */
export const KNOWN_NUMBERS = {};

for (const record of PosConfig._records) {
    Object.assign(record, {
        number_creation: true,
        missing_number_policy: "warn",
        expired_number_policy: "warn",
        propose_numbers: false,
    });
}

PosConfig.prototype.check_numbers = function (ids, productId, names) {
    return Object.fromEntries(
        names
            .filter((name) => Object.hasOwn(KNOWN_NUMBERS, name))
            .map((name) => [name, KNOWN_NUMBERS[name]])
    );
};

PosConfig.prototype.search_numbers = function () {
    return [];
};

/**
 * What the server proposes in the unit tests, and the calls for it: `[product id, quantity]`; `excluded`
 * by the last one.
 */
export const PROPOSALS = { rows: [], calls: [], excluded: [], fails: false };

PosConfig.prototype.propose_numbers_for = function (ids, productId, quantity, names) {
    const exclude = Array.isArray(names) ? names : []; // else the keyword arguments
    PROPOSALS.calls.push([productId, quantity]);
    PROPOSALS.excluded = exclude;
    if (PROPOSALS.fails) {
        throw new Error("The server is out of order");
    }
    const base = { reserved_for: false, sold_in: false, expiration_date: false, flags: [] };
    let left = quantity;
    return PROPOSALS.rows.flatMap(([name, free, vals]) => {
        const take = exclude.includes(name) ? 0 : Math.min(left, free);
        left -= take;
        const info = { id: name, name, quantity: free, available: free, take };
        return take > 0 ? [{ ...base, ...info, ...vals }] : [];
    });
};

/** The running recalls that the server tells of. */
export const RECALLS = [];

PosConfig.prototype.get_number_recalls = function () {
    return RECALLS;
};
