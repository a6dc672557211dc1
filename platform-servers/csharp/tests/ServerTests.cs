// A whole server: cancelling, ending, limits.

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Mprun.Tests
{
    using Json = Dictionary<string, object>;

    class SlowSteps
    {
        public static readonly ManualResetEvent Began =
            new ManualResetEvent(false);
        // No wait: that could be interrupted.
        public static volatile bool Release;

        readonly Context ctx;

        public SlowSteps(Context ctx)
        {
            this.ctx = ctx;
        }

        [When("heeds")]
        public void Heeds()
        {
            Began.Set();
            ctx.Sleep(60000);
        }

        [When("awaits for ever")]
        public async Task AwaitsForEver()
        {
            Began.Set();
            await new TaskCompletionSource<int>().Task;
        }

        [When("sleeps deeply")]
        public void SleepsDeeply()
        {
            Began.Set();
            Thread.Sleep(60000);
        }

        [When("never heeds")]
        public void NeverHeeds()
        {
            Began.Set();
            while (!Release)
                Thread.SpinWait(1000);
            ctx.Log("too late");
        }

        [When("registers")]
        public void Registers()
        {
            ctx.Cancelled.Register(() => Thread.Sleep(5000));
            ctx.Cancelled.Register(() => { throw new System.Exception("x"); });
            Began.Set();
            Thread.Sleep(60000);
        }

        [When("returns {int} bytes")]
        public object Returns(int count)
        {
            return new { text = new string('x', count) };
        }

        [When("passes")]
        public void Passes() { }
    }

    [TestFixture]
    public class ServerTests
    {
        const string Cancel = "{\"jsonrpc\":\"2.0\",\"method\":"
            + "\"$/cancelRequest\",\"params\":{\"id\":1,\"reason\":"
            + "\"timeout\"}}";

        [SetUp]
        public void Forget()
        {
            SlowSteps.Began.Reset();
            SlowSteps.Release = false;
        }

        static void ExpectPassed(Live live, int id)
        {
            live.SendStep(id, "passes");
            Json answer = live.Receive();
            Assert.AreEqual((long)id, answer["id"]);
            Assert.AreEqual("passed", ((Json)answer["result"])["status"]);
        }

        [Test]
        public void StepsAreCancelled(
            [Values("heeds", "awaits for ever", "sleeps deeply",
                "never heeds", "registers")] string step)
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.SendStep(1, step);
                SlowSteps.Began.WaitOne();
                live.Send(Cancel);
                live.Send(Cancel);
                Json answer = live.Receive();
                Assert.AreEqual(1L, answer["id"]);
                var failure = (Json)((Json)answer["result"])["failure"];
                Assert.AreEqual("timeout", failure["kind"]);
                Assert.AreEqual("the step was cancelled: timeout",
                    failure["message"]);
                ExpectPassed(live, 2);
                SlowSteps.Release = true;
                ExpectPassed(live, 3);
                live.End();
            }
        }

        [Test]
        public void ACancelBeforeTheStepBegins()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.SendStep(7, "heeds");
                SlowSteps.Began.WaitOne();
                live.SendStep(1, "passes");
                live.Send(Cancel);
                live.Send(Cancel.Replace("\"id\":1", "\"id\":7"));
                Assert.AreEqual(7L, live.Receive()["id"]);
                Json answer = live.Receive();
                Assert.AreEqual(1003L, ((Json)answer["error"])["code"]);
                live.End();
            }
        }

        [Test]
        public void CancelsThatComeAtAnyTime()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                for (int i = 0; i < 200; i++) {
                    live.SendStep(1, "passes");
                    live.Send(Cancel);
                    Assert.AreEqual(1L, live.Receive()["id"]);
                }
                ExpectPassed(live, 2);
                live.End();
            }
        }

        [Test]
        public void TheEndOfInputEndsAStep()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.SendStep(1, "awaits for ever");
                SlowSteps.Began.WaitOne();
                live.End();
                Assert.AreEqual(1L, live.Receive()["id"]);
            }
        }

        [Test]
        public void AnAnswerThatIsTooLong()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.SendStep(1, $"returns {16 * 1024 * 1024} bytes");
                Json answer = live.Receive();
                StringAssert.Contains("attach large things",
                    (string)((Json)answer["error"])["message"]);
                ExpectPassed(live, 2);
                live.End();
            }
        }

        [Test]
        public void AMessageThatIsTooLong()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.Send(new string('x', 16 * 1024 * 1024 + 1));
                Json answer = live.Receive();
                Assert.IsNull(answer["id"]);
                Assert.AreEqual(1007L, ((Json)answer["error"])["code"]);
                ExpectPassed(live, 2);
                live.End();
            }
        }

        [Test]
        public void ALogAfterTheAnswerIsOfNoRequest()
        {
            using (var live = new Live(typeof(SlowSteps))) {
                live.Send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
                    + "\"initialize\",\"params\":{\"protocolVersions\":[1],"
                    + "\"capabilities\":{\"log\":true}}}");
                live.Receive();
                live.SendStep(1, "never heeds");
                SlowSteps.Began.WaitOne();
                live.Send(Cancel);
                Assert.AreEqual(1L, live.Receive()["id"]);
                SlowSteps.Release = true;
                var log = (Json)live.Receive()["params"];
                Assert.IsNull(log["id"]);
                Assert.AreEqual("too late", log["message"]);
                live.End();
            }
        }
    }
}
