import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** How to reach a buyer when a product is not safe: a mail address or a telephone number. */
export class SafetyContactDialog extends Component {
    static template = "pos_lot_traceability.SafetyContactDialog";
    static components = { Dialog };
    static props = ["save", "close"];

    setup() {
        useAutofocus({ refName: "email" });
        this.state = useState({ email: "", phone: "", message: "", busy: false });
    }

    async save() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        // `save` answers with the sentence that says what is wrong, or with nothing.
        this.state.message = await this.props.save(this.state.email, this.state.phone);
        this.state.busy = false;
        if (!this.state.message) {
            this.props.close();
        }
    }
}
