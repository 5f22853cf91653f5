"""What browser modules define and patch, followed through their imports.

`browser_code.mjs` reads single files.
"""

import json
import os
import subprocess
from pathlib import Path

import odoo.addons

READER = Path(__file__).with_suffix(".mjs")
PROTOTYPE = True


class BrowserCode:
    """Browser modules of the installed add-ons, read when they are first asked for."""

    def __init__(self, modules):
        """
        :param modules: names of the installed add-ons; of all of them patches are found
        """
        self.roots = {
            module: static
            for module in modules
            for path in odoo.addons.__path__
            if (static := Path(path, module, "static")).is_dir()
        }
        self.files = {}
        self._read(
            path
            for static in self.roots.values()
            for path in static.joinpath("src").rglob("*.js")
            if "patch(" in path.read_text(errors="replace")
        )
        self.patches = {}  # by the name under which the class is exported
        for path, content in self.files.items():
            for patch in content["patches"]:
                target = patch["target"]
                name = content["imports"].get(target, ("", target))[1]
                if patch["members"]:
                    self.patches.setdefault(name, []).append((path, patch))

    def _read(self, paths):
        new = [str(path) for path in paths if path not in self.files]
        if not new:
            return
        answer = subprocess.run(
            ["node", READER, os.environ["POS_LOT_NODE_MODULES"]],
            input="\n".join(new),
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, f"browser code cannot be read: {answer.stderr}"
        for path, content in json.loads(answer.stdout).items():
            self.files[Path(path)] = content

    def read(self, path):
        """The content of a file, see `readFile` in browser_code.mjs."""
        self._read([path])
        return self.files[path]

    def short(self, path):
        """A file's name from its add-on on: `point_of_sale/static/src/app/...`."""
        for module, static in self.roots.items():
            if path.is_relative_to(static):
                return f"{module}/static/{path.relative_to(static)}"
        return str(path)

    def find_module(self, importer, name):
        """The file of a module as imports name it, None when there is none."""
        if name.startswith("@"):
            addon, _slash, inside = name[1:].partition("/")
            if addon not in self.roots:
                return None
            base = self.roots[addon] / "src" / inside
        else:
            base = importer.parent / name
        base = Path(os.path.normpath(base))
        candidates = (base, base.with_name(f"{base.name}.js"), base / "index.js")
        return next((path for path in candidates if path.is_file()), None)

    def resolve(self, path, name):
        """Where the class is defined that a file calls by a name: `(file, class)`, or None."""
        content = self.read(path)
        if name in content["classes"]:
            return path, name
        source = content["imports"].get(name)
        return self._resolve_export(path, *source) if source else None

    def _resolve_export(self, importer, module, name):
        path = self.find_module(importer, module)
        if not path:
            return None
        content = self.read(path)
        exported = content["exports"].get(name)
        if isinstance(exported, list):
            return self._resolve_export(path, *exported)
        if exported:
            return self.resolve(path, exported)
        places = (self._resolve_export(path, star, name) for star in content["stars"])
        return next(filter(None, places), None)

    def find_members(self, place, name, prototype):
        """Where core defines a member of a class: itself, its patches, its parents, in that order.

        :param place: `(file, class)`
        :param prototype: whether it is a member of instances, not of the class itself
        :return: list of (file, member), without those of this add-on
        """
        result = []
        while place:
            path, class_name = place
            definition = self.read(path)["classes"][class_name]
            result += [
                (path, member)
                for member in definition["members"]
                if member["name"] == name and member["static"] is not prototype
            ]
            result += [
                (patch_path, member)
                for patch_path, patch in self._patches_of(place)
                for member in patch["members"]
                if member["name"] == name and patch["prototype"] is prototype
            ]
            parent = definition["extends"]
            place = self.resolve(path, parent) if parent else None
        return [(path, member) for path, member in result if not self.is_own(path)]

    def _patches_of(self, place):
        """The patches of a class in all installed add-ons: `[(file, patch)]`."""
        path, class_name = place
        default = self.read(path)["exports"].get("default") == class_name
        names = (class_name, "default") if default else (class_name,)
        return [
            (patch_path, patch)
            for name in names
            for patch_path, patch in self.patches.get(name, ())
            if self.resolve(patch_path, patch["target"]) == place
        ]

    def is_own(self, path):
        return path.is_relative_to(self.roots["pos_lot_traceability"])
