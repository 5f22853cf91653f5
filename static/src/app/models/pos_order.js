import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

patch(PosOrder.prototype, {
    /** The lines whose numbers do not fit their quantity, in the order of the cart. */
    getLinesWithIncompleteNumbers() {
        return this.lines.filter(
            (line) => line.asksForNumbers() && !line.getNumbersState().complete
        );
    },

    /** The lines to tell of before payment: numbers are missing, or one of them is wrong. */
    getLinesWithNumbersToConfirm() {
        return this.lines.filter(
            (line) =>
                line.asksForNumbers() &&
                (!line.getNumbersState().complete || line.getWrongNumberWords().length)
        );
    },

    /** Whether it was paid here, and the server may not have it yet. */
    get mayBeNews() {
        return (
            this.finalized &&
            this.state !== "cancel" &&
            !this.uiState.isTold &&
            (!this.isSynced || this.isDirty())
        );
    },

    /** Changes with any quantity or number of a line that asks for numbers. */
    getNumbersSignature() {
        return JSON.stringify(
            this.lines
                .filter((line) => line.asksForNumbers())
                .map((line) => [
                    line.uuid,
                    line.qty,
                    line.getValidLots().map((number) => [number.lot_name, number.getQuantity()]),
                ])
        );
    },

    /** All numbers of a product in this order. */
    getNumbersOfProduct(product) {
        return this.lines
            .filter((line) => line.product_id?.id === product?.id)
            .flatMap((line) => line.getValidLots());
    },
});
