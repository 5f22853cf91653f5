import { reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { SafetyContactDialog } from "@pos_lot_traceability/app/components/popups/safety_contact_dialog/safety_contact_dialog";
import { PendingContacts } from "@pos_lot_traceability/app/utils/pending_contacts";

patch(PosStore.prototype, {
    //@override
    async setup() {
        await super.setup(...arguments);
        this.pendingContacts = new PendingContacts(window.localStorage, this.config.id);
        // Sales whose contact was noted here since the till was opened.
        this.ordersWithContact = reactive(new Set());
        this.sendPendingContacts();
    },

    //@override what was noted offline follows its order
    async syncAllOrders() {
        const result = await super.syncAllOrders(...arguments);
        this.sendPendingContacts();
        return result;
    },

    hasSafetyContact(order) {
        return this.ordersWithContact.has(order.uuid);
    },

    /** Ask how to reach the buyer of a sale; nobody has to answer. */
    askSafetyContact(order) {
        this.dialog.add(SafetyContactDialog, {
            save: (email, phone) => this.saveSafetyContact(order, email, phone),
        });
    },

    /**
     * Note a contact: at the server, or in this browser until the server knows the sale.
     *
     * @returns {Promise<string>} what is wrong with it, or ""
     */
    async saveSafetyContact(order, email, phone) {
        if (!email.trim() && !phone.trim()) {
            return _t("Write a mail address or a telephone number.");
        }
        const contact = { uuid: order.uuid, email, phone };
        try {
            if (!(await this.sendContact(contact))) {
                this.pendingContacts.add(contact);
            }
        } catch (error) {
            if (error instanceof RPCError) {
                return error.data?.message || error.message;
            }
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.pendingContacts.add(contact);
        }
        this.ordersWithContact.add(order.uuid);
        return "";
    },

    /** @returns {Promise<boolean>} whether the server has it */
    sendContact({ uuid, email, phone }) {
        return this.data.call("pos.config", "leave_safety_contact", [
            [this.config.id],
            uuid,
            email,
            phone,
        ]);
    },

    /** Send what waits in this browser; what cannot be sent now waits on. */
    async sendPendingContacts() {
        if (!this.pendingContacts || this.sendingContacts || this.data.network.offline) {
            return;
        }
        this.sendingContacts = true;
        try {
            for (const contact of this.pendingContacts.all()) {
                try {
                    if (await this.sendContact(contact)) {
                        this.pendingContacts.remove(contact);
                    }
                } catch (error) {
                    if (!(error instanceof RPCError)) {
                        break;
                    }
                    // The server will not take it later either.
                    this.pendingContacts.remove(contact);
                }
            }
        } finally {
            this.sendingContacts = false;
        }
    },
});
