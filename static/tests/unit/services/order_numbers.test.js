import { expect, test } from "@odoo/hoot";
import { patchTranslations } from "@web/../tests/web_test_helpers";
import { OrderNotLoaded, OrderNumbers } from "@pos_lot_traceability/app/services/order_numbers";

const ORDER_LINE = 7;
const PRODUCT = 70;

const round = (quantity) => Math.round(quantity * 100) / 100;

/** A cart line of `units`, as far as sharing out numbers looks at it. */
function cartLine(units, { serial = false, id = ORDER_LINE } = {}) {
    const taken = [];
    return {
        taken,
        sale_order_line_id: { id },
        isSerialTracked: () => serial,
        roundNumberQuantity: round,
        getNumbersState: () => ({
            missing: round(units - taken.reduce((sum, [, quantity]) => sum + quantity, 0)),
        }),
        addNumber: ({ lot_name, quantity, origin }) => taken.push([lot_name, quantity, origin]),
    };
}

function number(name, take, values = {}) {
    return {
        info: { id: name, name, product_id: PRODUCT, ...values },
        wanted: take,
        take,
        problem: false,
    };
}

function orderNumbers(numbers, { tracking = "lot", cart = [], products, policy = "warn" } = {}) {
    const saleOrder = {
        id: 1,
        name: "S1",
        order_line: [
            {
                id: ORDER_LINE,
                raw: { product_id: PRODUCT },
                product_id: { product_tmpl_id: { isTracked: () => tracking !== "none" } },
            },
        ],
    };
    const pos = {
        config: { id: 1, expired_number_policy: policy },
        getOrder: () => ({ lines: cart }),
        data: {
            call: async () => {
                expect.step("asked");
                return {
                    products: products || [[ORDER_LINE, PRODUCT]],
                    lines: [{ id: ORDER_LINE, product: "P", tracking, units: 3, numbers }],
                };
            },
        },
    };
    return new OrderNumbers(pos, saleOrder);
}

test("lots are spread over lines of one unit, in order", async () => {
    const numbers = await orderNumbers([number("C1", 1.4), number("C2", 1.1)]).fetch();
    const lines = [cartLine(1), cartLine(1), cartLine(0.5), cartLine(9, { id: 8 })];
    numbers.putOn(lines);
    expect(lines.map((line) => line.taken)).toEqual([
        [["C1", 1, "order"]],
        [
            ["C1", 0.4, "order"],
            ["C2", 0.6, "order"],
        ],
        [["C2", 0.5, "order"]],
        [],
    ]);
    expect.verifySteps(["asked"]);
});

test("serials go one by one, and never to half a unit", async () => {
    const numbers = await orderNumbers([number("SN1", 1), number("SN2", 1), number("SN3", 1)], {
        tracking: "serial",
    }).fetch();
    const lines = [cartLine(1, { serial: true }), cartLine(1.5, { serial: true })];
    numbers.putOn(lines);
    expect(lines.map((line) => line.taken.map(([name]) => name))).toEqual([["SN1"], ["SN2"]]);
    expect.verifySteps(["asked"]);
});

test("what is in the cart or refused by the shop is told and not loaded", async () => {
    const inCart = { isNamed: (name) => name === "SN1" };
    const cart = [{ product_id: { id: PRODUCT }, pack_lot_ids: [inCart] }];
    const expired = { expiration_date: "2001-01-01 00:00:00" };
    const numbers = await orderNumbers([number("SN1", 1), number("SN2", 1, expired)], {
        tracking: "serial",
        cart,
        policy: "block",
    }).fetch();
    expect(numbers.lines[0].numbers.map(({ take, problem }) => [take, problem])).toEqual([
        [0, "in_cart"],
        [0, "expired"],
    ]);
    expect(numbers.canLoad).toBe(false);
    expect(numbers.isEmpty).toBe(false);
    expect.verifySteps(["asked"]);
});

test("an order that was changed meanwhile is not loaded", async () => {
    patchTranslations();
    for (const products of [
        [],
        [[ORDER_LINE, 71]],
        [
            [ORDER_LINE, PRODUCT],
            [8, PRODUCT],
        ],
    ]) {
        await expect(orderNumbers([], { products }).fetch()).rejects.toThrow(OrderNotLoaded);
    }
    expect.verifySteps(["asked", "asked", "asked"]);
});

test("an order without tracked products asks nothing", async () => {
    const numbers = await orderNumbers([], { tracking: "none" }).fetch();
    expect(numbers.isEmpty).toBe(true);
    expect.verifySteps([]);
});
