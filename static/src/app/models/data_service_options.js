import { patch } from "@web/core/utils/patch";
import { DataServiceOptions } from "@point_of_sale/app/models/data_service_options";

patch(DataServiceOptions.prototype, {
    /**
     * Numbers are kept in the browser like the lines they belong to, under their own uuid: they
     * survive a reload, and the row that comes back from the server replaces the local one.
     */
    get databaseTable() {
        return {
            ...super.databaseTable,
            "pos.pack.operation.lot": {
                key: "uuid",
                condition: (number) => {
                    const order = number.pos_order_line_id?.order_id;
                    return !order || (order.finalized && order.isSynced);
                },
            },
        };
    },
});
