"""The server as the runner meets it: a process, two pipes."""

import os
import signal
import unittest

from support import ServerTestCase

STEPS = """\
    import os, socket, subprocess, sys, threading, time
    from mprun import Cancelled, parameter_type, skip, step

    @step("takes {int}")
    def takes(ctx): pass

    @step("blocks in a system call")
    def blocks(ctx):
        left, right = socket.socketpair()
        ctx.log("blocked")
        try:
            left.recv(1)
        finally:
            ctx.log("unwound")

    @step("swallows exceptions")
    def swallows(ctx):
        ctx.log("ready")
        while True:
            try:
                ctx.sleep(60)
            except Exception:
                pass

    @step("swallows everything")
    def swallows_everything(ctx):
        told = False
        while True:
            try:
                if not told:
                    told = True
                    ctx.log("ready")
                ctx.sleep(60)
            except BaseException:
                pass

    @step("defers a wait for ever")
    def defers_a_wait(ctx):
        ctx.defer(wait_for_ever)

    def wait_for_ever():
        threading.Event().wait()

    @step("watches the flag")
    def watches(ctx):
        ctx.log("ready")
        while not ctx.cancelled:
            try:
                time.sleep(0.01)
            except Cancelled:
                break
        return {"seen": ctx.cancelled}

    @step("leaves with {int}")
    def leaves(ctx, code):
        sys.exit(code)

    @step("forks and {word}")
    def forks(ctx, what):
        child = os.fork()
        if child:
            status = os.waitpid(child, 0)[1]
            return {"code": os.waitstatus_to_exitcode(status)}
        if what == "exits":
            sys.exit(5)
        if what == "raises":
            raise RuntimeError("in the child")

    @step("defers {string}")
    def defers(ctx, text):
        ctx.defer(note, text)

    def note(text):
        with open("cleaned", "a") as file:
            file.write(text)
        if text == "broken":
            raise RuntimeError("no way to clean this")

    @step("attaches {int} bytes called {string}")
    def attaches(ctx, size, name):
        ctx.attach(b"x" * size, name)
        ctx.attach("text", "note.txt")

    @step("exports {int} values")
    def exports(ctx, count):
        for number in range(count):
            ctx.export(f"key{number}", number)

    @step("reads from stdin")
    def reads(ctx):
        return {"read": sys.stdin.read(), "raw": os.read(0, 1)}

    @step("logs as {word}")
    def logs(ctx, level):
        ctx.log("x", level)

    @step("knows where it is")
    def knows(ctx):
        return {"dir": ctx.shared_dir, "prefix": ctx.ipc_prefix,
                "seed": ctx.seed, "left": ctx.remaining() is not None}

    @step("leaves a thread behind")
    def leaves_thread(ctx):
        threading.Thread(target=time.sleep, args=(600,)).start()

    @step("fails in an async step")
    async def fails_async(ctx):
        raise AssertionError("it ran")

    async def below():
        import asyncio
        await asyncio.sleep(0)
        raise ValueError("below")

    @step("fails below an async step")
    async def fails_below(ctx):
        await below()

    @parameter_type("colour", "red|blue")
    def colour(text):
        raise ValueError("no such colour")

    @step("is {colour}")
    def is_colour(ctx, colour): pass

    @step("reads the port")
    def reads_port(ctx):
        return {"port": ctx.state.port}

    @step("asks for the port")
    def asks_port(ctx):
        ctx.exports("writer", "port")

    @step("reads state with care")
    def careful(ctx):
        import copy
        assert getattr(ctx.state, "port", 5) == 5
        assert not hasattr(ctx.state, "port")
        ctx.state.list = [1]
        assert copy.deepcopy(ctx.state).list == [1]
        assert vars(ctx.state) == {"list": [1]}

    @step("compares large values")
    def compares(ctx):
        actual = {f"k{n}": list(range(10)) for n in range(6)}
        expected = dict(actual, k3=[1])
        assert actual == expected

    @step("yields")
    def yields(ctx):
        yield

    @step("fails where no folder is")
    def fails_nowhere(ctx):
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir(os.getcwd())
        raise AssertionError("the reason")

    @step("logs from a thread")
    def logs_thread(ctx):
        thread = threading.Thread(target=ctx.log, args=("from a thread",))
        thread.start()
        thread.join()
    """


