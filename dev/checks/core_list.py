"""The list of core's tests that were looked at with the add-on: dev/core_tests.txt."""

from pathlib import Path

LIST = Path(__file__).parents[1] / "core_tests.txt"


def read_core_list(whole=False):
    """`{MODULE:CLASS.METHOD: whether it must fail}`, in the list's order.

    :param whole: also what only a whole run of core's suites looks at, lines with "~"
    :raises ValueError: a test must fail, and no reason is given
    """
    result = {}
    for line in LIST.read_text().splitlines():
        name, _hash, reason = (part.strip() for part in line.partition("#"))
        mark = name[:1] if name[:1] in {"!", "~"} else ""
        name = name.removeprefix(mark).strip()
        if mark and not reason:
            raise ValueError(f"{name} must fail, but there is no reason why")
        if name and (whole or mark != "~"):
            result[name] = bool(mark)
    return result
