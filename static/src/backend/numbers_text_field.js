import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { TextField, textField } from "@web/views/fields/text/text_field";
import { useEffect } from "@odoo/owl";
import { takeFnc1 } from "@pos_lot_traceability/backend/fnc1";

/** How long a scanner may rest before what it has sent is looked up, in ms. */
const REST = 100;
/** Some scanners end a code with two Enters; no person presses twice within so many ms. */
const DOUBLE_ENTER = 80;

/**
 * A text of one number a row. Each row counts as soon as it has ended or was pasted, not when the
 * field is left; Tab ends a row as Enter does, and leaves the field on an empty one. Enter on an
 * empty row assigns what can be assigned, as it applies at the till. When the list is worked through,
 * the row that completes its line goes on by itself, unless there is something to decide.
 */
export class NumbersTextField extends TextField {
    setup() {
        super.setup();
        this.rowEnded = false;
        this.lastEnter = 0;
        this.commit = useDebounced(() => this.commitRows(), REST);
        useEffect(
            (textarea) => {
                const onKeydown = (ev) => this.onKeydown(ev);
                // What is pasted or dropped is there only after the event.
                const onPaste = () => this.commit();
                textarea?.addEventListener("keydown", onKeydown);
                textarea?.addEventListener("paste", onPaste);
                textarea?.addEventListener("drop", onPaste);
                return () => {
                    textarea?.removeEventListener("keydown", onKeydown);
                    textarea?.removeEventListener("paste", onPaste);
                    textarea?.removeEventListener("drop", onPaste);
                };
            },
            () => [this.textareaRef.el]
        );
    }

    onKeydown(ev) {
        if (takeFnc1(ev)) {
            return;
        }
        const textarea = ev.target;
        const row = textarea.value.slice(0, textarea.selectionStart).split("\n").at(-1).trim();
        if (ev.key === "Enter" && !ev.isComposing) {
            const isEcho = ev.timeStamp - this.lastEnter < DOUBLE_ENTER;
            this.lastEnter = ev.timeStamp;
            const rest = textarea.value.slice(textarea.selectionEnd).trim();
            if (row || rest) {
                this.rowEnded = true;
                this.commit();
            } else {
                ev.preventDefault();
                if (!isEcho) {
                    this.apply();
                }
            }
        } else if (ev.key === "Tab" && !ev.shiftKey && row) {
            ev.preventDefault();
            textarea.setRangeText("\n", textarea.selectionStart, textarea.selectionEnd, "end");
            textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
            this.rowEnded = true;
            this.commit();
        } else {
            // Somebody goes on typing: what is complete already waits for them.
            this.rowEnded = this.rowEnded && ev.key.length > 1;
        }
    }

    /** One at a time: an answer must not put back a text that has grown since. */
    async commitRows() {
        if (this.isCommitting) {
            this.commit();
            return;
        }
        this.isCommitting = true;
        try {
            const proms = [];
            this.props.record.model.bus.trigger("NEED_LOCAL_CHANGES", { proms });
            await Promise.all(proms);
        } finally {
            this.isCommitting = false;
        }
        const { is_certain: isCertain, is_in_round: isInRound } = this.props.record.data;
        if (this.rowEnded && isCertain && isInRound) {
            await this.press("action_assign_next");
        }
        this.rowEnded = false;
    }

    /** Enter on an empty row: assign, when all can be assigned. */
    async apply() {
        if (this.isCommitting) {
            return;
        }
        await this.commitRows();
        const { is_valid: isValid, is_in_round: isInRound } = this.props.record.data;
        if (isValid && !this.isPressed) {
            await this.press(isInRound ? "action_assign_next" : "action_assign");
        }
    }

    /** As if the dialog's button of this name were clicked, once. */
    async press(name) {
        if (this.isPressed) {
            return;
        }
        this.isPressed = true;
        const { record } = this.props;
        try {
            await this.env.onClickViewButton({
                clickParams: { name, type: "object" },
                getResParams: () => ({
                    resModel: record.resModel,
                    resId: record.resId,
                    resIds: record.resIds,
                    context: record.context,
                    evalContext: record.evalContext,
                }),
            });
        } finally {
            this.isPressed = false;
        }
    }
}

registry.category("fields").add("pos_numbers_text", {
    ...textField,
    component: NumbersTextField,
});
