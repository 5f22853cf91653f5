import { expect, test } from "@odoo/hoot";
import { NumberTraceState } from "@pos_lot_traceability/trace/number_trace_state";

const page = (name, next = null) => ({
    card: { name, query: { lot_id: 1 } },
    rows: [{ id: `${name}-1` }],
    next,
});

test("an answer that comes after the next question is none", async () => {
    const answers = {};
    const trace = new NumberTraceState(
        ({ text }) => new Promise((resolve) => (answers[text] = resolve)),
        () => ""
    );
    const first = trace.search("A");
    const second = trace.search("B");
    answers.B(page("B"));
    await second;
    answers.A(page("A"));
    await first;
    expect(trace.state.card.name).toBe("B");
    expect(trace.state.loading).toBe(false);
});

test("pages are added, and a failure keeps what is there", async () => {
    const asked = [];
    const trace = new NumberTraceState(
        async (query, cursor) => {
            asked.push(cursor);
            if (cursor === "fails") {
                throw new Error("gone");
            }
            return cursor ? { rows: [{ id: "2" }], next: "fails" } : page("A", "more");
        },
        (error) => error.message
    );
    await trace.search("A");
    await trace.more();
    expect(trace.state.rows).toHaveLength(2);
    await trace.more();
    expect(trace.state.rows).toHaveLength(2);
    expect(trace.state.error).toBe("gone");
    expect(asked).toEqual([null, "more", "fails"]);
});

test("nothing is asked for an empty field", () => {
    const trace = new NumberTraceState(
        () => expect.step("asked"),
        () => ""
    );
    trace.search("   ");
    expect.verifySteps([]);
});
