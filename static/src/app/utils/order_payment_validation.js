import { patch } from "@web/core/utils/patch";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

patch(OrderPaymentValidation.prototype, {
    //@override once more here: a reload may have led to the payment screen without the question
    async askBeforeValidation() {
        if ((await super.askBeforeValidation(...arguments)) === false) {
            return false;
        }
        await this.pos.whenScansTaken();
        return (
            this.pos.areNumbersConfirmed(this.order) ||
            (await this.pos.confirmMissingNumbers(this.order))
        );
    },

    //@override the receipt has the link of the customer's page before the server has the order
    async finalizeValidation() {
        this.order.ensurePageToken();
        return super.finalizeValidation(...arguments);
    },
});
