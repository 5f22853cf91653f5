"""Early warning for updates of Odoo: what the add-on overrides, is it still there, and as it was.

What is overridden is found in the code itself: in Python from the registry, in the browser by
reading modules, templates and patches. docs/overrides.md lists all of it, with reason and risk; a
failed test says which row to add, change or drop.
"""

import ast
import inspect
import re
import textwrap
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from browser_code import PROTOTYPE, BrowserCode
from lxml import etree

import odoo
from odoo.modules.registry import Registry
from odoo.orm.model_classes import is_model_definition
from odoo.tests.common import get_db_name
from odoo.tools.template_inheritance import locate_node

import odoo.addons

MODULE = "pos_lot_traceability"
REPO = Path(__file__).parents[2]
LIST = REPO / "docs" / "overrides.md"
RISKS = ("low", "medium", "high")
# How something of core's is overridden.
EXTENDS, REPLACES, FIELD = "extends", "replaces", "field"
ROW = re.compile(r"\| `([^`|]+)` \| `([^`|]+)` \| (\w+) \| ([^|]+) \| (\w+) \|")
UNTIL = re.compile(r"\bUntil: (Odoo (\d+)\.(\d+)|(\d{4}-\d\d-\d\d))")
UNTIL_ROW = re.compile(r"\| `([^`|]+)` \| (Odoo \d+\.\d+|\d{4}-\d\d-\d\d) \| ([^|]+) \|")


class Override:
    """One method, field, browser member or template of core's that the add-on overrides."""

    def __init__(self, name, file, how):
        self.name, self.file, self.how = name, file, how

    def __str__(self):
        risk = "high" if self.how == REPLACES else "RISK"
        return f"| `{self.name}` | `{self.file}` | {self.how} | REASON | {risk} |"


# --- Python --------------------------------------------------------------------------------------


@cache
def _registry():
    return Registry(get_db_name())


@cache
def _dependencies():
    """The add-on's dependencies, theirs included."""
    found, left = set(), {MODULE}
    while left:
        manifest = odoo.modules.Manifest.for_addon(left.pop())
        new = set(manifest["depends"]) - found
        found |= new
        left |= new
    return found


def _addon_of(python_class):
    match = re.match(r"odoo\.addons\.(\w+)", python_class.__module__)
    return match and match[1]


def _function(value):
    """The function of a class's attribute, None when it is something else."""
    if isinstance(value, property):
        value = value.fget
    value = inspect.unwrap(getattr(value, "__func__", value))
    return value if inspect.isfunction(value) else None


def _calls_super(function, name):
    """Whether a function calls what it overrides: `super().name(...)`."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == name
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", None) == "super"
        ):
            return True
    return False


def _short(path):
    """A file's name from its add-on on, `point_of_sale/models/...`, or from `odoo/` on."""
    path = Path(path).resolve()
    if path.is_relative_to(REPO):
        return str(path.relative_to(REPO))
    _before, addons, inside = str(path).rpartition("/addons/")
    return inside if addons else f"odoo/{str(path).rpartition('/odoo/')[2]}"


def _own_methods():
    """Each method that the add-on defines on a model: (model class, own class, name, function)."""
    for model in _registry().models.values():
        for own in model.mro():
            if _addon_of(own) != MODULE or not is_model_definition(own):
                continue
            for name, value in vars(own).items():
                if not name.startswith("__") and (function := _function(value)):
                    yield model, own, name, function


def _parents(model, own, name):
    """The functions that a method of the add-on overrides, nearest first: `[(class, function)]`."""
    after = model.mro()[model.mro().index(own) + 1 :]
    parents = [
        (parent, function)
        for parent in after
        if _addon_of(parent) != MODULE
        and name in vars(parent)
        and (function := _function(vars(parent)[name]))
    ]
    if model._original_module == MODULE:
        # A model of the add-on's own: what each model has is no core method that it overrides.
        parents = [(parent, function) for parent, function in parents if _addon_of(parent)]
    # What else is installed may stand in between.
    near = [
        (parent, function)
        for parent, function in parents
        if _addon_of(parent) in _dependencies() or not _addon_of(parent)
    ]
    return near or parents


@cache
def _python_overrides():
    result = {}
    for model, own, name, function in _own_methods():
        if parents := _parents(model, own, name):
            key = f"{model._name}.{name}"
            how = EXTENDS if _calls_super(function, name) else REPLACES
            # Split over several files of the add-on, one of which replaces: that one counts.
            if key not in result or how == REPLACES:
                file = _short(inspect.getsourcefile(parents[0][1]))
                result[key] = Override(key, file, how)
    for model in _registry().models.values():
        for name, field in model._fields.items():
            first, *others = field._modules or (MODULE,)
            if first != MODULE and MODULE in others and not field.inherited:
                result[f"{model._name}.{name}"] = Override(f"{model._name}.{name}", first, FIELD)
    return list(result.values())


