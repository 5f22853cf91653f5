"""Core's own lot tests with the add-on installed: the list is dev/core_tests.txt."""

import os
from pathlib import Path

import pytest
from odoo_runner import OdooRun


def _listed():
    for line in Path(__file__).parents[1].joinpath("core_tests.txt").read_text().splitlines():
        name, _hash, reason = line.partition("#")
        if name := name.strip():
            differs = name.startswith("!")
            name = name.lstrip("! ")
            assert reason.strip() or not differs, f"{name} must fail, but there is no reason why"
            yield pytest.param(name, differs, id=name)


@pytest.fixture(scope="module")
def run(request):
    names = {
        item.callspec.params["name"] for item in request.session.items if "name" in _params(item)
    }
    tags = ",".join(f"/{name}" for name in sorted(names))
    return OdooRun("core", os.environ["POS_LOT_TEST_DB"], tags)


def _params(item):
    return getattr(getattr(item, "callspec", None), "params", {})


@pytest.mark.parametrize(("name", "differs"), _listed())
def test_core(run, name, differs):
    outcome, said = run.outcome(name.split(":")[1])
    expected = "failed" if differs else "passed"
    assert outcome == expected, f"{outcome}, whole log: {run.log}\n{said}"
