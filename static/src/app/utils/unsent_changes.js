/**
 * What an order has to tell the server.
 *
 * Odoo forgets it in the moment in which it tries to send it (`serializeForORM`: the mark of what has
 * changed, and the list of what was taken off). Where the server does not get it, it is put back: else
 * a paid order is not sent again before the till is loaded anew.
 */
export class UnsentChanges {
    /**
     * @param {Object} order before it is sent
     * @param {string[]} dynamicModels whose records go along with their order
     */
    constructor(order, dynamicModels) {
        this.commands = order.models.commands;
        // A set that grows while it is read: the order, its lines, their numbers.
        const records = new Set([order]);
        for (const record of records) {
            for (const { name, type, relation } of Object.values(record.model.fields)) {
                if (["one2many", "many2many"].includes(type) && dynamicModels.includes(relation)) {
                    (record[name] || []).forEach((child) => records.add(child));
                }
            }
        }
        const all = [...records];
        const ids = new Set(all.map(({ id }) => id));
        this.changed = all.filter((record) => record.isDirty());
        this.takenOff = [...this.eachList()].map(([list, field, entries]) => [
            list,
            field,
            entries.filter(({ parentId }) => ids.has(parentId)),
        ]);
    }

    *eachList() {
        for (const lists of Object.values(this.commands)) {
            for (const list of Object.values(lists)) {
                for (const [field, entries] of list) {
                    yield [list, field, entries];
                }
            }
        }
    }

    putBack() {
        for (const record of this.changed) {
            record._markDirty();
        }
        for (const [list, field, entries] of this.takenOff) {
            const there = list.get(field) || [];
            const isThere = ({ id, parentId }) =>
                there.some((entry) => entry.id === id && entry.parentId === parentId);
            const lost = entries.filter((entry) => !isThere(entry));
            if (lost.length) {
                list.set(field, [...lost, ...there]);
            }
        }
    }
}
