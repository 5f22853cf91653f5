"""docs/security.md names each method of the add-on that a browser can call, and no other."""

import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

MODULE = "odoo.addons.pos_lot_traceability"
PAGE = Path(__file__).parents[2] / "docs" / "security.md"
# The guard's own: what it says of them holds for each model that it keeps.
GUARD = "pos.number.guard"
OF_GUARD = {"create", "write", "default_get", "onchange"}
NAMED = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+)`")


@tagged("post_install", "-at_install")
class TestPublicMethods(TransactionCase):
    def _find(self):
        """`{"model.method"}`: public, not `api.private`, defined or extended by the add-on."""
        found = set()
        guard = self.env.registry[GUARD]
        kept = {name for name, model in self.env.registry.items() if issubclass(model, guard)}
        for model_name, model in self.env.registry.items():
            for part in model.__mro__:
                if not part.__module__.startswith(f"{MODULE}."):
                    continue
                for name, attribute in vars(part).items():
                    # Odoo looks for the mark on each class, see `get_public_method`.
                    is_private = any(
                        getattr(vars(base).get(name), "_api_private", False)
                        for base in model.__mro__
                    )
                    is_method = callable(attribute) or isinstance(
                        attribute, classmethod | staticmethod
                    )
                    if is_method and not name.startswith("_") and not is_private:
                        is_kept = model_name in kept and name in OF_GUARD
                        found.add(f"{GUARD if is_kept else model_name}.{name}")
        return found

    def test_page(self):
        """Each has its row; a model that inherits another one is asked for its own methods only."""
        found = self._find()
        self.assertGreater(len(found), 30)
        rows = PAGE.read_text(encoding="utf-8").split("## Methods")[1].split("## Names")[0]
        cells = [row.split("|")[1] for row in rows.splitlines() if row.startswith("| `")]
        page = set(NAMED.findall(" ".join(cells)))
        self.assertEqual(found - page, set(), "public methods that the page does not name")
        self.assertEqual(page - found, set(), "the page names what is not there")
