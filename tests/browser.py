"""Drives a headless Chromium over its DevTools socket, so that tests of the page meet a real browser.

Without Chromium the tests are skipped, saying so; where GEOCONFLICT_REQUIRE names "browser" they fail instead.
"""

import base64
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
import websocket

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)


def find_chromium():
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        words = "no Chromium on this machine: the page was not opened in a browser"
        if "browser" in os.environ.get("GEOCONFLICT_REQUIRE", ""):
            pytest.fail(words)
        pytest.skip(words)
    return path


DELAYED = """(() => {
  const later = window.setTimeout, never = window.clearTimeout, delayed = window.delayed = new Set();
  window.setTimeout = (act, delay, ...given) => {
    if (delay > 1000 || typeof act !== 'function' || given[0] === act) return later(act, delay, ...given);
    const id = later(() => { delayed.delete(id); act(...given); }, delay);
    delayed.add(id);
    return id;
  };
  window.clearTimeout = id => { delayed.delete(id); never(id); };
})()"""
"""Counts what the page has put off by less than a second; what `settle` itself puts off names itself."""


class Tab:
    """One page: what it asked for, what it complained of, and how to use it."""

    def __init__(self, address):
        self.socket = websocket.create_connection(address, timeout=30, suppress_origin=True)
        self.numbers = itertools.count(1)
        self.requests, self.complaints = [], []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.addScriptToEvaluateOnNewDocument", source=DELAYED)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            self._note(message)
            if message.get("id") == number:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]

    def _note(self, message):
        params = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                if not params["request"]["url"].startswith(("data:", "blob:")):  # these ask nobody
                    self.requests.append(params["request"]["url"])
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.complaints.append(details.get("exception", {}).get("description") or details["text"])
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self.complaints.append(str([argument.get("value") for argument in params["args"]]))
            case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(params["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"dialog: {params['message']}")

    def open(
        self, path, *, width=1280, height=800, dark=False, fragment="", ready="document.documentElement.dataset.ready"
    ):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 760
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )
        self.call("Page.navigate", url="about:blank")
        self.requests.clear()
        self.complaints.clear()
        self.call("Page.navigate", url=Path(path).resolve().as_uri() + fragment)
        self.wait(f"document.readyState === 'complete' && ({ready})")
        self.settle()
        return self

    def run(self, code):
        answer = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition, seconds=15):
        until = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < until, f"the page never came to: {condition}; it complained of {self.complaints}"
            time.sleep(0.03)

    def settle(self):
        """Let two frames and the page's own delayed work (200 ms) pass; a page that waits for nothing is not waited for."""
        self.run(
            """new Promise(done => {
              const begun = performance.now(), frames = then => requestAnimationFrame(() => requestAnimationFrame(then));
              const look = () => {
                const waits = window.delayed ? window.delayed.size : 1;
                if (waits && performance.now() - begun < 300) setTimeout(look, 10, look); else frames(() => done(1));
              };
              frames(look); })"""
        )

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def key(self, key, code=None, number=0, text=""):
        held = {"key": key, "code": code or key, "windowsVirtualKeyCode": number}
        self.call("Input.dispatchKeyEvent", type="keyDown", **held, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **held)

    def screenshot(self, path):
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(picture))


@contextlib.contextmanager
def chromium():
    """Start a browser with a profile of its own and hand out the address of its DevTools; it ends with the block."""
    path = find_chromium()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield _address_of(process, Path(profile) / "DevToolsActivePort")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own children only: the session started above
            process.wait()


def frames(address):
    """Return the sandboxed frames open in that browser, each as a page of its own."""
    with urllib.request.urlopen(f"{address}/json/list") as answer:
        return [target["webSocketDebuggerUrl"] for target in json.load(answer) if target["type"] == "iframe"]


@contextlib.contextmanager
def new_tab(address):
    """Open a tab of its own in that browser; a page that hangs takes no other test with it."""
    with urllib.request.urlopen(urllib.request.Request(f"{address}/json/new?about:blank", method="PUT")) as answer:
        target = json.load(answer)
    tab = Tab(target["webSocketDebuggerUrl"])
    try:
        yield tab
    finally:
        tab.socket.close()
        with urllib.request.urlopen(f"{address}/json/close/{target['id']}") as answer:
            answer.read()


def _address_of(process, port_file):
    until = time.monotonic() + 30
    while not (port_file.is_file() and port_file.read_text().count("\n")):
        assert process.poll() is None, "Chromium ended before it opened"
        assert time.monotonic() < until, "Chromium did not open within 30 s"
        time.sleep(0.05)
    return f"http://127.0.0.1:{port_file.read_text().split()[0]}"
