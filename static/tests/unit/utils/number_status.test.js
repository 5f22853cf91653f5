import { expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { getNumberStatus } from "@pos_lot_traceability/app/utils/number_status";

definePosModels();

const line = { isSerialTracked: () => true, formatNumberQuantity: String };
const info = {
    quantity: 0,
    reserved_for: false,
    elsewhere: false,
    sold_in: false,
    expiration_date: false,
    alert_date: false,
    flags: [],
};

test("the server's verdict on a serial that left by another way", async () => {
    await setupPosEnv(); // loads the words
    const status = getNumberStatus({ ...info, flags: ["duplicate"] }, line);
    expect(String(status.text)).toBe("at a customer already");
    expect(status.level).toBe("danger");
});

test("a serial that is nowhere is no serial at a customer", async () => {
    await setupPosEnv();
    const status = getNumberStatus({ ...info, flags: ["short"] }, line);
    expect(String(status.text)).toBe("not on hand here");
    expect(status.level).toBe("warning");
});

test("a serial that another till has open is no good one", async () => {
    await setupPosEnv();
    const status = getNumberStatus({ ...info, quantity: 1, open_in: "0007" }, line);
    expect(String(status.text)).toBe("also in the open order 0007");
    expect(status.level).toBe("danger");
    expect(String(status.wrong)).toBe("also in 0007");
});
