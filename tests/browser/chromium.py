"""A Chromium without a window, driven over its DevTools protocol through a
pipe: no port, no library."""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser",
         "google-chrome")


def find():
    """The program, or None."""
    named = os.environ.get("MPRUN_CHROMIUM")
    return named or next((found for found in map(shutil.which, NAMES)
                          if found), None)


class Failure(Exception):
    """What the browser answered, or did not."""


class Chromium:
    """with Chromium(program) as browser: browser.page()"""

    def __init__(self, program, limit=60):
        self.limit = limit
        self.profile = tempfile.mkdtemp(prefix="mprun-browser-")
        self.number = 0
        self.events = []
        self.rest = b""
        theirs_in, self.to = os.pipe()
        self.source, theirs_out = os.pipe()
        # The protocol wants descriptors 3 and 4; a shell puts them there.
        command = [program, "--headless", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--hide-scrollbars",
                   f"--user-data-dir={self.profile}", "--remote-debugging-pipe",
                   "about:blank"]
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "sh"] +
            command, pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (Failure, OSError, subprocess.TimeoutExpired):
            pass
        # Helpers of its own write to the profile a little longer.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.to)
        os.close(self.source)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, until):
        while b"\0" not in self.rest:
            ready = select.select([self.source], [], [],
                                  max(0, until - time.monotonic()))[0]
            piece = os.read(self.source, 1 << 16) if ready else b""
            if not piece:
                raise Failure("the browser says nothing" if not ready
                              else "the browser ended")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        until = time.monotonic() + self.limit
        while True:
            answer = self.receive(until)
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise Failure(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def page(self, width=1280, height=900, scheme="light"):
        return Page(self, width, height, scheme)


class Page:
    """One tab."""

    def __init__(self, browser, width, height, scheme):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")
        self.target = target["targetId"]
        self.session = browser.call("Target.attachToTarget", flatten=True,
                                    targetId=self.target)["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Network.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def open(self, url):
        """Loads the page; also where only what follows # differs."""
        self.call("Page.navigate", url="about:blank")
        self.wait("location.href === 'about:blank'")
        self.call("Page.navigate", url=url)
        self.wait("document.documentElement.dataset.drawn === 'yes'")

    def run(self, script):
        """The value of an expression; of a promise what it gives."""
        result = self.call("Runtime.evaluate", expression=script,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            about = result["exceptionDetails"]
            raise Failure(about.get("exception", {}).get("description") or
                          about["text"])
        return result["result"].get("value")

    def wait(self, condition):
        """Until the expression is true; looked at in each frame."""
        until = time.monotonic() + self.browser.limit
        script = ("new Promise((done) => { const look = () => (" + condition +
                  ") ? done(true) : setTimeout(look, 10); look(); "
                  "setTimeout(() => done(false), 5000); })")
        while time.monotonic() < until:
            try:
                if self.run(script):
                    return
            except Failure:  # the page was left meanwhile
                if self.browser.process.poll() is not None:
                    raise
        raise Failure(f"it never came to: {condition}")

    def key(self, key, code=None):
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        common = {"key": key, "code": code or key}
        if key == "Enter":
            common["windowsVirtualKeyCode"] = 13
        elif key == "Tab":
            common["windowsVirtualKeyCode"] = 9
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text,
                  **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        for letter in text:
            self.key(letter)

    def faults(self):
        """What scripts threw, and addresses that were asked for."""
        found = []
        for event in self.browser.events:
            params = event.get("params", {})
            if event.get("sessionId") != self.session:
                continue
            if event["method"] == "Runtime.exceptionThrown":
                about = params["exceptionDetails"]
                found.append(about.get("exception", {}).get("description") or
                             about["text"])
            elif event["method"] == "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith(("file:", "data:", "about:")):
                    found.append(f"fetched: {url}")
        return found

    def picture(self, path):
        import base64
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))
