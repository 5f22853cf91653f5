import { expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";

definePosModels();

test("the till's store knows the model of numbers", async () => {
    const store = await setupPosEnv();
    expect(store.models["pos.pack.operation.lot"].getAll()).toHaveLength(0);
});
