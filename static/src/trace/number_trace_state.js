import { reactive } from "@odoo/owl";

/**
 * The trace of one number on screen: asks, pages on, and goes to related numbers and back.
 *
 * A till and the back office differ in whom they ask only.
 */
export class NumberTraceState {
    /**
     * @param {Function} ask (query, cursor, oldestFirst) => Promise of what
     *     `pos.number.trace._trace` answers
     * @param {Function} explain (error) => the sentence to show for a failed request
     */
    constructor(ask, explain) {
        this.ask = ask;
        this.explain = explain;
        this.round = 0;
        this.state = reactive({
            text: "",
            card: null,
            rows: [],
            next: null,
            choices: [],
            unknown: null,
            error: "",
            loading: false,
            oldestFirst: false,
        });
    }

    /** @param {Object} query `{text}`, `{lot_id}` or `{number_id}` */
    async show(query) {
        const round = ++this.round; // an answer that comes after the next question is none
        Object.assign(this.state, {
            loading: true,
            error: "",
            card: null,
            rows: [],
            next: null,
            choices: [],
            unknown: null,
        });
        try {
            const answer = await this.ask(query, null, this.state.oldestFirst);
            if (round === this.round) {
                this.take(answer);
            }
        } catch (error) {
            if (round === this.round) {
                this.state.error = this.explain(error);
            }
        } finally {
            if (round === this.round) {
                this.state.loading = false;
            }
        }
    }

    take(answer) {
        const { state } = this;
        if (answer.choices) {
            state.choices = answer.choices;
        } else if ("unknown" in answer) {
            state.unknown = answer.unknown;
        } else {
            state.card = answer.card;
            state.rows = answer.rows;
            state.next = answer.next;
        }
    }

    search(text) {
        this.state.text = text;
        return text.trim() ? this.show({ text }) : undefined;
    }

    async more() {
        const { state } = this;
        if (!state.next || state.loading) {
            return;
        }
        const round = this.round;
        state.loading = true;
        try {
            const answer = await this.ask(state.card.query, state.next, state.oldestFirst);
            if (round === this.round) {
                state.rows.push(...answer.rows);
                state.next = answer.next;
                state.error = "";
            }
        } catch (error) {
            if (round === this.round) {
                state.error = this.explain(error);
            }
        } finally {
            if (round === this.round) {
                state.loading = false;
            }
        }
    }

    turn() {
        this.state.oldestFirst = !this.state.oldestFirst;
        return this.state.card && this.show(this.state.card.query);
    }
}
