import { patch } from "@web/core/utils/patch";
import { TicketScreen } from "@point_of_sale/app/screens/ticket_screen/ticket_screen";
import { NumberEntry } from "@pos_lot_traceability/app/services/number_entry";

patch(TicketScreen.prototype, {
    /**
     * Which numbers come back is known when all that are left come back, else it is asked. The
     * server tells what is left: this browser may not have seen every refund of the sale.
     */
    async addAdditionalRefundInfo(order, destinationOrder) {
        await super.addAdditionalRefundInfo(...arguments);
        for (const line of destinationOrder.lines) {
            if (!line.asksForNumbers() || !line.refunded_orderline_id) {
                continue;
            }
            const entry = new NumberEntry({ pos: this.pos, line });
            const left = await entry.getRefundable();
            if (!left) {
                continue; // nobody to ask: core's choice stands, and can be changed
            }
            for (const number of [...line.pack_lot_ids]) {
                number.delete();
            }
            const sold = line.refunded_orderline_id;
            const chosen = this.pos.numbersToRefund[sold.uuid] || [];
            delete this.pos.numbersToRefund[sold.uuid];
            const scanned = left.filter((info) => chosen.includes(info.name));
            const wholeRest = Math.abs(line.qty) >= sold.qty - (sold.refundedQty + line.qty);
            if (wholeRest) {
                for (const info of left) {
                    line.addNumber({
                        lot_name: info.name,
                        quantity: info.quantity,
                        origin: "refund",
                        info,
                    });
                }
                continue;
            }
            for (const info of scanned) {
                const { missing } = line.getNumbersState();
                const quantity = Math.min(info.quantity, missing);
                if (quantity > 0) {
                    line.addNumber({ lot_name: info.name, quantity, origin: "scanned", info });
                }
            }
            const isAsked = line.getNumberEntry() !== "none";
            if (isAsked && left.length && line.getNumbersState().missing) {
                await this.pos.editNumbers(line);
            }
        }
    },
});
