import { Component, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";
import {
    SHEET,
    ScanRecorder,
    judgeScanner,
} from "@pos_lot_traceability/scanner_check/scanner_check";
import {
    describeScanner,
    getCodeTitle,
} from "@pos_lot_traceability/scanner_check/scanner_sentences";

export const SHEET_URL = "/pos_lot_traceability/scanner_sheet";

/** Scans of the printed sheet, and what they say of the scanner. */
export class ScannerCheckDialog extends Component {
    static template = "pos_lot_traceability.ScannerCheckDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        /** Keeps the separator's substitute for the shop; rejected with a message. */
        keepSeparator: Function,
    };

    setup() {
        this.notification = useService("notification");
        this.sheetUrl = SHEET_URL;
        this.state = useState({ scans: [], kept: "" });
        this.recorder = new ScanRecorder((scan) => this.state.scans.push(scan));
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
        onWillUnmount(() => this.recorder.reset());
    }

    onKey(ev) {
        if (this.recorder.take(ev)) {
            ev.preventDefault();
            ev.stopImmediatePropagation();
        }
    }

    get facts() {
        return judgeScanner(this.state.scans);
    }

    get findings() {
        return describeScanner(this.facts);
    }

    get codes() {
        const { read } = this.facts;
        return SHEET.map(({ id }) => ({
            id,
            title: getCodeTitle(id),
            isRead: read.includes(id),
        }));
    }

    /** What came last, with the separator to be seen. */
    get lastText() {
        const text = this.state.scans.at(-1)?.text || "";
        return text.replaceAll("\u001d", "␝");
    }

    getIcon({ level }) {
        return {
            success: "fa-check-circle",
            warning: "fa-info-circle",
            danger: "fa-exclamation-triangle",
        }[level];
    }

    async keep() {
        const { substitute } = this.facts;
        try {
            await this.props.keepSeparator(substitute);
            this.state.kept = substitute;
        } catch (error) {
            const message = error.data?.message || _t("The server does not answer. Try again.");
            this.notification.add(message, { type: "warning" });
        }
    }

    startAgain() {
        this.recorder.reset();
        this.state.scans = [];
        this.state.kept = "";
    }
}
