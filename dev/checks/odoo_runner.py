"""Runs Odoo's own test runner and reads its log."""

import contextlib
import os
import re
import socket
import subprocess
from pathlib import Path

from log_allowed import allowed_reason

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \S+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^\s:]+): (?P<text>.*)"
)
# How often a run is looked at while it lasts.
WATCH_SECONDS = 15
TEST_NAME = re.compile(r"\b[A-Z]\w*\.test_?\w*")
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


class OdooRun:
    """One run: its exit code, and its log by records (with their continuation lines)."""

    def __init__(self, name, database, tags, *options, watch=None):
        """
        :param name: of the log file
        :param tags: what `--test-tags` takes
        :param options: more options of Odoo's command line
        :param watch: called with the log's path some times a minute while Odoo runs
        """
        self.log = Path(os.environ["POS_LOT_WORK"], "logs", f"{name}.log")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            *(os.environ["POS_LOT_PY"], "-m", "odoo", "server"),
            *("-c", os.environ["ODOO_RC"], "-d", database),
            *("--test-tags", tags, "--stop-after-init", "--http-port", str(port)),
            *options,
        ]
        with self.log.open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                while process.poll() is None:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(WATCH_SECONDS)
                    if watch:
                        watch(self.log)
            finally:
                process.kill()  # the run was broken off; else it has ended already
            self.code = process.returncode
        self.records = []
        for line in self.log.read_text(errors="replace").splitlines():
            if match := LINE.match(line):
                self.records.append([match["level"], match["logger"], match["text"]])
            elif self.records:
                self.records[-1][2] += f"\n{line}"

    @property
    def count(self):
        """How many tests ran."""
        return sum(
            int(match[3])
            for _level, logger, text in self.records
            if logger == "odoo.tests.result" and (match := TOTAL.search(text))
        )

    @property
    def complaints(self):
        """Warnings and errors that are on no list, and skipped tests."""
        return [
            f"{level} {logger}: {text}"
            for level, logger, text in self.records
            if (
                level in {"WARNING", "ERROR", "CRITICAL"}
                and not allowed_reason(logger, f"{level} {logger}: {text}")
            )
            or re.match(r"skipped ", text)
        ]

    def outcomes(self):
        """`{MODULE:Class.method: 'passed', 'failed' or 'skipped'}` of the tests that started.

        A class that could not be set up stands there as `MODULE:Class`, failed.
        """
        result = {}
        for _level, logger, text in self.records:
            if not (module := re.match(r"odoo\.addons\.(\w+)\.tests\.", f"{logger}.")):
                continue
            first = text.split("\n", 1)[0]
            if match := re.match(r"Starting (\w+\.\w+) ", first):
                result.setdefault(f"{module[1]}:{match[1]}", "passed")
            elif re.match(r"(FAIL|ERROR): ", first) and (match := re.search(TEST_NAME, first)):
                result[f"{module[1]}:{match[0]}"] = "failed"
            elif first.startswith("skipped") and (match := re.search(TEST_NAME, first)):
                result[f"{module[1]}:{match[0]}"] = "skipped"
        for _level, _logger, text in self.records:
            if match := re.match(
                r"(?:FAIL|ERROR): setUpClass \(odoo\.addons\.(\w+)\.tests\.\w+\.(\w+)\)", text
            ):
                result[f"{match[1]}:{match[2]}"] = "failed"
        return result

    def outcome(self, test):
        """'passed', 'failed', 'skipped' or 'not run', and what the log says, for Class.method."""
        outcome, said = "not run", []
        for level, _logger, text in self.records:
            first = text.split("\n", 1)[0]
            if first.startswith(f"Starting {test} "):
                outcome = "passed" if outcome == "not run" else outcome
            elif re.match(rf"(FAIL|ERROR): .*\b{re.escape(test)}\b", first):
                outcome = "failed"
                said.append(f"{level} {text}")
            elif first.startswith("skipped") and test in first:
                outcome = "skipped"
                said.append(first)
        return outcome, "\n".join(said)
