#!/usr/bin/env python3
"""The html report in a real browser.

    test_page.py --mprun BINARY --data FOLDER [--axe FILE] [--pictures FOLDER]
                 [NAME]...

Pages are made of the journals in FOLDER and driven by keyboard. With
--pictures each test leaves what it saw. Exit status 77: no Chromium here, or
all that could run passed and axe-core is not here (--axe, or MPRUN_AXE).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from chromium import Chromium, Failure, find  # noqa: E402

ROWS = "document.querySelectorAll('#list [role=row]:not(.head)').length"
FOCUSED = "document.activeElement.getAttribute('aria-label')"


class Skipped(Exception):
    """Why a part cannot run here."""


class Tests:
    def __init__(self, options, browser, folder):
        self.options = options
        self.browser = browser
        self.folder = pathlib.Path(folder)
        self.made = {}

    def make(self, name):
        if name not in self.made:
            page = self.folder / f"{name}.html"
            journal = pathlib.Path(self.options.data) / f"{name}.ndjson"
            subprocess.run([self.options.mprun, "report", "-q", "-f",
                            f"html:{page}", str(journal)],
                           capture_output=True, check=False)
            self.made[name] = page.as_uri()
        return self.made[name]

    def open(self, name, place="", **how):
        page = self.browser.page(**how)
        page.open(self.make(name) + place)
        return page

    def same(self, page, script, expected):
        got = page.run(script)
        if got != expected:
            raise AssertionError(f"{script}\n    is {got!r}\n    and should "
                                 f"be {expected!r}")

    def finish(self, page, name):
        if self.options.pictures:
            page.picture(os.path.join(self.options.pictures, f"{name}.png"))
        faults = page.faults()
        assert not faults, faults
        page.close()

    def test_causes(self):
        page = self.open("mixed")
        self.same(page, "document.getElementById('title').textContent",
                  "features/ipc")
        self.same(page, "[...document.querySelectorAll('.cause b')]"
                  ".map((b) => b.textContent).join()", "reader=python")
        self.same(page, "document.querySelector('.cause .soft').textContent",
                  "Frames of unequal size: 2 of 2 combinations, 2 of 3 times, "
                  "now and then")
        page.run("document.querySelector('.cause .link').click()")
        self.same(page, "document.getElementById('case-title').textContent"
                  ".includes('Frames of unequal size')", True)
        self.finish(page, "causes")

    def test_grid(self):
        page = self.open("mixed")
        self.same(page, ROWS, 12)
        self.same(page, "document.querySelectorAll('#list "
                        "[data-case]').length", 21)
        self.same(page, "document.getElementById('shown').textContent",
                  "21 cases")
        self.same(page, "document.getElementById('verdict').textContent",
                  "8 cases did not pass")
        self.finish(page, "grid")

    def test_keyboard(self):
        page = self.open("mixed")
        page.run("document.querySelector('#list [tabindex=\"0\"]').focus()")
        self.same(page, FOCUSED, "Frames of equal size, reader c, writer c: "
                                 "passed, 130ms")
        page.key("ArrowDown")
        page.key("ArrowRight")
        page.key("ArrowRight")
        self.same(page, FOCUSED, "Frames of unequal size, reader python, "
                                 "writer c: failed, 413ms")
        page.key("Enter")
        self.same(page, "document.activeElement.id", "case-title")
        self.same(page, "location.hash", "#case=7")
        page.key("Escape")
        self.same(page, "location.hash", "")
        self.same(page, FOCUSED, "Frames of unequal size, reader python, "
                                 "writer c: failed, 413ms")
        page.key("n")
        self.same(page, "location.hash", "#case=7")
        page.key("n")
        page.run("history.back()")
        page.wait("location.hash === '#case=7'")
        self.finish(page, "keyboard")

    def test_filters(self):
        page = self.open("mixed")
        page.key("/")
        self.same(page, "document.activeElement.id", "text")
        page.type("unequal")
        page.wait("location.hash === '#text=unequal'")
        self.same(page, ROWS, 2)
        self.same(page, "document.getElementById('shown').textContent",
                  "5 of 21 cases")
        page.run("document.querySelector('[data-status=failed]').focus()")
        page.key("Enter")
        self.same(page, "location.hash", "#status=failed&text=unequal")
        self.same(page, "document.getElementById('shown').textContent",
                  "1 of 21 cases")
        self.same(page, "document.querySelectorAll('#list [data-case]"
                        ":not(.faint)').length", 1)
        page.run("document.getElementById('clear').click()")
        self.same(page, "[location.hash, " + ROWS + "]", ["", 12])
        self.finish(page, "filters")

    def test_address(self):
        page = self.open("mixed", "#view=failures&platform=writer=python"
                                  "&status=timed-out,flaky&case=13")
        self.same(page, "[...document.querySelectorAll('[aria-pressed=true]')]"
                        ".map((b) => b.dataset.status).filter(Boolean)",
                  ["timed-out", "flaky"])
        self.same(page, "document.getElementById('platform').value",
                  "writer=python")
        self.same(page, "document.querySelector('[aria-current]')"
                        ".dataset.view", "failures")
        self.same(page, ROWS, 1)
        self.same(page, "document.body.classList.contains('has-case')", True)
        self.finish(page, "address")

    def test_lists(self):
        page = self.open("mixed")
        shown = ("[...document.querySelectorAll('#list [data-case]')]"
                 ".map((n) => Number(n.dataset.case))")
        blocks = json.loads(page.run(
            "document.getElementById('cases').textContent"))
        flaky = [c["number"] for c in blocks if c.get("flaky")]
        skipped = [c["number"] for c in blocks
                   if c["status"] in ("skipped", "not-run")]
        slowest = max(blocks, key=lambda c: c["duration_ms"])["number"]
        go = "document.querySelector('[data-view={}]').click()"
        page.run(go.format("flaky"))
        self.same(page, shown, flaky)
        page.run(go.format("skipped"))
        self.same(page, f"{shown}.sort((a, b) => a - b)", sorted(skipped))
        page.run(go.format("slow"))
        self.same(page, f"{shown}[0]", slowest)
        self.same(page, "location.hash", "#view=slow")
        self.finish(page, "lists")

    def test_case(self):
        page = self.open("mixed", "#case=7")
        text = page.run("document.getElementById('case').textContent")
        for wanted in ("frame 3: size differs", "65537",
                       "steps/python/ring.py:58", "Traceback",
                       "exited with code 1", "frame 3: short read",
                       "mprun 'features/ipc/fifo.feature:20"
                       "[reader=python,writer=c]'"):
            assert wanted in text, f"the case does not tell {wanted}"
        self.same(page, "document.querySelectorAll('.steps li').length", 5)
        self.same(page, "document.querySelectorAll('.steps li.bad').length", 1)
        self.finish(page, "case")

    def test_timeline(self):
        page = self.open("mixed", "#case=7")
        self.same(page, "[...document.querySelectorAll('.lane .who b')]"
                        ".map((b) => b.textContent)", ["reader", "writer"])
        self.same(page, "document.querySelectorAll('.lane .bar.fail').length",
                  1)
        # On one clock: what came later stands further right.
        starts = page.run("[...document.querySelectorAll('.lane')].map((l) => "
                          "[...l.querySelectorAll('.event')].map((e) => "
                          "[Number(e.dataset.at), parseFloat(e.style.left)]))")
        events = sorted(event for lane in starts for event in lane)
        places = [place for _, place in events]
        assert places == sorted(places), places
        page.run("document.querySelector('.lane .event').focus()")
        page.key("ArrowRight")
        page.key("ArrowDown")
        self.same(page, "document.activeElement.closest('.lane')"
                        ".querySelector('b').textContent", "writer")
        self.same(page, "document.querySelector('.readout').textContent ===" +
                  FOCUSED, True)
        self.finish(page, "timeline")

    def test_begun(self):
        """A band from the begin to the end of the process that died of it."""
        page = self.open("begun", "#case=1")
        self.same(page, "[...document.querySelectorAll('.lane')].map((l) => "
                        "[l.querySelector('b').textContent, "
                        "l.querySelectorAll('.band').length, "
                        "l.querySelectorAll('.deed').length, "
                        "l.querySelectorAll('.exit').length])",
                  [["writer", 1, 1, 2], ["reader", 0, 0, 1], ["mprun", 0, 0,
                                                              0]])
        # A process has its colour in lanes, steps and title.
        self.same(page, "[...document.querySelectorAll('.lane.p1 .who b')]"
                        ".map((b) => b.textContent)", ["writer"])
        self.same(page, "[...document.querySelectorAll('.chip.p1')]"
                        ".every((c) => c.textContent.startsWith('writer'))",
                  True)
        # A step begins when its process is ready; of a start there is what
        # the case waited for, not what was over before.
        self.same(page, "[...document.querySelectorAll('.lane')[0]"
                        ".querySelectorAll('.bar')].map((n) => [n.dataset.at,"
                        " n.getAttribute('aria-label').split(', ').pop()])",
                  [["0", "20ms"], ["20", "1ms"], ["60", "40ms"],
                   ["66", "33ms"], ["110", "11ms"]])
        ends = page.run("['.band', '.exit'].map((s) => { const n = document"
                        ".querySelectorAll('.lane')[0].querySelector(s); "
                        "return parseFloat(n.style.left) + "
                        "(parseFloat(n.style.width) || 0); })")
        assert abs(ends[0] - ends[1]) < 0.01, ends
        self.finish(page, "begun")

    def test_ahead(self):
        """Processes that were started before a step named them: their bars
        leave the steps to be seen, where they were played."""
        page = self.open("ahead", "#case=1")
        bars = page.run("[...document.querySelectorAll('.lane')].map((l) => "
                        "[...l.querySelectorAll('.bar')].map((b) => ["
                        "b.className.replace(/event bar /, ''), "
                        "Math.round(b.dataset.at), "
                        "parseFloat(b.style.left), parseFloat(b.style.width)"
                        "]))")
        named = [[[name, at] for name, at, _, _ in lane] for lane in bars]
        assert named == [[["start", 0], ["pass", 40], ["stop", 100]],
                         [["start", 50], ["fail", 90], ["stop", 100]]], named
        for lane in bars:
            for before, after in zip(lane, lane[1:]):
                assert before[2] + before[3] < after[2] + 0.01, lane
        page.run("document.querySelector('.bar.start').focus()")
        self.same(page, FOCUSED, "0ms, reader: start until ready, besides "
                                 "160ms ahead of time, 40ms")
        self.finish(page, "ahead")

    def test_long_names(self):
        """A name that is cut leaves what tells cases apart."""
        inside = ("(() => { const inner = document.querySelector('{0}')"
                  ".getBoundingClientRect(), outer = document.querySelector("
                  "'{1}').getBoundingClientRect(); return inner.width > 0 && "
                  "inner.right <= outer.right; })()")
        for width in (1280, 400):
            page = self.open("ahead", "#view=failures", width=width)
            self.same(page, inside.replace("{0}", ".entry .chip:last-child")
                      .replace("{1}", ".entry-plays"), True)
            page.run("document.querySelector('[data-view=skipped]').click()")
            self.same(page, inside.replace("{0}", ".group .soft")
                      .replace("{1}", ".list"), True)
            self.finish(page, f"long-names-{width}")

    def test_long_words(self):
        """A word longer than its line is broken, wherever names stand."""
        for width in (1280, 400):
            for place, names in (("", ".groups .link, .groups .soft"),
                                 ("#case=7", ".case-head h2, .where span, "
                                             ".facts .tag, .facts .chip")):
                page = self.open("mixed", place, width=width)
                page.run("document.getElementById('right').style.display = "
                         "'block'")  # beside the list there is no room for it
                long = page.run(
                    f"[...document.querySelectorAll('{names}')].map((e) => "
                    "e.textContent = 'x'.repeat(600)).length")
                assert long > 2, f"{names}: {long}"
                self.same(page, "document.getElementById('right').scrollWidth "
                                "<= document.getElementById('right')."
                                "clientWidth", True)
                self.finish(page, f"long-words-{width}{place[1:2]}")

    def test_nothing(self):
        """A run that ended before its first case."""
        page = self.open("empty")
        self.same(page, ROWS, 0)
        self.same(page, "document.querySelector('.empty').textContent",
                  "Nothing here.")
        self.finish(page, "nothing")
        page = self.open("skipped")
        self.same(page, "document.querySelector('#verdict b').textContent",
                  "Nothing was tested")
        self.same(page, "document.querySelector('#verdict b').className",
                  "warn")
        self.finish(page, "all-skipped")

    def test_run_failed(self):
        page = self.open("broken")
        self.same(page, "document.querySelector('#verdict').textContent",
                  "The run failed")
        self.same(page, "document.title[0]", "✗")
        self.same(page, "[...document.querySelectorAll('#meta .fail')].map("
                  "(one) => one.textContent)",
                  ["failed: afterRun 'stop <it>': it did not stop"])
        self.finish(page, "run-failed")

    def test_reveal(self):
        """A case that the address names is in sight."""
        page = self.open("mixed", "#case=20", width=1280, height=600)
        self.same(page, "(() => { const cell = document.querySelector("
                        "'#list .selected').getBoundingClientRect(), list = "
                        "document.getElementById('list')"
                        ".getBoundingClientRect(); return cell.top >= "
                        "list.top && cell.bottom <= list.bottom; })()", True)
        self.finish(page, "reveal")

    def test_attempts(self):
        page = self.open("mixed", "#view=flaky")
        page.run("document.querySelector('#list [data-case]').click()")
        self.same(page, "document.querySelectorAll('.case-head .toggle')"
                        ".length", 2)
        page.run("document.querySelector('.case-head .toggle').click()")
        page.wait("/attempt=1$/.test(location.hash)")
        self.same(page, "document.querySelector('.failure') !== null", True)
        self.finish(page, "attempts")

    def test_copy(self):
        page = self.open("mixed", "#case=7")
        page.run("window.copied = ''; document.execCommand = () => { "
                 "window.copied = document.activeElement.value; "
                 "return true; }")
        page.run("Object.defineProperty(navigator, 'clipboard', {value: "
                 "{writeText: async () => { throw 1; }}})")
        page.run("document.querySelector('.command .copy').click()")
        page.wait("window.copied !== ''")
        self.same(page, "window.copied === document.querySelector("
                        "'.command code').textContent", True)
        self.finish(page, "copy")

    def test_hostile(self):
        for name in ("scripts", "hostile"):
            page = self.open(name)
            for number in page.run(
                    "JSON.parse(document.getElementById('cases').textContent)"
                    ".map((c) => c.number)"):
                page.run(f"location.hash = 'case={number}'")
                page.wait("document.getElementById('case-title') !== null")
            for view in ("failures", "flaky", "slow", "skipped", "grid"):
                page.run(f"document.querySelector('[data-view={view}]')"
                         ".click()")
            self.same(page, "window.hit", None)
            self.same(page, "document.querySelectorAll('script:not([type])')"
                            ".length", 1)
            self.same(page, "document.querySelectorAll('iframe, object, "
                            "embed, base, form[action], a[href]:not(#skip)')"
                            ".length", 0)
            self.finish(page, name)

    def test_attachments(self):
        page = self.open("scripts", "#case=1")
        self.same(page, "document.querySelectorAll('.attachment').length", 9)
        page.wait("[...document.querySelectorAll('.attachment img')]"
                  ".filter((i) => i.naturalWidth > 0).length === 2")
        self.same(page, "window.hit", None)
        text = page.run("[...document.querySelectorAll('.attachment')]"
                        ".map((a) => a.textContent).join('\\n')")
        assert '{\n  "a": ' in text, "JSON is not laid out"
        assert "/etc/hostname" in text
        self.finish(page, "attachments")

    def test_colours(self):
        light = self.open("mixed")
        dark = self.open("mixed", scheme="dark")
        body = "getComputedStyle(document.body).backgroundColor"
        assert light.run(body) != dark.run(body)
        expected = light.run(body)
        dark.run("document.getElementById('theme').click()")
        self.same(dark, body, expected)
        self.finish(light, "light")
        self.finish(dark, "dark")

    def test_phone(self):
        page = self.open("mixed", "#case=7", width=400, height=800)
        self.same(page, "document.documentElement.scrollWidth <= 400", True)
        self.same(page, "document.getElementById('left').offsetParent === "
                        "null", True)
        page.run("document.querySelector('.back').click()")
        self.same(page, "document.getElementById('left').offsetParent === "
                        "null", False)
        self.same(page, "document.documentElement.scrollWidth <= 400", True)
        self.finish(page, "phone")

    def test_axe(self):
        axe = os.environ.get("MPRUN_AXE") or self.options.axe
        if not axe or not os.path.exists(axe):
            raise Skipped("axe-core is not here (MPRUN_AXE names axe.min.js)")
        script = pathlib.Path(axe).read_text(encoding="utf-8")
        for scheme in ("light", "dark"):
            for name, place in (("mixed", "#case=7"), ("scripts", "#case=1"),
                                ("mixed", "#view=skipped&case=13")):
                page = self.open(name, place, scheme=scheme)
                page.run(script + ";0")
                found = page.run(
                    "axe.run().then((r) => r.violations.map((v) => v.impact "
                    "+ ' ' + v.id + ': ' + v.nodes[0].html))")
                bad = [v for v in found
                       if re.match("serious|critical", v)]
                assert not bad, f"{name}{place}, {scheme}: {bad}"
                page.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--axe")
    parser.add_argument("--pictures")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for name in options.names:
        if not hasattr(Tests, name):
            parser.error(f"there is no {name}")
    program = find()
    if not program:
        print("skipped: no Chromium (MPRUN_CHROMIUM names one)")
        return 77
    failed, skipped, count = 0, [], 0
    with tempfile.TemporaryDirectory() as folder, \
            Chromium(program) as browser:
        tests = Tests(options, browser, folder)
        for name in [n for n in dir(Tests) if n.startswith("test_")]:
            if options.names and name not in options.names:
                continue
            try:
                getattr(tests, name)()
                count += 1
                print(f"passed: {name}")
            except Skipped as why:
                skipped.append(f"{name}: {why}")
            except (AssertionError, Failure) as why:
                failed += 1
                print(f"failed: {name}: {why}")
    for why in skipped:
        print(f"skipped: {why}")
    if skipped and not failed:
        return 77
    print(f"{count} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
