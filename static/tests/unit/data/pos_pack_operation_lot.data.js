import { patch } from "@web/core/utils/patch";
import { PosPackOperationLot } from "@point_of_sale/../tests/unit/data/pos_pack_operation_lot.data";

patch(PosPackOperationLot.prototype, {
    _load_pos_data_fields() {
        const days = ["expiration_date", "code_expiration", "code_best_before"];
        return [...super._load_pos_data_fields(), "uuid", "quantity", "origin", ...days];
    },
});
