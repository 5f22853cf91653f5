"""What stands around a shop in the checks that run it for real: Odoo, mail, the network."""

import contextlib
import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from email import message_from_bytes
from http.cookiejar import CookieJar


def free_port():
    with contextlib.closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class LiveOdoo:
    """Odoo as a shop runs it, in a process that may be killed: web, bus and scheduled actions."""

    def __init__(self, database, log):
        self.database, self.log = database, log
        self.port = free_port()
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "odoo", "server", "-c", os.environ["ODOO_RC"]),
                    *("-d", self.database, "--db-filter", f"^{self.database}$"),
                    *("--http-port", str(self.port), "--max-cron-threads", "1"),
                ],
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, 120, "Odoo answers")

    def _answers(self):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/web/login", timeout=60).close()
            return True
        return False

    def kill(self):
        """SIGKILL: nothing is rolled back or written by the process any more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Login:
    """A user's session over HTTP."""

    def __init__(self, port, database, login=None, password=None):
        self.base = f"http://127.0.0.1:{port}"
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        if login:
            values = {"db": database, "login": login, "password": password}
            self._post("/web/session/authenticate", values)

    def call(self, model, method, args=(), **kwargs):
        """:raises RuntimeError: with the server's message"""
        values = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", values)

    def _post(self, path, params):
        request = urllib.request.Request(
            self.base + path,
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.load(self.opener.open(request, timeout=120))
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer.get("result")

    def read(self, path, data=None):
        """The text of a page; `data` is posted as a form."""
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(self.base + path, body, timeout=120) as answer:
            return answer.read().decode("utf-8", "replace")

    @property
    def session_id(self):
        return next(cookie.value for cookie in self.cookies if cookie.name == "session_id")


class MailSink:
    """A mail server that keeps what it gets; one recipient's mail may be left without an answer."""

    def __init__(self, port=0):
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                sink._serve(self.rfile, self.wfile)

        self.mails = []  # (recipient, message)
        self.hold_for = None
        self.holds = threading.Event()
        self.server = _Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _serve(self, rfile, wfile):
        def answer(text):
            with contextlib.suppress(OSError):
                wfile.write(text.encode() + b"\r\n")

        recipients = []
        answer("220 sink")
        while line := rfile.readline():
            word = line[:4].upper().strip()
            if word in (b"EHLO", b"HELO"):
                answer("250 sink")
            elif word == b"RCPT":
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                answer("250 ok")
            elif word == b"DATA":
                answer("354 go on")
                body = b""
                while (part := rfile.readline()) not in (b".\r\n", b""):
                    body += part[1:] if part.startswith(b".") else part
                self.mails += [(to, message_from_bytes(body)) for to in recipients]
                if self.hold_for in recipients:
                    self.holds.set()
                    rfile.readline()  # until the other side is gone
                    return
                recipients = []
                answer("250 taken")
            elif word == b"QUIT":
                answer("221 bye")
                return
            else:
                answer("250 ok")

    @property
    def counts(self):
        """`Counter` of the mails that each recipient has got."""
        return Counter(to for to, _message in self.mails)

    def get_text(self, recipient):
        (message,) = (message for to, message in self.mails if to == recipient)
        parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
        return "\n".join(part.get_payload(decode=True).decode() for part in parts)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Relay:
    """The network between a till and the server, which can be cut."""

    def __init__(self, target):
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                relay._carry(self.request)

        self.target = target
        self.is_cut = False
        self.open = set()
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _carry(self, client):
        if self.is_cut:
            return
        server = socket.create_connection(("127.0.0.1", self.target))
        pair = {client, server}
        self.open |= pair
        back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
        back.start()
        self._copy(client, server)
        back.join()
        self.open -= pair
        server.close()

    def _copy(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for sock in (source, target):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.is_cut = True
        for sock in list(self.open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def restore(self):
        self.is_cut = False

    def stop(self):
        self.cut()
        self.server.shutdown()
        self.server.server_close()


def wait_until(condition, seconds, what):
    """:return: how many seconds it took
    :raises AssertionError: it did not come true
    """
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - start
