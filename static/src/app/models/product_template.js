import { patch } from "@web/core/utils/patch";
import { ProductTemplate } from "@point_of_sale/app/models/product_template";

patch(ProductTemplate.prototype, {
    //@override a kit (mrp) never moves itself: its components do, and wait for their numbers
    isTracked() {
        return !this._is_kits && super.isTracked(...arguments);
    },

    /**
     * What this product, or else the nearest of its categories upwards, says of its numbers
     * (Python: `pos.number.settings`).
     *
     * @param {"entry"|"format"} name
     * @returns {*} undefined where nobody says anything
     */
    getNumberRule(name) {
        let record = this;
        let rule = record._number_rules?.[name];
        for (record = this.categ_id; record && rule === undefined; record = record.parent_id) {
            rule = record._number_rules?.[name];
        }
        return rule;
    },

    /** @returns {"ask"|"auto"|"none"} a serial is never chosen for a unit nobody looked at */
    getNumberEntry() {
        const entry = this.getNumberRule("entry") || "ask";
        return entry === "auto" && this.tracking === "serial" ? "ask" : entry;
    },

    /** What new numbers look like, see `readNewNumber`. */
    getNumberFormat() {
        return this.getNumberRule("format") || {};
    },
});
