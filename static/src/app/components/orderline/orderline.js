import { useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { getSerialWord } from "@pos_lot_traceability/app/models/pos_pack_operation_lot";
import { foldNumbers } from "@pos_lot_traceability/app/utils/number_runs";

patch(Orderline.prototype, {
    setup() {
        super.setup(...arguments);
        this.numbersShown = useState({ all: false });
    },

    //@override in the cart consecutive serials are one text; a receipt names each of them
    get lineScreenValues() {
        const values = super.lineScreenValues;
        if (this.props.mode !== "display" || !values.lotLines?.length) {
            return values;
        }
        const { line } = this;
        const folded = foldNumbers(line, values.lotLines);
        values.numbersCanFold = folded.length < values.lotLines.length;
        if (values.numbersCanFold && !this.numbersShown.all) {
            values.lotLines = folded;
        }
        return values;
    },

    /** What a number is, for who does not see it: its text may leave that out. */
    getHiddenWord(text) {
        const word = getSerialWord();
        const isSaid = !this.line.isSerialTracked() || text.startsWith(`${word} `);
        return isSaid ? "" : `${word} `;
    },

    toggleNumbers() {
        this.numbersShown.all = !this.numbersShown.all;
    },
});