def test_python_methods_exist():
    """What calls `super()` has something above it, under the same arguments."""
    wrong = []
    for model, own, name, function in _own_methods():
        where = f"{model._name}.{name} ({_short(inspect.getsourcefile(function))})"
        parents = _parents(model, own, name)
        own_parents = [
            parent
            for parent in model.mro()[model.mro().index(own) + 1 :]
            if _addon_of(parent) == MODULE and name in vars(parent)
        ]
        if not parents:
            is_known = own_parents or model._original_module == MODULE
            if not is_known and _calls_super(function, name):
                wrong.append(f"{where} calls super(), and Odoo has no such method any more")
            continue
        core_class, core_function = parents[0]
        core, ours = (inspect.signature(it).parameters for it in (core_function, function))
        kinds = {parameter.kind for parameter in ours.values()}
        takes_all = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds
        if not takes_all and list(core)[1:] != list(ours)[1 : len(core)]:
            wrong.append(
                f"{where} takes {tuple(ours)}, and in {_short(inspect.getsourcefile(core_class))} "
                f"it takes {tuple(core)}"
            )
    assert not wrong, "\n".join(wrong)


# --- the browser ---------------------------------------------------------------------------------


@cache
def _browser():
    return BrowserCode(sorted(_registry()._init_modules))


def _own_scripts():
    return sorted(REPO.joinpath("static", "src").rglob("*.js"))


def _own_static(path):
    """The file as the browser code knows it: through the add-on's folder among Odoo's."""
    return _browser().roots[MODULE] / path.relative_to(REPO / "static")


def _patched_members():
    """Each browser member with which the add-on changes a class of core's.

    :return: (file, line, place, prototype, member); `place` is None when core does not export the
        class, the member is None when it cannot be told what it is
    """
    for script in _own_scripts():
        path = _own_static(script)
        content = _browser().read(path)
        for patch in content["patches"]:
            place = _browser().resolve(path, patch["target"])
            for member in patch["members"] or [None]:
                yield script, patch["line"], patch["target"], place, patch["prototype"], member
        for class_name, definition in content["classes"].items():
            parent = definition["extends"]
            source = content["imports"].get(parent)
            if not source or source[0].startswith((f"@{MODULE}", "@odoo/owl")):
                continue
            place = _browser().resolve(path, parent)
            for member in definition["members"]:
                name = f"{class_name} (a {parent})"
                yield script, 0, name, place, not member["static"], member


def _browser_name(target, prototype, member):
    dot = "." if prototype is PROTOTYPE else " static "
    return f"{target}{dot}{member['name']}"


@cache
def _browser_overrides():
    result = []
    for _script, _line, target, place, prototype, member in _patched_members():
        if not place or not member:
            continue
        if found := _browser().find_members(place, member["name"], prototype):
            name = _browser_name(target, prototype, member)
            how = EXTENDS if member["super"] else REPLACES
            result.append(Override(name, _browser().short(found[0][0]), how))
    return result


def test_browser_targets_exist():
    """Core exports each class that is changed, and has each member that is called by `super`."""
    wrong = []
    for script, line, target, place, prototype, member in _patched_members():
        where = f"{script.relative_to(REPO)}:{line}: {target}"
        if not place:
            wrong.append(f"{where} is exported by core no more, or is no class")
        elif not member:
            wrong.append(f"{where} is patched with something that cannot be read: write it out")
        else:
            found = _browser().find_members(place, member["name"], prototype)
            where += f", {member['name']}"
            if not found and member["super"]:
                wrong.append(f"{where} calls super, and core has no such member any more")
            elif found:
                wrong += [f"{where} {text}" for text in _compare_members(member, *found[0])]
    assert not wrong, "\n".join(wrong)


def _compare_members(own, path, core):
    """What no longer fits between a member of the add-on and core's."""
    file = _browser().short(path)
    if own["kind"] != core["kind"]:
        yield f"is a {own['kind']}, and in {file} it is a {core['kind']}"
        return
    for ours, theirs in zip(own["params"], core["params"], strict=False):
        if ours != theirs and "{}" not in (ours, theirs) and not ours.startswith("..."):
            yield f"takes {own['params']}, and in {file} it takes {core['params']}"
            return
    passes_all = own["arguments"] or len(own["params"]) >= len(core["params"])
    passes_all = passes_all or any(name.startswith("...") for name in own["params"])
    if own["super"] and own["kind"] == "method" and not passes_all:
        yield f"passes on {own['params']} only, and in {file} it takes {core['params']}"


