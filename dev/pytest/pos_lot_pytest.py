"""pytest plugin of `dev/test`: makes pytest-odoo as strict as Odoo's own runner.

Loaded with `-p`, from a folder that is no package, so that pytest never takes it for a part of
the add-on.

* The checkout's folder may have any name: its tests are imported as the add-on's.
* A skipped test is a failed test: a missing browser must not look like success.
* An ERROR or WARNING in Odoo's log fails the test during which it came, unless `log_allowed.py`
  lists it.
* Core's browser bundles are built once, not once per test class.
* With `-n` (pytest-xdist) each process works on a copy of the database and of its files; it tells
  the first process what was logged outside of tests.
* With POS_LOT_STOCK (a database without the add-on) every test of `tests/against_core/` must fail,
  unless its class or method says `stock_passes = True`: a control. A class that runs inherited
  controls in another mode names those that stock Odoo fails there in `stock_fails_too`.
"""

import functools
import logging
import os
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import bundles
import pytest
import pytest_odoo
from log_allowed import allowed_reason

MODULE = "pos_lot_traceability"
REPO = Path(__file__).resolve().parents[2]
STOCK = bool(os.environ.get("POS_LOT_STOCK"))


class FaultLog(logging.Handler):
    """Keeps the ERROR and WARNING records that no test expects (an expected one never gets here:
    `assertLogs` and `mute_logger` keep it to themselves)."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []
        self.lock_lines = threading.Lock()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record):
        text = self.format(record)
        if not allowed_reason(record.name, text):
            with self.lock_lines:
                self.lines.append(text)

    def take(self):
        with self.lock_lines:
            lines, self.lines = self.lines, []
        return lines


fault_log = FaultLog()


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    logging.getLogger().addHandler(fault_log)
    _import_as_the_add_on()


def pytest_unconfigure(config):
    logging.getLogger().removeHandler(fault_log)


@contextmanager
def _own_filestore(original, database):
    """Give a process of `-n` files of its own, where pytest-odoo lets all share one folder: Odoo
    clears a folder after each test class of what its own database does not know, so what another
    process has just written would go."""
    from odoo.tools import config  # noqa: PLC0415

    if original == database:
        yield
        return
    folder = Path(config.filestore(database))
    shutil.rmtree(folder, ignore_errors=True)
    # A file never changes once written.
    shutil.copytree(config.filestore(original), folder, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


pytest_odoo._shared_filestore = _own_filestore


def _import_as_the_add_on():
    """Give the checkout's modules the name that Odoo gives them."""
    from _pytest import pathlib  # noqa: PLC0415

    original = pathlib.resolve_pkg_root_and_module_name

    @functools.wraps(original)
    def resolve(path, **kwargs):
        real = Path(path).resolve()
        if real.is_relative_to(REPO) and (REPO / "__init__.py").exists():
            inside = real.relative_to(REPO)
            if inside.parts[0] not in {"dev", "docs"}:
                parts = inside.with_suffix("").parts
                if parts[-1] == "__init__":
                    parts = parts[:-1]
                # pytest puts this folder on Python's path: one that holds nothing but the add-on.
                root = Path(os.environ.get("POS_LOT_WORK", REPO / ".git"), "addons")
                return root, ".".join(("odoo", "addons", MODULE, *parts))
        return original(path, **kwargs)

    pathlib.resolve_pkg_root_and_module_name = resolve


# --- browser bundles -------------------------------------------------------------------------


def _has_browser(item):
    from odoo.tests import HttpCase  # noqa: PLC0415

    return isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, HttpCase)


def pytest_collection_finish(session):
    session.config.pos_lot_browser = any(map(_has_browser, session.items))


@pytest.fixture(scope="session", autouse=True)
def browser_bundles(request, load_registry, load_http):
    """A test rolls back what it builds, the bundles of its pages too: a second or more each."""
    if request.config.pos_lot_browser:
        from odoo.tests.common import get_db_name  # noqa: PLC0415

        bundles.build(get_db_name())


# --- stricter results ------------------------------------------------------------------------


def pytest_collection_modifyitems(items):
    # The longest classes first: those beside them are done at about the same time.
    items.sort(key=_is_short)
    if not STOCK:
        return
    for item in items:
        if not _is_control(item):
            item.add_marker(
                pytest.mark.xfail(strict=True, reason="stock Odoo fails here, the add-on does not")
            )


def _is_short(item):
    """A test without a browser, and without databases or servers of its own."""
    folders = item.path.relative_to(REPO).parts
    return folders[0] != "dev" and folders[:2] != ("tests", "till")


def _is_control(item):
    """Stock Odoo is expected to pass this test as well."""
    case = getattr(item, "cls", None)
    if item.name in getattr(case, "stock_fails_too", ()):
        return False
    return any(getattr(it, "stock_passes", False) for it in (case, getattr(item, "function", None)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    before = fault_log.take()
    result = yield
    # A server thread may log a moment after the browser has seen the answer.
    if _has_browser(item):
        time.sleep(0.05)
    lines = fault_log.take()
    if before or lines:
        pytest.fail("Odoo logged:\n" + "\n".join(before + lines), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if hasattr(report, "wasxfail"):
        if report.skipped and call.when != "call":
            # A class that cannot even be set up says nothing about stock Odoo.
            report.outcome = "failed"
            del report.wasxfail
        elif call.excinfo:
            # What failed: the person who reads the list sees whether it is for the right reason.
            report.wasxfail = call.excinfo.exconly().replace("\n", " ")[:200]
    elif report.skipped:
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"A skipped test counts as failed. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"A skipped module counts as failed. {report.longrepr[2]}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    result = yield
    lines = fault_log.take()
    worker = getattr(session.config, "workeroutput", None)
    if worker is not None:
        worker["pos_lot_left_over"] = lines
        return result
    lines += getattr(session.config, "pos_lot_left_over", [])
    session.config.pos_lot_left_over = lines
    if lines and session.exitstatus == 0:
        session.exitstatus = 1
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A process of `-n` has ended: keep what it found in the log."""
    lines = getattr(node, "workeroutput", {}).get("pos_lot_left_over", [])
    node.config.pos_lot_left_over = [*getattr(node.config, "pos_lot_left_over", ()), *lines]


def pytest_terminal_summary(terminalreporter, config):
    for line in getattr(config, "pos_lot_left_over", ()):
        terminalreporter.write_line(f"Odoo logged outside of any test: {line}", red=True)
