import { _t } from "@web/core/l10n/translation";
import { isExpired } from "@pos_lot_traceability/app/utils/number_status";

/** A sales order cannot be loaded; the message tells the cashier why. */
export class OrderNotLoaded extends Error {
    name = "OrderNotLoaded";
}

/**
 * The numbers of a sales order or quotation that is being loaded: what the server says of them,
 * which of them the cart takes, and how they are shared out to the lines.
 */
export class OrderNumbers {
    /**
     * @param {Object} pos the store
     * @param {Object} saleOrder the order as the till has it
     */
    constructor(pos, saleOrder) {
        this.pos = pos;
        this.saleOrder = saleOrder;
        /** Answer of `pos.config.get_sale_order_numbers`, with `take` as far as the cart allows. */
        this.lines = [];
    }

    /** Whether anything in the order asks for numbers at this till. */
    get isTracked() {
        return this.saleOrder.order_line.some((line) =>
            line.product_id?.product_tmpl_id?.isTracked()
        );
    }

    /**
     * Ask the server, when there is something to ask.
     *
     * @throws {OrderNotLoaded} the order is not the one that was opened any more
     */
    async fetch() {
        if (!this.isTracked) {
            return this;
        }
        const { products, lines } = await this.pos.data.call(
            "pos.config",
            "get_sale_order_numbers",
            [[this.pos.config.id], this.saleOrder.id]
        );
        const now = new Map(products);
        const same =
            now.size === this.saleOrder.order_line.length &&
            this.saleOrder.order_line.every(
                (line) => now.has(line.id) && (line.raw.product_id || false) === now.get(line.id)
            );
        if (!same) {
            throw new OrderNotLoaded(
                _t("%s was changed meanwhile. Open it again.", this.saleOrder.name)
            );
        }
        this.lines = lines;
        this.leaveOutUnsellable();
        return this;
    }

    /** What the cart has already, or what this shop refuses, is shown but not loaded. */
    leaveOutUnsellable() {
        const order = this.pos.getOrder();
        for (const line of this.lines) {
            for (const number of line.numbers) {
                const inCart =
                    line.tracking === "serial" &&
                    order?.lines.some(
                        (cartLine) =>
                            cartLine.product_id.id === number.info.product_id &&
                            cartLine.pack_lot_ids.some((lot) =>
                                lot.isNamed(number.info.name, number.info)
                            )
                    );
                const refused =
                    this.pos.config.expired_number_policy === "block" && isExpired(number.info);
                if (number.take && (inCart || refused)) {
                    number.take = 0;
                    number.problem = inCart ? "in_cart" : "expired";
                }
            }
        }
    }

    /** Whether there is anything to tell. */
    get isEmpty() {
        return !this.lines.length;
    }

    /** Whether there is anything to load. */
    get canLoad() {
        return this.lines.some((line) => line.numbers.some((number) => number.take));
    }

    /**
     * Put the numbers on the cart lines of their order lines, in order, each line as far as it has
     * units: core makes several cart lines of an order line whose unit is not grouped.
     */
    putOn(cartLines) {
        for (const { id, numbers } of this.lines) {
            const targets = cartLines.filter((line) => line.sale_order_line_id?.id === id);
            for (const { info, take } of numbers) {
                let left = take;
                for (const line of targets) {
                    const { missing } = line.getNumbersState();
                    const quantity = line.isSerialTracked()
                        ? Math.min(1, Math.floor(missing))
                        : Math.min(left, missing);
                    if (left <= 0 || quantity <= 0) {
                        continue;
                    }
                    line.addNumber({ lot_name: info.name, quantity, origin: "order", info });
                    left = line.roundNumberQuantity(left - quantity);
                }
            }
        }
    }
}
