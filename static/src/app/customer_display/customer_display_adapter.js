import { patch } from "@web/core/utils/patch";
import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import { foldNumbers } from "@pos_lot_traceability/app/utils/number_runs";

patch(CustomerDisplayPosAdapter.prototype, {
    //@override nobody reads a hundred serials there
    getOrderlineData(line) {
        const data = super.getOrderlineData(...arguments);
        return { ...data, packLotLines: foldNumbers(line, data.packLotLines) };
    },
});
