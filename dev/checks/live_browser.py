"""A browser with several pages, driven over its own protocol: real keys, real bus, real network."""

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from pathlib import Path

import websocket
from live_servers import wait_until

from odoo.tests.common import _find_executable, _preexec

PICTURES = os.environ.get("POS_LOT_PICTURES")


class LiveBrowser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="pos_lot_browser_")
        self.process = subprocess.Popen(
            [
                *(_find_executable(), "--headless=new", "--no-sandbox", "--disable-gpu"),
                *("--no-first-run", "--disable-dev-shm-usage", "--mute-audio"),
                # Each page is a till of its own, and all are looked at.
                "--disable-background-timer-throttling",
                *("--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"),
                *("--remote-debugging-port=0", "--remote-allow-origins=*"),
                *("--window-size=1366,768", f"--user-data-dir={self.folder}"),
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # pytest-odoo limits memory as Odoo does; a browser needs more.
            preexec_fn=_preexec,  # noqa: PLW1509  # pylint: disable=subprocess-popen-preexec-fn
        )
        port_file = Path(self.folder, "DevToolsActivePort")
        wait_until(lambda: port_file.exists() and port_file.read_text().strip(), 60, "a browser")
        self.port = port_file.read_text().split()[0]

    def open(self, url, session_id):
        """A window of its own, as on a machine of its own, with a user's login.

        Tabs that are hidden are not drawn, and windows of one profile share their login.
        """
        version = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/json/version")
        browser = Connection(json.load(version)["webSocketDebuggerUrl"])
        context = browser.send("Target.createBrowserContext")["browserContextId"]
        target = browser.send(
            "Target.createTarget", url="about:blank", newWindow=True, browserContextId=context
        )["targetId"]
        browser.close()
        page = Page(f"ws://127.0.0.1:{self.port}/devtools/page/{target}")
        page.send("Network.setCookie", name="session_id", value=session_id, url=url, httpOnly=True)
        page.send("Page.navigate", url=url)
        return page

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Connection:
    def __init__(self, address):
        self.socket = websocket.create_connection(address, timeout=60)
        self.ids = itertools.count(1)
        self.lock = threading.Lock()

    def send(self, method, **params):
        with self.lock:
            number = next(self.ids)
            self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
            while True:
                answer = json.loads(self.socket.recv())
                if answer.get("id") == number:
                    assert "error" not in answer, f"{method}: {answer}"
                    return answer["result"]

    def close(self):
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.close()


class Page(Connection):
    numbers = itertools.count(1)

    def __init__(self, address):
        super().__init__(address)
        self.number = next(self.numbers)
        for domain in ("Page", "Runtime", "Network"):
            self.send(f"{domain}.enable")

    def ask(self, expression):
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def waits_for(self, expression, seconds=30):
        """:return: how many seconds it took until the expression was true"""
        try:
            return wait_until(lambda: self.ask(f"!!({expression})"), seconds, expression)
        except AssertionError as error:
            self.picture(f"failed_{self.number}")
            shown = self.ask("document.body?.innerText") or ""
            error.add_note(f"The screen of page {self.number} shows:\n{shown[:1000]}")
            raise

    def shows(self, text, seconds=30):
        return self.waits_for(f"document.body?.innerText.includes({json.dumps(text)})", seconds)

    def click(self, selector, text=""):
        """Click the first element of a selector, or of these the first that holds the text."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((el) => el.textContent.includes({json.dumps(text)}))"
        )
        self.waits_for(found)
        self.ask(f"{found}.click()")

    def scan(self, code):
        """As a keyboard-wedge scanner: keys in a burst, and Enter."""
        for key in code:
            self.press(key)
        self._press({"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"})

    def press(self, key):
        """A letter or figure, as on a keyboard."""
        self._press({"key": key, "text": key, "unmodifiedText": key})

    def _press(self, params):
        # Without waiting for answers: a scanner's keys come in one burst, however slow the page is.
        up = {name: value for name, value in params.items() if name != "text"}
        for kind, values in (("keyDown", params), ("keyUp", up)):
            message = {"method": "Input.dispatchKeyEvent", "params": {"type": kind, **values}}
            self.socket.send(json.dumps({"id": next(self.ids), **message}))

    def picture(self, name):
        """A picture for whoever looks at it, when the run was asked for pictures."""
        if PICTURES:
            data = self.send("Page.captureScreenshot", format="png")["data"]
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            Path(PICTURES, f"{name}.png").write_bytes(base64.b64decode(data))
