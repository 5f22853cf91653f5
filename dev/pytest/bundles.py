"""Builds the browser bundles that nearly every browser test opens, and keeps them in the database.

    python bundles.py DATABASE      before pytest divides the tests among processes

A test rolls back what it builds. What is not named here is built when a test asks for it.
"""

import hashlib
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
BUNDLES = (
    ("point_of_sale.assets_prod", "js"),
    ("point_of_sale.assets_prod", "css"),
    ("web.assets_web", "js"),
    ("web.assets_web", "css"),
    ("web.assets_tests", "js"),
    ("web.__assets_tests_call__", "js"),
)


def build(database):
    """Build them unless they are there and no browser file has changed since."""
    from odoo import SUPERUSER_ID, api  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415

    static = hashlib.sha1(usedforsecurity=False)
    for path in sorted((REPO / "static").rglob("*")):
        stat = path.stat()
        static.update(f"{path} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        params = env["ir.config_parameter"]
        if params.get_param("pos_lot.bundles") == static.hexdigest():
            return
        for bundle, kind in BUNDLES:
            is_js = kind == "js"
            getattr(env["ir.qweb"]._get_asset_bundle(bundle, css=not is_js, js=is_js), kind)()
        params.set_param("pos_lot.bundles", static.hexdigest())


if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "warn"])
    build(sys.argv[1])
