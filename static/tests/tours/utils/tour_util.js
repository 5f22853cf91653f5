import { registry } from "@web/core/registry";

// A busy machine needs more than Odoo's 10 s for some steps; in ms.
const PATIENCE = 30000;

/**
 * @param {string} name
 * @param {() => Object[]} steps nested as one likes
 */
export function registerTour(name, steps) {
    registry.category("web_tour.tours").add(name, {
        steps: () =>
            steps()
                .flat(Infinity)
                .map((step) => ({ timeout: PATIENCE, ...step })),
    });
}
