import { registry } from "@web/core/registry";
import * as Driver from "./utils/driver_util";

let lastOrder = "";

/** The dialog stays while the next line is loaded into it: wait for that line. */
async function waitForNextLine() {
    for (let tries = 0; tries < 50; tries++) {
        const order = document.querySelector(".modal .o_field_widget[name=order_id]")?.textContent;
        const field = document.querySelector(".modal .o_field_widget[name=text] textarea");
        if (order && order !== lastOrder && field && !field.value) {
            lastOrder = order;
            field.focus();
            await new Promise((resolve) => setTimeout(resolve, 300));
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the next line did not come");
}

registry.category("web_tour.tours").add("numbers_assign_ten", {
    steps: () =>
        [
            { content: "open the shop's group", trigger: ".o_group_header", run: "click" },
            {
                content: "open the oldest line that waits",
                trigger: ".o_data_row:eq(0) .o_data_cell[name=product_id]",
                run: "click",
            },
            Array.from({ length: 10 }, (_, index) => {
                const last = index === 9;
                return [
                    {
                        content: `line ${index + 1} is there, its field for numbers is empty`,
                        trigger: ".modal .o_field_widget[name=text] textarea",
                        run: () => waitForNextLine(),
                    },
                    Driver.scanCodes([`SN${index + 1}`], { pause: 300 }),
                    index === 0 ? Driver.screenshot("assign") : [],
                    {
                        content: last ? "assign the last one" : "assign, and on with the next",
                        trigger: `.modal footer button[name=${
                            last ? "action_assign" : "action_assign_next"
                        }]`,
                        run: "click",
                    },
                ];
            }),
            {
                content: "nothing waits any more",
                trigger: ".o_view_nocontent, .o_list_view:not(:has(.modal)):not(:has(.o_data_row))",
            },
            { content: "the dialog is gone", trigger: "body:not(:has(.modal))" },
        ].flat(Infinity),
});
