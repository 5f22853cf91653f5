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
        names.filter((name) => KNOWN_NUMBERS[name]).map((name) => [name, KNOWN_NUMBERS[name]])
    );
};

PosConfig.prototype.search_numbers = function () {
    return [];
};

/** The running recalls that the server tells of. */
export const RECALLS = [];

PosConfig.prototype.get_number_recalls = function () {
    return RECALLS;
};
