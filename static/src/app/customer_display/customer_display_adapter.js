import { patch } from "@web/core/utils/patch";
import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import { NewestOnly } from "@pos_lot_traceability/app/utils/newest_only";
import { foldNumbers } from "@pos_lot_traceability/app/utils/number_runs";

const told = new NewestOnly();

patch(CustomerDisplayPosAdapter.prototype, {
    /**
     * Each scan changes the cart some three times, and Odoo calls the server each time without waiting
     * for its answer. A browser has six connections: the look-up of a number stood behind dozens of
     * such calls. So one runs at a time, and tells the newest state.
     */
    //@override
    dispatch(pos) {
        const tell = () => {
            let answer;
            const call = (...args) => (answer = pos.data.call(...args));
            const data = Object.create(pos.data, { call: { value: call } });
            super.dispatch(Object.create(pos, { data: { value: data } }));
            return answer?.catch(() => {}); // Odoo logs it
        };
        if (!told.run(tell)) {
            // A display at this machine need not wait.
            this.channel.postMessage(JSON.parse(JSON.stringify(this.data)));
        }
    },

    //@override nobody reads a hundred serials there
    getOrderlineData(line) {
        const data = super.getOrderlineData(...arguments);
        return { ...data, packLotLines: foldNumbers(line, data.packLotLines) };
    },
});
