"""The list of core's tests that were looked at with the add-on: dev/core_tests.txt."""

from pathlib import Path

LIST = Path(__file__).parents[1] / "core_tests.txt"


def read_core_list():
    """`{MODULE:CLASS.METHOD: whether it must fail}`, in the list's order.

    :raises ValueError: a test must fail, and no reason is given
    """
    result = {}
    for line in LIST.read_text().splitlines():
        name, _hash, reason = line.partition("#")
        if not name.strip():
            continue
        differs = name.startswith("!")
        name = name.strip().lstrip("! ")
        if differs and not reason.strip():
            raise ValueError(f"{name} must fail, but there is no reason why")
        result[name] = differs
    return result
