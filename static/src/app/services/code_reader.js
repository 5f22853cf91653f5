import { readCode } from "@pos_lot_traceability/app/utils/gs1";
import {
    getBarcodesOfGtin,
    getLiteralSeparators,
    getUnits,
} from "@pos_lot_traceability/app/utils/gs1_label";
import { toNumberName } from "@pos_lot_traceability/app/utils/number_text";

// Odoo's own, where no nomenclature says otherwise.
const FNC1_PATTERN = "(Alt029|#|\\x1D)";

/** Reads codes with what this till has loaded: products, packagings, units. */
export class CodeReader {
    constructor(pos) {
        this.pos = pos;
        this.models = pos.models;
    }

    /** @returns {Object} see `readCode` */
    read(text) {
        return readCode(text, {
            separators: this.separators,
            knowsGtin: (gtin) => Boolean(this.findOwner(gtin)),
        });
    }

    /** A text as its product or number is called: without what scanners send before a plain code. */
    toPlain(text) {
        const code = readCode(text, { separators: this.separators });
        return toNumberName(code.kind === "plain" ? code.text : text);
    }

    /** Texts that scanners of this shop send for FNC1, besides the usual ones. */
    get separators() {
        const { parser, fallbackParser } = this.pos.barcodeReader || {};
        const nomenclature = [parser, fallbackParser]
            .map((each) => each?.nomenclature)
            .find((each) => each?.is_gs1_nomenclature);
        const named = getLiteralSeparators(
            nomenclature ? nomenclature.gs1_separator_fnc1 : FNC1_PATTERN
        );
        const own = this.pos.config?.scanner_separator;
        return own ? [...named, own] : named;
    }

    /** @returns the product of a barcode, also of a packaging's; undefined when none is loaded */
    findByBarcode(text) {
        return this.findBarcodes([toNumberName(text)])?.product;
    }

    /** @returns {{product: Object, units: number}|undefined} units in what the GTIN stands for */
    findOwner(gtin) {
        const owner = this.findBarcodes(getBarcodesOfGtin(gtin));
        return Number.isNaN(owner?.units) ? undefined : owner; // the server knows the unit
    }

    findBarcodes(barcodes) {
        for (const barcode of barcodes.filter(Boolean)) {
            const product = this.models["product.product"].getBy("barcode", barcode);
            if (product) {
                return { product, units: 1 };
            }
        }
        for (const barcode of barcodes.filter(Boolean)) {
            const packaging = this.models["product.uom"]?.getBy("barcode", barcode);
            if (packaging?.product_id) {
                const product = packaging.product_id;
                // Not every unit is loaded.
                const factor = packaging.uom_id?.factor ?? NaN;
                return { product, units: factor / product.uom_id.factor };
            }
        }
    }

    /**
     * How much a GS1 code stands for, in the product's unit; null when it does not say.
     *
     * @param {Object} meaning see `readCode`
     * @param {{product: Object, units: number}} owner
     */
    countLabel(meaning, { product, units }) {
        if (meaning.weight !== undefined) {
            const uom = product.uom_id;
            const getRoot = (each) => each.parent_path?.split("/")[0];
            const unit = this.models["uom.uom"].find(
                (each) =>
                    each.name.toLowerCase() === meaning.weight_unit &&
                    getRoot(each) === getRoot(uom)
            );
            if (unit) {
                return uom.round((meaning.weight * unit.factor) / uom.factor);
            }
        }
        return getUnits(meaning, units);
    }
}
