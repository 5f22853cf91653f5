{
    "name": "POS Serials and Lots",
    "summary": "Full traceability of serial and lot numbers at the point of sale",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "POS Serials and Lots contributors",
    "license": "LGPL-3",
    "depends": [
        "pos_sale",
        "sale_stock",
        "product_expiry",
        "barcodes_gs1_nomenclature",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/pos_lot_traceability_security.xml",
        "data/pos_number_flag_data.xml",
        "views/product_template_views.xml",
        "views/res_config_settings_views.xml",
        "views/sale_order_views.xml",
        "views/stock_picking_views.xml",
        "views/pos_config_views.xml",
        "views/pos_order_line_views.xml",
        "views/pos_pack_operation_lot_views.xml",
        "views/pos_order_views.xml",
        "wizard/pos_number_assignment_views.xml",
        "wizard/pos_number_replacement_views.xml",
        "report/report_invoice.xml",
    ],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "demo": [
        "demo/users_demo.xml",
        "demo/products_demo.xml",
        "demo/stock_demo.xml",
        "demo/pos_demo.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": [
            "pos_lot_traceability/static/src/app/**/*",
        ],
        "web.assets_tests": [
            "pos_lot_traceability/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "pos_lot_traceability/static/tests/unit/**/*",
        ],
    },
}
