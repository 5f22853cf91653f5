import { patch } from "@web/core/utils/patch";
import { ClosePosPopup } from "@point_of_sale/app/components/popups/closing_popup/closing_popup";

patch(ClosePosPopup, {
    // What the server says of units that have no number yet, see `get_closing_control_data`.
    props: [...ClosePosPopup.props, "numbers_to_assign?"],
});