def test_core_is_changed_by_patches_only():
    """A property that is set on a class of core's is neither found here nor undone in tests."""
    wrong = [
        f"{script.relative_to(REPO)}:{it['line']}: {it['target']}.{it['name']} is set: use patch()"
        for script in _own_scripts()
        for it in _browser().read(_own_static(script))["assigned"]
    ]
    assert not wrong, "\n".join(wrong)


# --- templates -----------------------------------------------------------------------------------


def _own_templates():
    for path in sorted(REPO.joinpath("static", "src").rglob("*.xml")):
        for element in etree.parse(path).iter():
            if isinstance(element.tag, str) and element.get("t-inherit"):
                yield path, element


@cache
def _core_template(name):
    """The file and the element of a template of core's; (None, None) when there is none."""
    addon = name.split(".")[0]
    roots = _browser().roots
    for module in (addon, *sorted(set(roots) - {addon, MODULE})):
        for path in sorted(roots.get(module, Path("-")).joinpath("src").rglob("*.xml")):
            if f'"{name}"' not in path.read_text():
                continue
            for element in etree.parse(path).iter():
                is_template = isinstance(element.tag, str) and not element.get("t-inherit")
                if is_template and element.get("t-name") == name:
                    return path, element
    return None, None


@cache
def _template_overrides():
    return [
        Override(element.get("t-inherit"), _browser().short(path), EXTENDS)
        for _own, element in _own_templates()
        for path, _template in (_core_template(element.get("t-inherit")),)
        if path
    ]


def test_templates_fit():
    """Each template that is extended exists, and each of its places is found in it."""
    wrong = []
    for own, element in _own_templates():
        name = element.get("t-inherit")
        _path, template = _core_template(name)
        if template is None:
            wrong.append(f"{own.relative_to(REPO)}: core has no template {name} any more")
            continue
        for spec in element:
            if isinstance(spec.tag, str) and locate_node(template, spec) is None:
                place = spec.get("expr") or spec.tag
                wrong.append(f"{own.relative_to(REPO)}: {name} has no place {place} any more")
    assert not wrong, "\n".join(wrong)


# --- the list ------------------------------------------------------------------------------------


def _listed(heading):
    """The rows under a heading of the list: `{name: (file, how, reason, risk)}`."""
    text = LIST.read_text()
    section = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], flags=re.M)[0]
    rows = [ROW.fullmatch(line.strip()) for line in section.splitlines()]
    return {row[1]: row.groups()[1:] for row in rows if row}


@pytest.mark.parametrize(
    ("heading", "find"),
    [
        ("Python", _python_overrides),
        ("Browser", _browser_overrides),
        ("Templates", _template_overrides),
    ],
)
def test_list(heading, find):
    """Each override stands in docs/overrides.md as it is, and nothing else does."""
    overrides = {override.name: override for override in find()}
    assert overrides, "nothing was found: can the check still read the code?"
    listed = _listed(heading)
    wrong = [f"add    {overrides[name]}" for name in sorted(overrides.keys() - listed.keys())]
    wrong += [
        f"drop   `{name}`: it is no override any more. Was it removed here, or renamed in Odoo?"
        for name in sorted(listed.keys() - overrides.keys())
    ]
    for name in sorted(overrides.keys() & listed.keys()):
        override, (file, how, reason, risk) = overrides[name], listed[name]
        if (file, how) != (override.file, override.how):
            wrong.append(f"change `{name}`: it is now `{override.file}` | {override.how}")
        elif risk not in RISKS or (how == REPLACES and risk != "high"):
            wrong.append(f"change `{name}`: its risk is low, medium or high; high if it replaces")
        elif not reason.strip() or reason.strip() == "REASON":
            wrong.append(f"change `{name}`: say why")
    assert not wrong, f"{LIST.relative_to(REPO)}, section {heading}:\n" + "\n".join(wrong)


def test_end_dates():
    """What is needed for a time only says until when, in its comment and in the list."""
    stated = {
        str(path.relative_to(REPO)): match
        for folder in ("models", "wizard", "static/src")
        for path in REPO.joinpath(folder).rglob("*.*")
        if path.suffix in {".py", ".js", ".xml"} and (match := UNTIL.search(path.read_text()))
    }
    listed = {row[1]: (row[2], row[3].strip()) for row in UNTIL_ROW.finditer(LIST.read_text())}
    assert {file: match[1] for file, match in stated.items()} == {
        file: until for file, (until, _todo) in listed.items()
    }, f"the section 'Until when' of {LIST.relative_to(REPO)} and the comments in the code differ"
    over = [
        f"{file} was needed until {match[1]}. {listed[file][1]}"
        for file, match in stated.items()
        if (
            odoo.release.version_info[:2] >= (int(match[2]), int(match[3]))
            if match[2]
            else datetime.now(UTC).date() >= date.fromisoformat(match[4])
        )
    ]
    assert not over, "\n".join(over)
