import { expect, test } from "@odoo/hoot";
import { makeServerError, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import "@pos_lot_traceability/../tests/unit/data/pos_pack_operation_lot.data";
import "@pos_lot_traceability/../tests/unit/data/pos_config.data";
import { SERIAL_PRODUCT } from "@pos_lot_traceability/../tests/unit/data/product_template.data";

definePosModels();

/** What tills send, and how often the connection is lost before the server gets it. */
function listen(store) {
    const sent = [];
    const losses = { left: 0 };
    const { orm } = store.data;
    patchWithCleanup(orm, {
        async call(model, method, args) {
            if (method === "sync_from_ui") {
                sent.push(JSON.parse(JSON.stringify(args[0][0])));
                if (losses.left) {
                    losses.left--;
                    losses.meanwhile?.();
                    throw new ConnectionLostError();
                }
            }
            return super.call(...arguments);
        },
    });
    return { sent, losses };
}

async function makeOrder(store, names) {
    const order = store.addNewOrder();
    const product = store.models["product.product"].get(SERIAL_PRODUCT);
    const line = await store.addLineToOrder(
        { product_id: product, product_tmpl_id: product.product_tmpl_id, qty: names.length },
        order,
        {},
        false
    );
    for (const lot_name of names) {
        line.addNumber({ lot_name });
    }
    store.addPendingOrder([order.id]);
    return order;
}

test("an order that got lost on its way is sent again, as it was", async () => {
    const store = await setupPosEnv();
    const { sent, losses } = listen(store);
    await makeOrder(store, ["SN1", "SN2"]);
    losses.left = 2;
    await store.syncAllOrders();
    await expect(store.syncAllOrders({ throw: true })).rejects.toThrow(ConnectionLostError);
    await store.syncAllOrders();
    expect(sent.length).toBe(3);
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[2]).toEqual(sent[0]);
    // The server has it now.
    await store.syncAllOrders();
    expect(sent.length).toBe(3);
});

test("a change of an order that the server knows is sent again, with what was taken off", async () => {
    const store = await setupPosEnv();
    const { sent, losses } = listen(store);
    const made = await makeOrder(store, ["SN1", "SN2"]);
    const { uuid } = made;
    await store.syncAllOrders();
    const order = store.models["pos.order"].getBy("uuid", uuid);
    const [line] = order.lines;
    const [first] = line.pack_lot_ids;
    first.delete();
    line.setQuantity(5);
    line.addNumber({ lot_name: "SN3" });
    store.addPendingOrder([order.id]);
    losses.left = 1;
    await store.syncAllOrders();
    await store.syncAllOrders();
    expect(sent.length).toBe(3);
    expect(JSON.stringify(sent[1])).toInclude("SN3");
    expect(sent[2]).toEqual(sent[1]);
});

test("a change that is made while the order is on its way keeps none back", async () => {
    const store = await setupPosEnv();
    const { sent, losses } = listen(store);
    const { uuid } = await makeOrder(store, ["SN1", "SN2"]);
    await store.syncAllOrders();
    const order = store.models["pos.order"].getBy("uuid", uuid);
    const [line] = order.lines;
    line.pack_lot_ids[0].delete();
    store.addPendingOrder([order.id]);
    losses.left = 1;
    losses.meanwhile = () => (order.general_customer_note = "later");
    await store.syncAllOrders();
    await store.syncAllOrders();
    expect(sent.length).toBe(3);
    expect({ ...sent[2], general_customer_note: "" }).toEqual({
        ...sent[1],
        general_customer_note: "",
    });
});

test("what the server refuses is sent again as well", async () => {
    const store = await setupPosEnv();
    const { sent } = listen(store);
    await makeOrder(store, ["SN1"]);
    let refuses = true;
    onRpc("pos.order", "sync_from_ui", () => {
        if (refuses) {
            throw makeServerError({ message: "no" });
        }
    });
    await store.syncAllOrders();
    refuses = false;
    await store.syncAllOrders();
    expect(sent.length).toBe(2);
    expect(sent[1]).toEqual(sent[0]);
});
