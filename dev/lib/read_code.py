"""What Python's and the browser's code make of codes: a JSON string a line in, a JSON line out."""

import contextlib
import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path

REPO = Path(__file__).parents[2]
READER = Path(__file__).with_suffix(".mjs")
BROWSER_CODE = REPO / "static/src/app/utils/gs1.js"


def load_gs1():
    """`number/gs1.py` by itself: its package imports Odoo."""
    spec = importlib.util.spec_from_file_location("gs1", REPO / "number/gs1.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read_line(line, gs1):
    """:return: (text, None), or (None, what Python makes of it or why it cannot be read)"""
    try:
        text = json.loads(line.decode())
    except UnicodeDecodeError:
        return None, {"error": "This line is not UTF-8."}
    except (ValueError, RecursionError) as error:
        return None, {"error": f"This line is no JSON: {error}"}
    if not isinstance(text, str):
        return None, {"error": "This line is no JSON string."}
    code = gs1.read_code(text)
    elements = [list(element) for element in code.elements]
    answer = {"kind": code.kind, "elements": elements, "reason": code.reason}
    return text, {**answer, "meaning": code.meaning}


def main():
    gs1 = load_gs1()
    with subprocess.Popen(
        ["node", READER, BROWSER_CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as browser:
        # Both ends may be a pipe that fills up: one thread sends, this one receives.
        waiting = []
        ready = threading.Condition()

        def send():
            for line in sys.stdin.buffer:
                if not line.strip():
                    continue
                text, answer = read_line(line, gs1)
                with ready:
                    waiting.append((text is not None, answer))
                    ready.notify()
                if text is not None:
                    browser.stdin.write(json.dumps(text).encode() + b"\n")
                    browser.stdin.flush()
            with ready:
                waiting.append(None)
                ready.notify()
            browser.stdin.close()

        threading.Thread(target=send, daemon=True).start()
        while True:
            with ready:
                ready.wait_for(lambda: waiting)
                item = waiting.pop(0)
            if item is None:
                return
            is_text, answer = item
            if is_text:
                answer = {"python": answer, "browser": json.loads(browser.stdout.readline())}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