class Steps(ServerTestCase):
    def setUp(self):
        super().setUp()
        self.start(some=STEPS)

    def test_state_of_another_process_points_to_exports(self):
        failure = self.step("reads the port", process="reader")["failure"]
        self.assertRegex(
            failure["message"], "'reader' process has set ctx.state.port.*own"
            r".*ctx.export\('port', value\).*ctx.exports\(process, 'port'\)")
        failure = self.step("reads the port", context={
            "exports": {"writer": {"port": "1"}}})["failure"]
        self.assertRegex(failure["message"],
                         r"'writer'.* it: ctx.exports\('writer', 'port'\)")
        failure = self.step("asks for the port")["failure"]
        self.assertRegex(failure["message"], "^ExportError: the 'writer' process"
                         r" has exported no 'port'.*ctx.export\('port', value\)")
        self.assertEqual(self.step("reads state with care")["status"], "passed")

    def test_a_failure_begins_at_the_step(self):
        for text in ("fails in an async step", "fails below an async step",
                     "is red"):
            trace = self.step(text)["failure"]["stackTrace"].splitlines()
            self.assertRegex(trace[1], r"steps[/\\]some\.py", text)

    def test_large_values_differ_line_by_line(self):
        failure = self.step("compares large values")["failure"]
        self.assertIn("\n- 'k3': [1]", failure["diff"])

    def test_arguments_that_do_not_fit(self):
        failure = self.step("takes 5")["failure"]
        self.assertRegex(failure["message"], r"some\.py:\d+: .*takes\(ctx\)"
                         r" cannot take.*\(int\)")

    def test_async_steps_run(self):
        result = self.step("fails in an async step")
        self.assertFalse(result["success"])
        self.assertIn("it ran", result["failure"]["message"])

    def test_generator_is_a_failure(self):
        result = self.step("yields")
        self.assertFalse(result["success"])
        self.assertIn("generator", result["failure"]["message"])

    def test_a_failure_in_a_folder_that_is_gone(self):
        failure = self.step("fails where no folder is")["failure"]
        self.assertEqual(failure["message"], "the reason")
        self.assertEqual(failure["location"]["file"], "steps/some.py")

    def test_sys_exit_is_a_failure(self):
        result = self.step("leaves with 7")
        self.assertEqual(result["status"], "failed")
        self.assertIn("SystemExit", result["failure"]["message"])

    def test_a_child_is_no_second_server(self):
        for what, code in (("returns", 70), ("raises", 70), ("exits", 5)):
            with self.subTest(what):
                result = self.step(f"forks and {what}")
                self.assertEqual(result["data"], {"code": code})
        status, stderr = self.finish()
        self.assertEqual(status, 0)
        self.assertEqual(stderr.count("came back from it"), 2)
        self.assertEqual(self.process.stdout.read(), b"")

    def test_stdin_is_empty_for_steps(self):
        self.assertEqual(self.step("reads from stdin")["data"],
                         {"read": "", "raw": ""})

    def test_unknown_level(self):
        self.assertIn("trace, debug", self.step("logs as loud")["failure"][
            "message"])

    def test_too_many_exports(self):
        self.assertEqual(len(self.step("exports 64 values")["exports"]), 64)
        self.assertEqual(self.step("exports 65 values")["status"], "failed")

    def test_large_attachment_becomes_a_file(self):
        self.initialize(run={"artifactDir": self.folder + "/artifacts"},
                        limits={"maxInlineAttachmentBytes": 100})
        small, text = self.step("attaches 99 bytes called '../a b'")[
            "attachments"]
        self.assertEqual(small["encoding"], "base64")
        self.assertEqual(text["body"], "text")
        for name in ("_a_b", "2-_a_b"):
            large, _ = self.step("attaches 101 bytes called '../a b'")[
                "attachments"]
            self.assertEqual(large["path"], name)
            path = os.path.join(self.folder, "artifacts", name)
            self.assertEqual(os.path.getsize(path), 101)

    def test_directories(self):
        message = self.step("knows where it is")["failure"]["message"]
        self.assertIn("MPRUN_SHARED_DIR", message)
        self.initialize(run={"sharedDir": "/s", "ipcPrefix": "p", "seed": 7})
        data = self.step("knows where it is",
                         context={"timeoutMs": 1000})["data"]
        self.assertEqual(data, {"dir": "/s", "prefix": "p", "seed": "7",
                                "left": True})

    def test_thread_logs_and_threads_left(self):
        self.initialize(capabilities={"log": True})
        self.send("executeStep", {"step": "logs from a thread"}, 2)
        self.assertEqual(self.receive()["params"]["message"], "from a thread")
        self.assertTrue(self.receive()["result"]["success"])
        self.step("leaves a thread behind")
        status, stderr = self.finish()
        self.assertEqual(status, 0)
        self.assertIn("threads still running", stderr)


