import { _t } from "@web/core/l10n/translation";
import { foldName } from "@pos_lot_traceability/app/utils/number_name";

/**
 * A running recall, as the server tells it (Python: `pos.config.get_number_recalls`).
 *
 * @typedef {Object} Recall
 * @property {number} id
 * @property {string} name
 * @property {string} what_to_do
 * @property {string} hazard
 * @property {string} contact
 * @property {number[]} products ids of the products of which everything is recalled
 * @property {Array<[number, string]>} lots product id and folded name
 * @property {boolean} [partial] whether it has more lots than these
 */

/** Recalls of tills that are open, ready to be asked by number. */
export class Recalls {
    /** @param {Recall[]} recalls */
    constructor(recalls = []) {
        this.byProduct = new Map();
        this.byLot = new Map();
        /** Whether a recall has more lots than the server sends. */
        this.isPartial = recalls.some(({ partial }) => partial);
        for (const recall of recalls) {
            for (const product of recall.products) {
                this.remember(this.byProduct, product, recall);
            }
            for (const [product, name] of recall.lots) {
                this.remember(this.byLot, `${product}:${name}`, recall);
            }
        }
    }

    /** Of several recalls the oldest one is told, as the server does. */
    remember(map, key, recall) {
        if (!map.has(key)) {
            map.set(key, recall);
        }
    }

    /**
     * The recall that a number is under; null where there is none.
     *
     * @param {number} productId
     * @param {string} name
     * @param {Object|false|null} [info] what the server said of it: that goes first
     * @returns {{name: string, what_to_do: string, hazard: string, contact: string}|null}
     */
    find(productId, name, info) {
        if (info?.recall) {
            return info.recall;
        }
        return (
            this.byProduct.get(productId) ||
            this.byLot.get(`${productId}:${foldName(name)}`) ||
            null
        );
    }
}

/** Why a recalled number is not sold, and what to do. */
export function describeRecall(name, recall) {
    return recall.what_to_do
        ? _t("%(number)s is recalled (%(recall)s) and may not be sold. %(advice)s", {
              number: name,
              recall: recall.name,
              advice: recall.what_to_do,
          })
        : _t("%(number)s is recalled (%(recall)s) and may not be sold.", {
              number: name,
              recall: recall.name,
          });
}
