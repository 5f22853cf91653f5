import { takeNext } from "@pos_lot_traceability/app/utils/next_lots";
import { askServer } from "@pos_lot_traceability/app/services/ask_server";

/** How many units are asked for at least. */
const LEAST = 50;
/** From then on, in ms, what is known is asked for again beside the sale. */
const STALE_AFTER = 10_000;
/** Products that are asked about when the till has opened. */
const PREFETCHED = 50;

const storeOf = new WeakMap();

/**
 * The lots that are next in the removal order, for products whose lots are chosen automatically.
 *
 * The server is asked once a product, for many units, and again beside the sale: a line that grows
 * waits for nothing. What this till has sold or has in its carts since is counted off. Offline, what
 * was known last is chosen from.
 */
export class NumberProposals {
    /** @param {Object} pos the store */
    constructor(pos) {
        this.pos = pos;
        /** `{rows: [{info, take}], at, asked, counted}` by product id */
        this.known = new Map();
        /** `{asked, promise}` by product id */
        this.underWay = new Map();
        this.completing = new Set();
        storeOf.set(pos.models, this);
    }

    /** Those of the till that a record belongs to; undefined before it has opened. */
    static of(record) {
        return storeOf.get(record.models);
    }

    /** Ask about the first products, one after the other, once the till is there. */
    async prefetch() {
        const products = this.pos.models["product.product"].filter(
            ({ product_tmpl_id: template }) =>
                template?.tracking === "lot" &&
                template.isTracked() &&
                template.getNumberEntry() === "auto"
        );
        for (const product of products.slice(0, PREFETCHED)) {
            await this.fetch(product, LEAST);
        }
    }

    /**
     * Take numbers for what a line misses, from what is known.
     *
     * @returns {boolean} whether nothing is missing any more
     */
    choose(line) {
        const known = this.known.get(line.product_id.id);
        const { missing } = line.getNumbersState();
        if (!known || !missing) {
            return !missing;
        }
        const used = this.getUsed(line.product_id, known);
        const round = (quantity) => line.roundNumberQuantity(quantity);
        const next = takeNext(known.rows, used, missing, round);
        for (const { info, take } of next) {
            line.addNumber({ lot_name: info.name, quantity: take, origin: "auto", info });
        }
        return !next.reduce((left, { take }) => round(left - take), missing);
    }

    /** The same, asking the server where what is known does not reach. */
    async complete(line) {
        const product = line.product_id;
        if (this.choose(line)) {
            if (Date.now() - (this.known.get(product.id)?.at || Date.now()) > STALE_AFTER) {
                this.fetch(product, LEAST);
            }
            return true;
        }
        await this.fetch(product, line.getNumbersState().asked * 2);
        return Boolean(line.order_id) && this.choose(line);
    }

    /** Take numbers for a line that has grown: at once, or as soon as the server has answered. */
    follow(line) {
        const completing = this.complete(line);
        this.completing.add(completing);
        completing.finally(() => this.completing.delete(completing));
    }

    /** Wait for lines whose numbers are being chosen. */
    async whenChosen() {
        await Promise.all(this.completing);
    }

    fetch(product, quantity) {
        const counted = this.getCounted();
        const asked = Math.max(LEAST, quantity + this.countUsed(product, counted));
        const underWay = this.underWay.get(product.id);
        if (underWay) {
            // A line may have grown since.
            return underWay.asked >= asked
                ? underWay.promise
                : underWay.promise.then(() => this.fetch(product, quantity));
        }
        const promise = askServer(this.pos, "propose_numbers_for", [product.id, asked])
            .then(({ answer }) => {
                if (answer) {
                    const rows = answer.map(({ take, ...info }) => ({ info, take }));
                    this.known.set(product.id, { rows, counted, at: Date.now() });
                }
            })
            .finally(() => this.underWay.delete(product.id));
        this.underWay.set(product.id, { asked, promise });
        return promise;
    }

    /** Orders that the server knows by now, by uuid: whatever is sold after this counts off. */
    getCounted() {
        return new Set(
            this.pos.models["pos.order"]
                .filter((order) => order.finalized && order.isSynced && !order.isDirty())
                .map((order) => order.uuid)
        );
    }

    /** How many units of a product count off: so many more are asked for. */
    countUsed(product, counted) {
        return [...this.getUsed(product, { counted }).values()].reduce((a, b) => a + b, 0);
    }

    /** How much of each lot this till has in its carts, or has sold since: `{name: quantity}`. */
    getUsed(product, { counted }) {
        const used = new Map();
        for (const number of this.pos.models["pos.pack.operation.lot"].getAll()) {
            const line = number.pos_order_line_id;
            const order = line?.order_id;
            if (
                order &&
                line.qty > 0 &&
                line.product_id?.id === product.id &&
                order.state !== "cancel" &&
                !(order.finalized && counted.has(order.uuid))
            ) {
                const name = number.lot_name;
                used.set(name, (used.get(name) || 0) + number.getQuantity());
            }
        }
        return used;
    }
}
