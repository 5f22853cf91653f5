import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { PosData } from "@point_of_sale/app/services/data_service";

patch(PosData.prototype, {
    async setup() {
        /** What each order that is about to be sent has to tell, by its uuid. */
        this.unsentChanges = new Map();
        return super.setup(...arguments);
    },

    initListeners() {
        super.initListeners(...arguments);
        browser.addEventListener("pagehide", () => this.keepAtOnce());
    },

    /**
     * Keep in the browser what is open, in one step.
     *
     * Core does so 300 ms after a change, one model after the other, and a page that is loaded anew
     * or closed does not live that long: the last scans would be lost.
     */
    keepAtOnce() {
        const tables = Object.entries(this.opts.databaseTable);
        const transaction = this.indexedDB.getNewTransaction(tables.map(([model]) => model));
        if (!transaction) {
            return;
        }
        for (const [model, { condition }] of tables) {
            const store = transaction.objectStore(model);
            for (const record of this.models[model].getAll()) {
                // What core would take out, it takes out when it is loaded.
                if (!(condition(record) ?? true)) {
                    store.put(JSON.parse(JSON.stringify(record.serializeForIndexedDB())));
                }
            }
        }
        transaction.commit();
    },

    /**
     * Lines of a sales order come without the names of their lots.
     *
     * While there are names, core (pos_sale, `settleSO`) asks its own question about them, and makes
     * a cart line of each lot. The numbers come from `pos.config.get_sale_order_numbers` instead.
     *
     * What an order has to tell is put back when the server does not get it.
     */
    async call(model, method, args) {
        const unsent = method === "sync_from_ui" ? this.takeUnsentChanges(args[0]) : [];
        let answer;
        try {
            answer = await super.call(...arguments);
        } catch (error) {
            unsent.forEach((changes) => changes.putBack());
            throw error;
        }
        if (model !== "sale.order.line" || method !== "read_converted") {
            return answer;
        }
        return answer.map((line) => (line.lot_names ? { ...line, lot_names: [] } : line));
    },

    takeUnsentChanges(orders) {
        return orders.flatMap(({ uuid }) => {
            const changes = this.unsentChanges.get(uuid);
            this.unsentChanges.delete(uuid);
            return changes || [];
        });
    },
});
