import { _t } from "@web/core/l10n/translation";
import { findClosest, foldName } from "@pos_lot_traceability/app/utils/number_name";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

/**
 * Which units of a line go on the new bill, after a bill was split. The new line has its numbers
 * already, dealt from the front: each choice swaps one of them with one of the old bill. So at no
 * time is a number on neither bill, or on both.
 */
export class SplitEntry extends NumberEntry {
    /**
     * @param {Object} params
     * @param {Object} params.pos the store
     * @param {Object} params.line the line on the new bill
     * @param {Object} params.source the line on the old bill
     */
    constructor({ pos, line, source }) {
        super({ pos, line });
        this.source = source;
        this.sourceOpened = NumberEntry.takeSnapshot(source);
        /** Names in the order they were chosen: the oldest one gives way to one too many. */
        this.chosen = [];
    }

    get candidatesTitle() {
        return _t("Which one goes on the new bill? On the old one:");
    }

    get canCreate() {
        return false;
    }

    //@override the bill is split first
    get mayGoOn() {
        return false;
    }

    //@override what is known of them stays
    refresh() {
        this.drained = Promise.resolve();
        return this.drained;
    }

    //@override only what is on one of the two bills counts
    async lookUp(names) {
        const known = [...this.numbers, ...this.source.getValidLots()].map(describe);
        return Object.fromEntries(
            names.map((name) => [name, findClosest(name, known)]).filter(([, info]) => info)
        );
    }

    //@override a bill that is split has as many units as before
    takeProductBarcode() {
        return false;
    }

    //@override
    takeNumber({ name }, info) {
        if (this.isOver || !this.line.order_id || !this.source.order_id) {
            return;
        }
        const wanted = info?.name;
        const isNamed = (number) => number.lot_name === wanted;
        const there = this.source.getValidLots().find(isNamed);
        if (there) {
            const free = this.numbers.findLast(({ lot_name }) => !this.chosen.includes(lot_name));
            const [oldest] = this.chosen;
            this.swap(free || this.numbers.find(({ lot_name }) => lot_name === oldest), there);
        } else if (!this.numbers.some(isNamed)) {
            this.reject(name, _t("%s is not on this bill.", name));
            return;
        }
        this.state.rejected = this.state.rejected.filter((entry) => !entry.inField);
        const here = new Set(this.numbers.map(({ lot_name }) => lot_name));
        const kept = this.chosen.filter((each) => each !== wanted && here.has(each));
        this.chosen = [...kept, wanted];
    }

    swap(here, there) {
        const name = [here.lot_name, here.origin, here.uiState.info];
        const days = here.getDays();
        here.lot_name = there.lot_name;
        here.origin = there.origin;
        here.uiState.info = there.uiState.info;
        here.setDays(there.getDays());
        [there.lot_name, there.origin, there.uiState.info] = name;
        there.setDays(days);
    }

    //@override another one of the old bill comes instead
    remove(number) {
        const [there] = this.source.getValidLots();
        if (there) {
            this.swap(number, there);
        }
    }

    //@override
    async search(term) {
        const wanted = foldName(term);
        this.state.suggestions = this.source
            .getValidLots()
            .map(describe)
            .filter(({ name }) => foldName(name).includes(wanted));
    }

    //@override
    async fill() {}

    //@override
    cancel() {
        this.isOver = true;
        this.state.pending = [];
        for (const [line, opened] of [
            [this.line, this.opened],
            [this.source, this.sourceOpened],
        ]) {
            for (const number of line.order_id ? line.pack_lot_ids : []) {
                const old = opened.numbers.find(({ uuid }) => uuid === number.uuid);
                if (old) {
                    number.lot_name = old.lot_name;
                    number.origin = old.origin;
                    number.uiState.info = old.info;
                    number.setDays(old.days);
                }
            }
        }
    }
}

/** A number of a bill as a candidate; where the server was not asked, it is as good as any. */
function describe(number) {
    const { lot_name: name, uiState } = number;
    return { quantity: 1, flags: [], ...(uiState.info || {}), id: name, name };
}