class Cancelling(ServerTestCase):
    def setUp(self):
        super().setUp()
        self.start(some=STEPS)
        self.initialize(capabilities={"log": True})

    def cancelled(self, text):
        self.send("executeStep", {"step": text}, 2)
        self.assertEqual(self.receive()["method"], "log")
        self.send("$/cancelRequest", {"id": 2, "reason": "timeout"})

    def test_out_of_a_blocking_call(self):
        self.cancelled("blocks in a system call")
        self.assertEqual(self.receive()["params"]["message"], "unwound")
        failure = self.receive()["result"]["failure"]
        self.assertEqual(failure["kind"], "timeout")
        self.assertIn("cancelled: timeout", failure["message"])
        self.assertEqual(self.call("health")["result"], {"status": "ok"})

    def test_through_except_exception(self):
        self.cancelled("swallows exceptions")
        self.assertEqual(self.receive()["result"]["failure"]["kind"],
                         "timeout")

    def test_the_flag(self):
        self.cancelled("watches the flag")
        self.assertEqual(self.receive()["result"]["data"], {"seen": True})

    def test_many_at_any_moment(self):
        for number in range(100, 300):
            self.send("executeStep", {"step": "exports 3 values"}, number)
            self.send("$/cancelRequest", {"id": number})
            self.assertEqual(self.receive()["id"], number)
        self.assertEqual(self.call("health")["result"], {"status": "ok"})


