import { useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useDebounced } from "@web/core/utils/timing";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { NumberScan } from "@pos_lot_traceability/app/services/number_scan";

const SEARCH_DELAY = 250;
const MIN_SEARCH = 3;

patch(ProductScreen.prototype, {
    setup() {
        super.setup(...arguments);
        useBarcodeReader({ number: this.takeNumberScan });
        const searchSoon = useDebounced(() => this.searchNumber(), SEARCH_DELAY);
        useEffect(
            () => {
                searchSoon();
            },
            () => [this.searchWord]
        );
    },

    /** The word in the search box may be a number, whatever products it finds. */
    async searchNumber() {
        const word = this.searchWord;
        const isAsked = word.length < MIN_SEARCH || this.pos.numberSearch.word === word;
        if (isAsked || !this.pos.usesNumbers()) {
            return;
        }
        const choices = await new NumberScan(this.pos).search(word);
        const isNews = choices.length || this.pos.numberSearch.choices.length;
        if (word === this.searchWord && isNews) {
            this.pos.numberSearch = { word, choices }; // all products are drawn anew
        }
    },

    //@override the product of a number that was searched for comes with it
    async addProductToOrder(product) {
        const { word, choices } = this.pos.numberSearch;
        const [choice, ...others] = choices.filter(
            ({ product_id }) =>
                this.pos.models["product.product"].get(product_id)?.product_tmpl_id === product
        );
        if (!word || word !== this.searchWord || !choice || others.length) {
            return super.addProductToOrder(...arguments);
        }
        await new NumberScan(this.pos).add(choice);
        this.pos.searchProductWord = "";
    },

    /**
     * @param {string} code
     * @param {Object} [order] that was open when it was scanned
     * @returns {Promise<boolean>} whether the code was a number's, see `NumberScan.take`
     */
    async takeNumberScan(code, order) {
        const isTaken = await new NumberScan(this.pos, order).take(code);
        if (isTaken) {
            this.numberBuffer.reset();
        }
        return isTaken;
    },

    /** On a phone the cart is out of sight: its button tells how many lines lack numbers. */
    get incompleteNumberLines() {
        return this.currentOrder?.getLinesWithIncompleteNumbers().length || 0;
    },
});
