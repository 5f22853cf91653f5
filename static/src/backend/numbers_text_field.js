import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { TextField, textField } from "@web/views/fields/text/text_field";
import { useEffect } from "@odoo/owl";

/** How long a scanner may rest before what it has sent is looked up, in ms. */
const REST = 100;

/**
 * A text of one number a row. Each row counts as soon as it has ended, not when the field is left;
 * Tab ends a row as Enter does, and leaves the field on an empty one.
 */
export class NumbersTextField extends TextField {
    setup() {
        super.setup();
        this.commit = useDebounced(() => this.commitRows(), REST);
        useEffect(
            (textarea) => {
                const onKeydown = (ev) => this.onKeydown(ev);
                textarea?.addEventListener("keydown", onKeydown);
                return () => textarea?.removeEventListener("keydown", onKeydown);
            },
            () => [this.textareaRef.el]
        );
    }

    onKeydown(ev) {
        const textarea = ev.target;
        if (ev.key === "Enter") {
            this.commit();
        } else if (ev.key === "Tab" && !ev.shiftKey) {
            const row = textarea.value.slice(0, textarea.selectionStart).split("\n").at(-1);
            if (row.trim()) {
                ev.preventDefault();
                textarea.setRangeText("\n", textarea.selectionStart, textarea.selectionEnd, "end");
                textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
                this.commit();
            }
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
    }
}

registry.category("fields").add("pos_numbers_text", {
    ...textField,
    component: NumbersTextField,
});
