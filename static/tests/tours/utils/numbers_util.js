/** Steps for the numbers popup, the list button and the question before payment. */

const POPUP = ".modal .o_numbers_popup";

export function popupIsOpen(count) {
    return [
        {
            content: `the numbers popup is open${count ? ` at ${count}` : ""}`,
            trigger: count ? `${POPUP} .o_numbers_count:contains(/^\\s*${count}\\s*$/)` : POPUP,
        },
        {
            content: "there is one popup",
            trigger: "body",
            run() {
                const popups = document.querySelectorAll(".o_numbers_popup").length;
                if (popups !== 1) {
                    throw new Error(`${popups} popups are open`);
                }
            },
        },
    ];
}

export function popupIsClosed() {
    return [{ content: "the popup is closed", trigger: "body:not(:has(.o_numbers_popup))" }];
}

/** The popup lists exactly these numbers, in this order, and nothing is being checked. */
/** Show each number by itself; runs of serials are one row until then. */
async function unfoldAll() {
    for (let tries = 0; document.querySelector(".o_number_unfold"); tries++) {
        if (tries === 100) {
            throw new Error(`still folded: ${document.querySelector(POPUP).innerText}`);
        }
        document.querySelector(".o_number_unfold").click();
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

export function popupHasNumbers(...names) {
    return [
        {
            content: `the popup has ${names.length} numbers`,
            trigger: names.length
                ? `${POPUP}:not(:has(.o_number_pending)) .o_numbers_index:contains(/^${names.length + 1}$/)`
                : `${POPUP}:not(:has(.lot-item))`,
            async run() {
                await unfoldAll();
                const shown = [...document.querySelectorAll(".lot-item .o_number_name")].map(
                    (el) => el.textContent
                );
                if (JSON.stringify(shown) !== JSON.stringify(names)) {
                    throw new Error(`expected ${names}, found ${shown}`);
                }
            },
        },
    ];
}

export function numberHasStatus(name, status) {
    return [
        {
            content: `${name} is shown as ${status}`,
            trigger: `${POPUP} .lot-item:has(.o_number_name:contains(/^${name}$/)) .o_number_status:contains("${status}")`,
        },
    ];
}

export function inputIs(value) {
    return [
        {
            content: `the input holds "${value}"`,
            trigger: `${POPUP} .o_numbers_input:value(${value})`,
        },
    ];
}

export function isRejected(reason) {
    return [
        {
            content: `the popup says: ${reason}`,
            trigger: `${POPUP} .o_numbers_rejected:contains("${reason}")`,
        },
    ];
}

export function setLotQuantity(name, quantity) {
    return [
        {
            content: `${quantity} of ${name}`,
            trigger: `${POPUP} .lot-item:has(.o_number_name:contains(/^${name}$/)) .o_number_quantity`,
            run: `edit ${quantity} && press Tab`,
        },
    ];
}

export function removeNumber(name) {
    return [
        {
            content: `remove ${name}`,
            trigger: `${POPUP} .lot-item:has(.o_number_name:contains(/^${name}$/)) .o_number_remove`,
            run: "click",
        },
    ];
}

export function pickSuggestion(name) {
    return [
        {
            content: `pick ${name}`,
            trigger: `${POPUP} .o-autocomplete--dropdown-item:contains(/^${name}/)`,
            run: "click",
        },
    ];
}

export function clickFill() {
    return [
        { content: "fill", trigger: `${POPUP} .o_numbers_fill`, run: "click" },
        { content: "take what is proposed", trigger: `${POPUP} .o_numbers_take`, run: "click" },
    ];
}

export function apply() {
    return [
        { content: "apply the numbers", trigger: `${POPUP} .o_numbers_apply`, run: "click" },
        ...popupIsClosed(),
    ];
}

export function discard({ confirm = false } = {}) {
    const steps = [{ trigger: `${POPUP} .o_numbers_discard`, run: "click" }];
    if (confirm) {
        steps.push({ trigger: `${POPUP} .o_numbers_discard_confirm`, run: "click" });
    }
    return [...steps, ...popupIsClosed()];
}

export function openButton(product) {
    return [
        {
            content: `open the numbers of ${product}`,
            trigger: `.orderline:contains("${product}") button.line-lot-icon`,
            run: "click",
        },
    ];
}

/** The list button of a product is green or red, with its count. */
export function buttonIs(product, colour, count) {
    const hook = colour === "green" ? "text-success" : "text-danger";
    return [
        {
            content: `${product} is ${colour} at ${count}`,
            trigger:
                `.orderline:contains("${product}") button.line-lot-icon.${hook}` +
                `:has(.o_numbers_button_count:contains(/^\\s*${count}\\s*$/))`,
        },
    ];
}

export function cartHasNumber(text) {
    return [
        {
            content: `the cart shows ${text}`,
            trigger: `.orderline .lot-number:contains("${text}")`,
        },
    ];
}

// ---------------------------------------------------------------- before payment

export function clickPayment() {
    return [{ content: "go to payment", trigger: ".pay-order-button", run: "click" }];
}

export function missingDialogShows(product, problem) {
    return [
        {
            content: `the question names ${product}: ${problem}`,
            trigger: `.o_missing_numbers .o_missing_numbers_line:contains("${product}"):contains("${problem}")`,
        },
    ];
}

export function completeNow() {
    return [{ trigger: ".o_missing_numbers .o_complete_numbers", run: "click" }];
}

export function continueWithout() {
    return [{ trigger: ".o_missing_numbers .o_continue_without", run: "click" }];
}

export function noDialog() {
    return [{ content: "no dialog is open", trigger: "body:not(:has(.modal))" }];
}
