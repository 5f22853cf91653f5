import { patch } from "@web/core/utils/patch";
import IndexedDB from "@point_of_sale/app/models/utils/indexed_db";

const STORE = "pos.pack.operation.lot";

/**
 * A browser that opened a till before this add-on was installed has its numbers under the key
 * `id`. A store's key cannot be changed: this one store is made again under `uuid`, and takes
 * over the rows whose order may still be open. Everything else in the browser stays as it is.
 *
 * Needed once per browser, and it uses private fields of core's class. Until: Odoo 20.0, see
 * docs/overrides.md.
 */
patch(IndexedDB.prototype, {
    databaseEventListener(whenReady) {
        const wanted = this.dbStores.find(([, name]) => name === STORE)?.[0];
        return super.databaseEventListener(() => this.renewNumberStore(wanted, whenReady));
    },

    /**
     * @param {string|undefined} keyPath the key the store should have
     * @param {Function} whenReady called once the store has it
     */
    renewNumberStore(keyPath, whenReady) {
        const store =
            keyPath && this.db.objectStoreNames.contains(STORE)
                ? this.db.transaction([STORE], "readonly").objectStore(STORE)
                : null;
        if (!store || store.keyPath === keyPath) {
            return whenReady();
        }
        const reading = store.getAll();
        reading.onsuccess = () => {
            const rows = reading.result;
            const version = this.db.version + 1;
            this.db.close();
            const opening = this.dbInstance.open(this.dbName, version);
            opening.onupgradeneeded = (event) => {
                const db = event.target.result;
                db.deleteObjectStore(STORE);
                const renewed = db.createObjectStore(STORE, { keyPath });
                for (const row of rows) {
                    // A row made at this till carries its uuid as id; one that came from the
                    // server is read again from there.
                    const uuid = row.uuid || (typeof row.id === "string" && row.id);
                    if (uuid) {
                        renewed.put({ ...row, uuid });
                    }
                }
            };
            opening.onsuccess = (event) => {
                this.db = event.target.result;
                this.dbVersion = version;
                whenReady();
            };
        };
    },
});
