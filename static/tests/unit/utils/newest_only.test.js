import { Deferred, expect, microTick, test } from "@odoo/hoot";
import { NewestOnly } from "@pos_lot_traceability/app/utils/newest_only";

test("one task runs at a time, and of those that come meanwhile the newest follows", async () => {
    const queue = new NewestOnly();
    const first = new Deferred();
    const begin = (name, promise) =>
        queue.run(() => {
            expect.step(name);
            return promise;
        });
    expect(begin("first", first)).toBe(true);
    expect(begin("second")).toBe(false);
    expect(begin("third")).toBe(false);
    expect.verifySteps(["first"]);
    first.resolve();
    await microTick();
    await microTick();
    expect.verifySteps(["third"]);
    await microTick();
    expect(begin("fourth")).toBe(true);
    expect.verifySteps(["fourth"]);
});
