"""A browser whose tours can press real keys, as a cashier or a scanner does.

Events that a script dispatches are not trusted, do not type, and arrive without rhythm. So a
tour asks this driver through a binding of the DevTools protocol, and the protocol's own input
events reach the page like those of a keyboard.
"""

import base64
import json
import os
import pathlib
import threading
import time
from unittest.mock import patch

from odoo.tests import common

# Where `screenshot` puts its pictures; without it none are taken.
PICTURES = os.environ.get("POS_LOT_PICTURES")
# Judges accessibility, where the tools of dev/ are there.
NODE_MODULES = os.environ.get("POS_LOT_NODE_MODULES")
AXE = pathlib.Path(NODE_MODULES, "axe-core", "axe.min.js") if NODE_MODULES else None

KEYS = {
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Escape": {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27},
    "Backspace": {"key": "Backspace", "code": "Backspace", "windowsVirtualKeyCode": 8},
    # Ctrl+]: FNC1, as keyboard scanners send it.
    "\x1d": {"key": "]", "code": "BracketRight", "windowsVirtualKeyCode": 221, "modifiers": 2},
    # FNC1 of scanners in Alt mode: several keys, see `_press`.
    "Alt029": {"alt": "029"},
    "ArrowDown": {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40},
    # 1: Alt, 8: Shift.
    "Alt+c": {"key": "c", "code": "KeyC", "windowsVirtualKeyCode": 67, "modifiers": 1},
    "Alt+k": {"key": "k", "code": "KeyK", "windowsVirtualKeyCode": 75, "modifiers": 1},
    "Alt+q": {"key": "q", "code": "KeyQ", "windowsVirtualKeyCode": 81, "modifiers": 1},
    "Alt+w": {"key": "w", "code": "KeyW", "windowsVirtualKeyCode": 87, "modifiers": 1},
    "Shift+Space": {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "modifiers": 8},
}


class DrivenBrowser(common.ChromeBrowser):
    """Chrome under Odoo's own test control, plus `window.tillDriver`.

    `notes`: what tours have read on screen, by the names that they gave it, of all browsers.
    """

    notes = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._handlers["Runtime.bindingCalled"] = self._on_binding
        self._websocket_request("Runtime.addBinding", params={"name": "tillDriver"})

    def _on_binding(self, name, payload, **_kwargs):
        # The receiving thread must not wait for answers it has to receive itself.
        command = json.loads(payload)
        threading.Thread(target=self._drive, args=(command,), daemon=True).start()

    def _drive(self, command):
        getattr(self, f"_drive_{command['do']}")(**command.get("with", {}))
        self._websocket_send(
            "Runtime.evaluate",
            params={"expression": f"window.tillDriverDone({json.dumps(command['id'])})"},
        )

    def _drive_keys(self, keys, gap=2, pause=0):
        """Press keys `gap` ms apart, `pause` ms after each end key (Enter, Tab)."""
        due = time.monotonic()
        for key in keys:
            params = KEYS.get(key) or {"key": key, "text": key, "unmodifiedText": key}
            self._press(params)
            due += gap / 1000
            if key in ("Enter", "Tab"):
                due += pause / 1000
            time.sleep(max(0, due - time.monotonic()))

    def _drive_codes(self, codes, gap=2, suffix="Enter", pause=0):
        """Scan codes: keys `gap` ms apart, the suffix, then `pause` ms."""
        for code in codes:
            self._drive_keys([*code, suffix] if suffix else [*code], gap=gap)
            time.sleep(pause / 1000)

    def _drive_hold(self, key, count, gap=30):
        """Hold a key down: the keyboard repeats it `gap` ms apart."""
        params = {"key": key, "text": key, "unmodifiedText": key}
        for turn in range(count):
            repeated = {"type": "keyDown", "autoRepeat": turn > 0, **params}
            self._websocket_send("Input.dispatchKeyEvent", params=repeated)
            time.sleep(gap / 1000)
        self._websocket_send("Input.dispatchKeyEvent", params={"type": "keyUp", "key": key})

    def _press(self, params):
        if "alt" in params:
            alt = {"key": "Alt", "code": "AltLeft", "windowsVirtualKeyCode": 18}
            send = self._websocket_send
            send("Input.dispatchKeyEvent", params={"type": "rawKeyDown", "modifiers": 1, **alt})
            for digit in params["alt"]:
                self._press(
                    {
                        "key": digit,
                        "code": f"Numpad{digit}",
                        "windowsVirtualKeyCode": 96 + int(digit),
                        "modifiers": 1,
                    }
                )
            send("Input.dispatchKeyEvent", params={"type": "keyUp", **alt})
            return
        kind = "keyDown" if params.get("text") else "rawKeyDown"
        self._websocket_send("Input.dispatchKeyEvent", params={"type": kind, **params})
        up = {name: value for name, value in params.items() if name != "text"}
        self._websocket_send("Input.dispatchKeyEvent", params={"type": "keyUp", **up})

    def _drive_click_keys(self, selector, codes, suffix="Enter", count=1):
        """Click an element `count` times and scan at once, without waiting for anything."""
        click = f"document.querySelector({json.dumps(selector)}).click();"
        # Answered once the page has taken the click: input events go another way, and under load
        # they would overtake it. The popup itself comes later, with the next frames.
        self._websocket_request("Runtime.evaluate", params={"expression": click * count})
        self._drive_codes(codes, suffix=suffix)

    def _drive_network(self, offline):
        """Cut or restore the network between page and server."""
        self._websocket_request("Network.enable")
        self._websocket_request(
            "Network.emulateNetworkConditions",
            params={
                "offline": offline,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": -1,
            },
        )

    def _drive_note(self, name, text):
        """Keep a text of the page: the test asserts what it says."""
        self.notes[name] = text

    def _drive_axe(self):
        """Give the page `axe`, which judges what people with other senses get."""
        source = "window.axe = { run: () => ({ violations: [] }) };"
        if AXE:
            source = AXE.read_text(encoding="utf-8")
        self._websocket_request("Runtime.evaluate", params={"expression": source})

    def _drive_screenshot(self, name):
        if not PICTURES:
            return
        time.sleep(0.5)  # let animations end
        answer = self._websocket_request("Page.captureScreenshot", params={"format": "png"})
        folder = pathlib.Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.png").write_bytes(base64.b64decode(answer["data"]))


def driven_browser():
    """Context in which Odoo's `start_tour` opens a `DrivenBrowser`."""
    return patch.object(common, "ChromeBrowser", DrivenBrowser)
