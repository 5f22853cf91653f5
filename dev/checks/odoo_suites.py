"""`dev/test --odoo [FILTER]`: Odoo's own suites with the add-on, and what differs from the list.

FILTER is a class, `Class.method`, or `module:Class.method`; without one both suites run whole.
`neighbours`: the suites of the modules that sell beside the add-on; the name of one: its suite.
"""

import logging
import os
import re
import sys
import time

from core_list import LIST, read_core_list
from odoo_runner import OdooRun

MODULES = ("point_of_sale", "pos_sale")
NEIGHBOURS = (
    "pos_discount",
    "pos_hr",
    "pos_loyalty",
    "pos_mrp",
    "pos_repair",
    "pos_restaurant",
    "pos_self_order",
)
NAME = re.compile(r"(?:(?P<module>\w+):)?(?P<test>\w+(?:\.\w+)?)")


def is_whole(wanted):
    """Whether a filter means whole suites."""
    return not wanted or wanted == "neighbours" or wanted in MODULES + NEIGHBOURS


def read_filter(wanted):
    """
    :return: (modules, what `--test-tags` takes for the filter)
    """
    if is_whole(wanted):
        modules = NEIGHBOURS if wanted == "neighbours" else (wanted,) if wanted else MODULES
        return modules, ",".join(f"/{module}" for module in modules)
    match = NAME.fullmatch(wanted)
    if not match or (match["module"] or MODULES[0]) not in MODULES + NEIGHBOURS:
        sys.exit(f"STOPPED: {wanted} is no module, class, Class.method or module:Class.method.")
    modules = (match["module"],) if match["module"] else MODULES
    return modules, ",".join(f"/{module}:{match['test']}" for module in modules)


def find_tests(modules, tags):
    """The tests that Odoo's own loader finds, `MODULE:Class.method`, those of `at_install` apart.

    :return: (names of tests that run when a module is installed, names of all others)
    """
    import odoo  # noqa: F401, PLC0415
    from odoo.modules.module import initialize_sys_path  # noqa: PLC0415
    from odoo.tools import config  # noqa: PLC0415

    logging.disable(logging.INFO)
    database = os.environ["POS_LOT_TEST_DB"]
    config.parse_config(["-c", os.environ["ODOO_RC"], "-d", database, "--test-tags", tags])
    initialize_sys_path()
    from odoo.tests.loader import make_suite  # noqa: PLC0415

    return tuple(
        [
            f"{type(test).__module__.split('.')[2]}:{type(test).__name__}.{test._testMethodName}"
            for test in make_suite(modules, position)
        ]
        for position in ("at_install", "post_install")
    )


class Progress:
    """Tells every half minute how far the run is."""

    EVERY = 30

    def __init__(self, total):
        self.total = total
        self.start = self.told = time.monotonic()

    def __call__(self, log):
        now = time.monotonic()
        if now - self.told < self.EVERY:
            return
        self.told = now
        text = log.read_text(errors="replace")
        started = re.findall(r": Starting (\w+\.\w+) ", text)
        failed = len(
            re.findall(r" ERROR \S+ odoo\.addons\.\w+\.tests\.\S+: (?:FAIL|ERROR): ", text)
        )
        running = f", now {started[-1]}" if started else ""
        print(
            f"[{now - self.start:5.0f}s] {len(started)} of {self.total} tests, "
            f"{failed} faults{running}",
            flush=True,
        )


def compare(outcomes, found, listed):
    """What a run and the list say of each other's tests.

    :param outcomes: see `OdooRun.outcomes`
    :param found: names of the tests that should have run
    :param listed: see `read_core_list`, those that should have run only
    :return: list of (sentence, names) for what is wrong, each with at least one name
    """
    by_outcome = {
        outcome: sorted(name for name, value in outcomes.items() if value == outcome)
        for outcome in ("passed", "failed", "skipped")
    }
    checks = (
        (
            "fail, and the list does not say so. Mend the add-on, or list them with ! and why",
            [name for name in by_outcome["failed"] if not listed.get(name)],
        ),
        (
            "pass, though the list says that they must fail. Take away their mark",
            [name for name in by_outcome["passed"] if listed.get(name)],
        ),
        (
            "did not run, though Odoo's loader finds them",
            sorted(set(found) - set(outcomes)),
        ),
        (
            "stand in the list, and Odoo has no such test any more. Rename or drop them",
            sorted(set(listed) - set(found) - set(outcomes)),
        ),
    )
    return [(sentence, names) for sentence, names in checks if names]


def main(wanted=""):
    modules, tags = read_filter(wanted)
    at_install, post_install = find_tests(modules, tags)
    found = at_install + post_install
    if not found:
        sys.exit(f"STOPPED: no suite has a test {wanted}.")
    listed = {
        name: differs
        for name, differs in read_core_list(whole=True).items()
        if name in found or (is_whole(wanted) and name.split(":")[0] in modules)
    }
    print(f"{len(found)} tests of {', '.join(modules)}, with the add-on installed.", flush=True)
    # Odoo runs the tests of `at_install` for modules that it installs or updates, and no others.
    updated = sorted({name.split(":")[0] for name in at_install})
    options = ("-u", ",".join(updated)) if updated else ()
    run = OdooRun(
        "odoo-suites", os.environ["POS_LOT_TEST_DB"], tags, *options, watch=Progress(len(found))
    )
    outcomes = run.outcomes()
    wrong = compare(outcomes, found, listed)
    failed = [name for name, outcome in outcomes.items() if outcome == "failed"]
    skipped = sorted(name for name, outcome in outcomes.items() if outcome == "skipped")
    wanted_failures = [name for name in failed if listed.get(name)]
    print()
    if skipped:
        print(f"{len(skipped)} tests were skipped by Odoo itself: {', '.join(skipped)}.")
    for sentence, names in wrong:
        print(f"{len(names)} tests {sentence}:")
        for name in names:
            print(f"  {name}")
    print(
        f"{len(outcomes)} tests ran and {len(failed)} failed, {len(wanted_failures)} of them as "
        f"{LIST.name} says."
    )
    if wrong:
        print(f"This differs from {LIST.name}, see above. The whole log: {run.log}")
        return 1
    print(f"Nothing differs from {LIST.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
