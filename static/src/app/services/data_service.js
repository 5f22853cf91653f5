import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { PosData } from "@point_of_sale/app/services/data_service";
import { logPosMessage } from "@point_of_sale/app/utils/pretty_console_log";

/** How long what a page had open is put back when the page comes again, in ms. */
const KEPT_FOR = 60_000;

patch(PosData.prototype, {
    async setup() {
        /** What each order that is about to be sent has to tell, by its uuid. */
        this.unsentChanges = new Map();
        return super.setup(...arguments);
    },

    initListeners() {
        super.initListeners(...arguments);
        browser.addEventListener("pagehide", () => this.keepAtOnce());
        // Gone back to a page that was never unloaded: it knows more than what was kept of it.
        browser.addEventListener("pageshow", ({ persisted }) => {
            if (persisted) {
                browser.sessionStorage.removeItem(this.keptName);
            }
        });
    },

    get keptName() {
        return `pos_lot_traceability.kept.${this.databaseName}`;
    },

    /**
     * Keep in the browser what is open, in one step.
     *
     * Core does so 300 ms after a change, one model after the other, and a page that is loaded anew
     * or closed does not live that long: the last scans would be lost. What waits behind something
     * that core is writing is lost with the page as well, so this tab's session keeps it, too.
     */
    keepAtOnce() {
        const tables = Object.entries(this.opts.databaseTable);
        const open = {};
        const done = {};
        for (const [model, { condition, key }] of tables) {
            const isDone = (record) => condition(record) ?? true;
            const records = this.models[model].getAll();
            open[model] = records
                .filter((record) => !isDone(record))
                .map((record) => JSON.parse(JSON.stringify(record.serializeForIndexedDB())));
            // As it was written before, it would be an open order again.
            done[model] = records.filter((record) => isDone(record) && record[key]);
            done[model] = done[model].map((record) => record[key]);
        }
        try {
            const kept = JSON.stringify({ at: Date.now(), open, done });
            browser.sessionStorage.setItem(this.keptName, kept);
        } catch (error) {
            logPosMessage("PosData", "keepAtOnce", `Too much to keep: ${error}`);
        }
        const transaction = this.indexedDB.getNewTransaction(tables.map(([model]) => model));
        if (!transaction) {
            return;
        }
        for (const [model] of tables) {
            const store = transaction.objectStore(model);
            open[model].forEach((record) => store.put(record));
            done[model].forEach((key) => store.delete(key));
        }
        transaction.commit();
    },

    /** What this tab had open a moment ago comes before what it got to write. */
    async putKeptBack() {
        try {
            const kept = JSON.parse(browser.sessionStorage.getItem(this.keptName) || "null");
            browser.sessionStorage.removeItem(this.keptName);
            // Later, another tab or device may have gone on with it.
            if (!kept || Date.now() - kept.at >= KEPT_FOR) {
                return;
            }
            for (const model of Object.keys(kept.open)) {
                await this.indexedDB.create(model, kept.open[model]);
                await this.indexedDB.delete(model, kept.done[model]);
            }
        } catch (error) {
            // What was written is still there, and a till that does not open sells nothing.
            logPosMessage("PosData", "putKeptBack", `Cannot put back what was open: ${error}`);
        }
    },

    //@override
    async getLocalDataFromIndexedDB(data = false) {
        if (!data) {
            await this.putKeptBack();
        }
        return super.getLocalDataFromIndexedDB(...arguments);
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
