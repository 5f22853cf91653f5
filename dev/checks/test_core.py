"""Core's own lot tests with the add-on installed: the list is dev/core_tests.txt.

Those that must fail wait for what does not come, up to half a minute each: only `dev/test --core`
and `--odoo` look at them.
"""

import os

import pytest
from core_list import read_core_list
from odoo_runner import OdooRun


@pytest.fixture(scope="module")
def run(request):
    names = {
        item.callspec.params["name"] for item in request.session.items if "name" in _params(item)
    }
    tags = ",".join(f"/{name}" for name in sorted(names))
    return OdooRun("core", os.environ["POS_LOT_TEST_DB"], tags)


def _params(item):
    return getattr(getattr(item, "callspec", None), "params", {})


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        pytest.param(name, differs, id=name)
        for name, differs in read_core_list().items()
        if not differs or os.environ.get("POS_LOT_CORE")
    ],
)
def test_core(run, name, differs):
    outcome, said = run.outcome(name.split(":")[1])
    expected = "failed" if differs else "passed"
    assert outcome == expected, f"{outcome}, whole log: {run.log}\n{said}"
