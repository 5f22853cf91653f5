/**
 * Tasks of which only the newest matters: one runs at a time, and of those that come meanwhile the
 * last one follows it.
 */
export class NewestOnly {
    isBusy = false;
    next = null;

    /**
     * @param {() => (Promise|undefined)} task
     * @returns {boolean} whether it was begun at once
     */
    run(task) {
        if (this.isBusy) {
            this.next = task;
            return false;
        }
        this.begin(task);
        return true;
    }

    async begin(task) {
        this.isBusy = true;
        try {
            await task();
        } finally {
            this.isBusy = false;
            const { next } = this;
            this.next = null;
            if (next) {
                this.begin(next);
            }
        }
    }
}
