import { expect, test } from "@odoo/hoot";
import { makePageToken } from "@pos_lot_traceability/app/utils/page_token";
import { PendingContacts } from "@pos_lot_traceability/app/utils/pending_contacts";

test("a link has 22 characters that an address may have, and is never the same", () => {
    const tokens = Array.from({ length: 500 }, makePageToken);
    expect(tokens.filter((token) => !/^[A-Za-z0-9_-]{22}$/.test(token))).toEqual([]);
    expect(new Set(tokens).size).toBe(500);
});

function makeStorage(kept = {}) {
    return {
        kept,
        getItem: (key) => kept[key] ?? null,
        setItem: (key, value) => (kept[key] = value),
        removeItem: (key) => delete kept[key],
    };
}

test("contacts survive a reload and are gone once they are sent", () => {
    const storage = makeStorage();
    const first = { uuid: "1", email: "a@example.com", phone: "" };
    const second = { uuid: "2", email: "", phone: "0612345678" };
    new PendingContacts(storage, 7).add(first);
    new PendingContacts(storage, 7).add(second);
    expect(new PendingContacts(storage, 8).all()).toEqual([]);
    const contacts = new PendingContacts(storage, 7);
    expect(contacts.all()).toEqual([first, second]);
    contacts.remove(first);
    expect(contacts.all()).toEqual([second]);
    contacts.remove({ ...second });
    expect(Object.keys(storage.kept)).toEqual([]);
});

test("a storage that somebody else has written to loses no till", () => {
    const key = "pos_lot_traceability.safety_contacts.7";
    for (const text of ["{", "null", '{"a": 1}', "5"]) {
        expect(new PendingContacts(makeStorage({ [key]: text }), 7).all()).toEqual([]);
    }
});
