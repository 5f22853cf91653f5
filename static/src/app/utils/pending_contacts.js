/**
 * Product safety contacts that were noted while the server did not know their sale: they survive a
 * reload, and are gone from this browser once the server has them.
 */
export class PendingContacts {
    /**
     * @param {Storage} storage
     * @param {number} configId the shop's
     */
    constructor(storage, configId) {
        this.storage = storage;
        this.key = `pos_lot_traceability.safety_contacts.${configId}`;
    }

    /** @returns {{uuid: string, email: string, phone: string}[]} oldest first */
    all() {
        try {
            const contacts = JSON.parse(this.storage.getItem(this.key) || "[]");
            return Array.isArray(contacts) ? contacts : [];
        } catch {
            return [];
        }
    }

    add(contact) {
        this._keep([...this.all(), contact]);
    }

    remove(contact) {
        const text = JSON.stringify(contact);
        this._keep(this.all().filter((each) => JSON.stringify(each) !== text));
    }

    _keep(contacts) {
        if (contacts.length) {
            this.storage.setItem(this.key, JSON.stringify(contacts));
        } else {
            this.storage.removeItem(this.key);
        }
    }
}
