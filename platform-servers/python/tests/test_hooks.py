"""Hooks: collecting, listing, executing them."""

import subprocess
import sys
import unittest

from support import SERVER, FolderTestCase, ServerTestCase

HOOKS = """\
    from mprun import (after_run, after_scenario, before_run, before_scenario,
                       pending, skip, step)

    @before_scenario
    def sets_up(ctx):
        ctx.state.seen = [ctx.step, ctx.step_type, ctx.status, *ctx.tags]
        ctx.log("set up")
        ctx.attach("text", "a.txt")
        ctx.export("port", 7)

    @step("tells")
    def tells(ctx):
        return {"seen": ctx.state.seen, "status": ctx.status}

    @before_scenario("@slow and not @old")
    def slow(ctx): pass

    @after_scenario(tags="@x", name="tidy", order=-1)
    async def tidy(ctx):
        raise ValueError("it went wrong")

    @after_scenario()
    def nothing(ctx):
        skip("nothing to do")

    @before_run(name="starts")
    def starts(ctx):
        pending("later")

    @after_run
    def stops(ctx):
        ctx.defer(print, "deferred")

    @after_run(order=3)
    def takes_more(ctx, more): pass
    """


class Hooks(ServerTestCase):
    def hook(self, name, **more):
        answer = self.call("executeHook", {
            "hook": name, "process": "writer", "status": "passed",
            "context": {}, **more})
        self.assertIn("result", answer)
        return answer["result"]

    def test_they_are_listed_as_they_stand(self):
        self.start(a=HOOKS)
        capabilities = self.initialize()["result"]["capabilities"]
        self.assertIs(capabilities["hooks"], True)
        hooks = self.call("listStepDefinitions")["result"]["hooks"]
        for hook in hooks:
            self.assertEqual(hook["location"]["file"], "steps/a.py")
            hook["location"] = hook["location"]["line"]
        self.assertEqual([list(hook.values()) for hook in hooks], [
            ["h1", "beforeScenario", None, None, 0, 4],
            ["h2", "beforeScenario", None, "@slow and not @old", 0, 15],
            ["h3", "afterScenario", "tidy", "@x", -1, 18],
            ["h4", "afterScenario", None, None, 0, 22],
            ["h5", "beforeRun", "starts", None, 0, 26],
            ["h6", "afterRun", None, None, 0, 30],
            ["h7", "afterRun", None, None, 3, 34]])

    def test_the_context_and_the_results_of_a_step(self):
        self.start(a=HOOKS)
        self.initialize()
        first = self.hook("h1", context={"tags": ["@x"]})
        self.assertEqual(first["status"], "passed")
        self.assertEqual([entry["message"] for entry in first["logs"]],
                         ["set up"])
        self.assertEqual([entry["body"] for entry in first["attachments"]],
                         ["text"])
        self.assertEqual(first["exports"], {"port": "7"})
        self.assertIn("durationMs", first)
        self.assertEqual(self.step("tells")["data"], {
            "seen": [None, None, "passed", "@x"], "status": None})
        failed = self.hook("h3")
        self.assertEqual(failed["status"], "failed")
        self.assertIn("it went wrong", failed["failure"]["message"])
        self.assertEqual(failed["failure"]["location"]["line"], 20)
        skipped = self.hook("h4")
        self.assertEqual([skipped["status"], skipped["reason"]],
                         ["skipped", "nothing to do"])
        self.assertEqual(self.hook("h5")["status"], "pending")
        self.assertRegex(self.hook("h7")["failure"]["message"],
                         r"steps/a\.py:34: .*takes_more\(ctx, more\) cannot"
                         r" take the context alone")
        self.assertEqual(self.hook("h6")["status"], "passed")
        result = self.call("shutdown")["result"]
        self.assertEqual(result["logs"], ["[INFO] 1 clean-ups done"])

    def test_of_a_step_they_know_it(self):
        self.start(a="""\
            from mprun import after_step, before_step
            @before_step("@x", name="before", order=2)
            def before(ctx):
                ctx.state.steps = [(ctx.step, ctx.step_type, ctx.status)]
            @after_step
            async def after(ctx):
                ctx.state.steps.append((ctx.step, ctx.step_type, ctx.status))
                return {"steps": ctx.state.steps}
            """)
        self.initialize()
        hooks = self.call("listStepDefinitions")["result"]["hooks"]
        self.assertEqual([(hook["type"], hook["tagExpression"], hook["order"])
                          for hook in hooks],
                         [("beforeStep", "@x", 2), ("afterStep", None, 0)])
        step = {"step": "does it", "stepType": "when"}
        self.assertEqual(self.hook("h1", **step)["status"], "passed")
        self.assertEqual(
            self.hook("h2", **{**step, "status": "failed"})["data"]["steps"],
            [["does it", "when", "passed"], ["does it", "when", "failed"]])
        error = self.call("executeHook", {"hook": "h1", "step": 5})["error"]
        self.assertEqual(error["code"], -32602)

    def test_live_logs_name_the_hook_s_request(self):
        self.start(a=HOOKS)
        self.initialize(capabilities={"log": True})
        self.send("executeHook", {"hook": "h1"}, 9)
        log = self.receive()
        self.assertEqual([log["method"], log["params"]["id"]], ["log", 9])
        self.assertEqual(self.receive()["result"]["logs"], [])

    def test_one_that_was_not_listed_is_refused(self):
        self.start(a="from mprun import step\n@step('a')\ndef a(ctx): pass\n")
        capabilities = self.initialize()["result"]["capabilities"]
        self.assertIs(capabilities["hooks"], False)
        for params in ({"hook": "h1"}, {"hook": None}, {"hook": ["h1"]}, {}):
            error = self.call("executeHook", params)["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn("no hook", error["message"])

    def test_params_that_do_not_fit(self):
        self.start(a=HOOKS)
        for params in ({"context": []}, {"process": 5}, {"status": {}}):
            error = self.call("executeHook", {"hook": "h4", **params})["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn(next(iter(params)), error["message"])
        self.initialize(process={"name": "writer"})
        error = self.call("executeHook", {"hook": "h4", "process": "reader"})
        self.assertEqual(error["error"]["code"], 1006)

    def test_a_cancel_ends_it_like_a_step(self):
        self.start(a="""\
            import socket
            from mprun import after_scenario
            @after_scenario
            def blocks(ctx):
                ctx.log("blocks")
                left, right = socket.socketpair()
                left.recv(1)
            """)
        self.initialize(capabilities={"log": True})
        self.send("executeHook", {"hook": "h1"}, 5)
        self.assertEqual(self.receive()["method"], "log")
        self.send("$/cancelRequest", {"id": 5, "reason": "timeout"})
        failure = self.receive()["result"]["failure"]
        self.assertEqual(failure["kind"], "timeout")
        self.assertEqual(failure["location"], {"file": "steps/a.py",
                                               "line": 3})
        self.assertEqual(self.call("health")["result"], {"status": "ok"})


class Faults(FolderTestCase):
    def check(self, *options):
        return subprocess.run(
            [sys.executable, SERVER, "--packages", "none", *options,
             "--steps", "."], cwd=self.folder, capture_output=True,
            text=True, check=False,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path)})

    def test_they_are_told_with_their_places(self):
        self.write("a.py", """\
            from mprun import after_run, before_run, before_scenario
            before_scenario()("text")
            @before_scenario(5)
            def a(ctx): pass
            @before_scenario(name=6)
            def b(ctx): pass
            @before_run("@a")
            def c(ctx): pass
            @after_run(order=1.5)
            def d(ctx): pass
            @before_scenario(order=2 ** 53)
            def e(ctx): pass
            @before_scenario(order=True)
            def f(ctx): pass
            """)
        self.write("b.py", """\
            from mprun import before_scenario
            @before_scenario(tag="@a")
            def a(ctx): pass
            """)
        done = self.check("--check")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.splitlines(), [
            "a.py:2: beforeScenario: what it decorates is no function: 'text'",
            "a.py:3: beforeScenario: tags must be a tag expression, not 5",
            "a.py:5: beforeScenario: name must be a string, not 6",
            "a.py:7: beforeRun: a hook of the run has no tags",
            "a.py:9: afterRun: order must be a whole number, not 1.5",
            "a.py:11: beforeScenario: order must be a whole number, not"
            " 9007199254740992",
            "a.py:13: beforeScenario: order must be a whole number, not True",
            "b.py:2: TypeError: before_scenario() got an unexpected keyword"
            " argument 'tag'"])

    def test_list_shows_them(self):
        self.write("a.py", HOOKS)
        done = self.check("--list")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.splitlines()[:4], [
            "tells  # a.py:11", "beforeScenario  # a.py:4",
            "beforeScenario  # a.py:15", "tidy  # a.py:18"])


if __name__ == "__main__":
    unittest.main()