class Ending(ServerTestCase):
    def cleaned(self):
        with open(os.path.join(self.folder, "cleaned")) as file:
            return file.read()

    def start_with_deferred(self):
        self.start(some=STEPS)
        self.step("defers 'a'")
        self.step("defers 'b'")

    def test_shutdown_cleans_up_once_last_first(self):
        self.start_with_deferred()
        self.assertTrue(self.call("shutdown")["result"]["success"])
        self.assertEqual(self.call("health")["error"]["code"], 1005)
        self.assertEqual(self.finish()[0], 0)
        self.assertEqual(self.cleaned(), "ba")

    def test_the_end_of_a_case_cleans_up(self):
        self.start_with_deferred()
        result = self.call("scenarioFinished", {"scenarioId": "x"})["result"]
        self.assertEqual(result, {"success": True,
                                  "logs": ["[INFO] 2 clean-ups done"]})
        self.assertEqual(self.cleaned(), "ba")
        self.step("defers 'c'")
        self.assertTrue(self.call("shutdown")["result"]["success"])
        self.assertEqual(self.cleaned(), "bac")

    def test_each_case_has_state_and_folders_of_its_own(self):
        self.start(some="""\
            from mprun import step
            @step("counts")
            def counts(ctx):
                ctx.state.count = getattr(ctx.state, "count", 0) + 1
                ctx.data["is"] = [ctx.state.count, ctx.shared_dir, ctx.seed]
            @step("defers what fails")
            def defers(ctx):
                ctx.defer(int, "no number")
            """)
        def count():
            return self.step("counts")["data"]["is"]
        self.initialize(run={"sharedDir": "/one", "seed": 1})
        self.assertEqual([count(), count()], [[1, "/one", "1"], [2, "/one", "1"]])
        self.assertTrue(self.call("scenarioStarted", {
            "run": {"sharedDir": "/two"}})["result"]["success"])
        self.assertEqual(count(), [1, "/two", "1"])
        self.step("defers what fails")
        result = self.call("scenarioFinished")["result"]
        self.assertFalse(result["success"])
        self.assertIn("invalid literal", result["failure"]["message"])
        self.assertTrue(self.call("scenarioFinished")["result"]["success"])
        self.assertEqual(count(), [1, "/two", "1"])

    def test_end_of_stdin_cleans_up(self):
        self.start_with_deferred()
        self.assertEqual(self.finish()[0], 0)
        self.assertEqual(self.cleaned(), "ba")

    def test_sigterm_cleans_up(self):
        self.start_with_deferred()
        self.send("executeStep", {"step": "blocks in a system call"}, 2)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(20), -signal.SIGTERM)
        self.assertEqual(self.cleaned(), "ba")

    def test_what_never_ends_is_ended_and_told(self):
        for step, how, where in (
                ("defers a wait for ever", "end", "wait_for_ever"),
                ("defers a wait for ever", "signal", "wait_for_ever"),
                ("swallows everything", "signal", "swallows_everything")):
            with self.subTest(step=step, how=how):
                self.start(steps=STEPS)
                self.initialize(capabilities={"log": True})
                self.send("executeStep", {"step": step}, 2)
                self.receive()  # its answer, or what it logs
                if how == "signal":
                    self.process.send_signal(signal.SIGTERM)
                    self.process.send_signal(signal.SIGTERM)
                status, stderr = self.finish()
                self.assertEqual(status, 1)
                self.assertIn(f" in {where}", stderr)
                self._end()

    def test_a_clean_up_that_fails_is_told(self):
        self.start_with_deferred()
        self.step("defers 'broken'")
        result = self.call("shutdown")["result"]
        self.assertFalse(result["success"])
        self.assertIn("no way to clean", result["failure"]["message"])
        self.assertEqual(self.cleaned(), "brokenba")

    def test_nobody_reads(self):
        self.start(some=STEPS)
        self.process.stdout.close()
        self.send("health", {}, 1)
        self.assertEqual(self.process.wait(20), 0)


class BrokenSteps(ServerTestCase):
    def test_every_answer_says_what_is_wrong(self):
        self.start(one="import nothing_of_this_name\n",
                   two="from mprun import step\n@step('{a}')\ndef f(ctx): 0\n")
        error = self.initialize()["error"]
        self.assertRegex(error["message"], r"(?s)2 errors.*steps/one\.py:1: "
                         r".*steps/two\.py:2: ")
        self.assertEqual([entry["line"] for entry in error["data"]["errors"]],
                         [1, 2])
        self.assertEqual(self.call("health")["result"]["status"], "error")
        answer = self.call("executeStep", {"step": "x"})
        self.assertIn("one.py:1", answer["error"]["message"])
        status, stderr = self.finish()
        self.assertEqual(status, 0)
        self.assertIn("one.py:1", stderr)


class Lines(ServerTestCase):
    def test_mark_and_long_line(self):
        self.start(some=STEPS)
        self.process.stdin.write(b"\xef\xbb\xbf")
        self.assertEqual(self.call("health")["result"], {"status": "ok"})
        self.process.stdin.write(b'"' + b"x" * (17 * 1024 * 1024) + b'"\n')
        self.process.stdin.flush()
        self.assertEqual(self.receive()["error"]["code"], 1007)
        self.assertEqual(self.call("health")["result"], {"status": "ok"})


if __name__ == "__main__":
    unittest.main()
