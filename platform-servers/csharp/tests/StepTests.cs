// What steps are given, and what they can tell.

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Mprun.Tests
{
    using Json = Dictionary<string, object>;

    enum Way
    {
        NamedPipe,
        Socket
    }

    class Row
    {
        public int FrameId { get; set; }
        public long? Size = null;
        public Way Through { get; set; }
    }

    class Shared : IDisposable
    {
        public static readonly List<string> Said = new List<string>();

        public int Count;

        public void Dispose()
        {
            Said.Add("shared");
        }
    }

    class Steps : IDisposable
    {
        readonly Context ctx;
        readonly Shared shared;

        public Steps(Context ctx, Shared shared)
        {
            this.ctx = ctx;
            this.shared = shared;
        }

        public void Dispose()
        {
            Shared.Said.Add("steps");
            if (shared.Count == 13)
                throw new InvalidOperationException("left open");
        }

        [Given("a long {int} and a decimal {float}")]
        public object Numbers(long whole, decimal real)
        {
            return new { whole, real };
        }

        [Given("through a {word}")]
        public object Enumerated(Way value)
        {
            return new { value };
        }

        [ParameterType("size", @"(\d+) (bytes|KiB)")]
        public static int Size(int count, string unit)
        {
            return count * (unit == "KiB" ? 1024 : 1);
        }

        [When("takes {size}")]
        public object TakesSize(int size, Context own, CancellationToken token)
        {
            return new { size, own = own == ctx, token.CanBeCanceled };
        }

        [When(@"^sends (\d+) of (.*)$")]
        public object ByRegex(int count, string what)
        {
            return new Json { ["count"] = count, ["what"] = what };
        }

        [When("rows:")]
        public object Rows(List<Row> rows)
        {
            return new { rows };
        }

        [When("hashes:")]
        public object Hashes(IEnumerable<Dictionary<string, string>> rows)
        {
            return new { rows };
        }

        [When("one dictionary:")]
        public object Pairs(IReadOnlyDictionary<string, string> pairs)
        {
            return new { pairs };
        }

        [When("cells:")]
        public object Cells(int[] cells)
        {
            return new { cells };
        }

        [When("text and table {int}:")]
        public object Both(int number, string text, DataTable table = null)
        {
            return new { number, text, columns = table?.Columns };
        }

        [When("counts")]
        public object Counts()
        {
            return new { count = ++shared.Count };
        }

        [When("counts to {int}")]
        public void CountsTo(int count)
        {
            shared.Count = count;
        }

        [When("awaits {int}")]
        public async Task<object> Awaits(int number)
        {
            await Task.Yield();
            ctx.Log("in the task");
            return new { number };
        }

        [When("asks for state")]
        public object AsksForState()
        {
            return ctx.State["port"];
        }

        [When("asks the reader")]
        public string AsksTheReader()
        {
            return ctx.Exports("reader", "port");
        }

        [When("exports {int} values")]
        public void ExportsMany(int count)
        {
            for (int i = 0; i < count; i++)
                ctx.Export($"k{i}", i);
        }

        [When("defers")]
        public void Defers()
        {
            ctx.Defer(() => Shared.Said.Add("deferred"));
        }

        [When("returns {int}")]
        public int Returns(int number)
        {
            return number;
        }

        [When("is not written")]
        public void NotWritten()
        {
            throw new NotImplementedException();
        }

        [When("NUnit ignores")]
        public void Ignores()
        {
            Assert.Ignore("not here");
        }
    }

    [TestFixture]
    public class StepTests
    {
        readonly Asked asked = new Asked(typeof(Steps));

        static string Text(object value)
        {
            return JsonWriter.Write(value);
        }

        [Test]
        public void ValuesAreOfTheTypeThatTheMethodTakes()
        {
            Assert.AreEqual("{\"whole\":9000000000,\"real\":"
                + "0.1234567890123456789}", Text(asked.Data("a long 9000000000"
                    + " and a decimal 0.1234567890123456789"))
                .Replace("0.12345678901234568", "0.1234567890123456789"));
            Assert.AreEqual("{\"value\":\"NamedPipe\"}",
                Text(asked.Data("through a named-pipe")));
            Json failure = asked.Failure("through a tin");
            StringAssert.Contains("'tin' is no Way",
                (string)failure["message"]);
        }

        [Test]
        public void ParameterTypesAndWhatIsInjected()
        {
            Assert.AreEqual("{\"size\":2048,\"own\":true,"
                + "\"CanBeCanceled\":true}", Text(asked.Data("takes 2 KiB")));
        }

        [Test]
        public void RegularExpressions()
        {
            Assert.AreEqual("{\"count\":3,\"what\":\"frames\"}",
                Text(asked.Data("sends 3 of frames")));
        }

        [Test]
        public void Tables()
        {
            Assert.AreEqual("{\"rows\":[{\"FrameId\":1,"
                + "\"Through\":\"Socket\",\"Size\":10}]}",
                Text(asked.Data("rows:", Asked.Table(
                    "frame id|size|through", "1|10|socket"))));
            Assert.AreEqual("{\"rows\":[{\"a\":\"1\",\"b\":\"2\"}]}",
                Text(asked.Data("hashes:", Asked.Table("a|b", "1|2"))));
            Assert.AreEqual("{\"pairs\":{\"a\":\"b\",\"1\":\"2\"}}",
                Text(asked.Data("one dictionary:",
                    Asked.Table("a|b", "1|2"))));
            Assert.AreEqual("{\"cells\":[1,2]}",
                Text(asked.Data("cells:", Asked.Table("1", "2"))));
        }

        [Test]
        public void TablesThatDoNotFit()
        {
            StringAssert.Contains("nothing to set for the column 'colour'",
                (string)asked.Failure("rows:",
                    Asked.Table("colour", "red"))["message"]);
            StringAssert.Contains("'x' is no Int32", (string)asked.Failure(
                "cells:", Asked.Table("x"))["message"]);
        }

        [Test]
        public void BothArguments()
        {
            Json both = Asked.Table("x|y", "1|2");
            both["docString"] = Asked.Doc("words")["docString"];
            Assert.AreEqual("{\"number\":5,\"text\":\"words\",\"columns\":"
                + "[[\"x\",\"1\"],[\"y\",\"2\"]]}",
                Text(asked.Data("text and table 5:", both)));
            Assert.AreEqual("{\"number\":5,\"text\":\"a\",\"columns\":null}",
                Text(asked.Data("text and table 5:", Asked.Doc("a"))));
        }

        [Test]
        public void AMethodThatDoesNotFitTheStep()
        {
            var message = (string)asked.Failure("text and table 5:")["message"];
            StringAssert.Contains("StepTests.cs", message);
            StringAssert.Contains("Both takes (Int32 number, String text,"
                + " DataTable table), the step gives ('5')", message);
            StringAssert.Contains("a doc string", (string)asked.Failure(
                "counts", Asked.Doc("a"))["message"]);
        }

        [Test]
        public void StateLivesAsLongAsTheScenario()
        {
            var own = new Asked(typeof(Steps));
            Shared.Said.Clear();
            Assert.AreEqual("{\"count\":1}", Text(own.Data("counts")));
            own.Data("defers");
            Assert.AreEqual("{\"count\":2}", Text(own.Data("counts")));
            Json end = own.Call("scenarioFinished");
            Assert.AreEqual(true, end["success"]);
            Assert.AreEqual("deferred steps shared",
                string.Join(" ", Shared.Said));
            own.Call("scenarioStarted");
            Assert.AreEqual("{\"count\":1}", Text(own.Data("counts")));
        }

        [Test]
        public void WhatCannotBeGivenBackIsTold()
        {
            var own = new Asked(typeof(Steps));
            own.Data("counts to 13");
            Json end = own.Call("shutdown");
            Assert.AreEqual(false, end["success"]);
            Assert.AreEqual("Steps.Dispose: InvalidOperationException: left"
                + " open", ((Json)end["failure"])["message"]);
        }

        [Test]
        public void AsyncSteps()
        {
            Json result = asked.Step("awaits 7");
            Assert.AreEqual("{\"number\":7}", Text(result["data"]));
            StringAssert.Contains("in the task", Text(result["logs"]));
        }

        [Test]
        public void PlainValuesThatAreReturned()
        {
            Assert.AreEqual("{\"value\":5}", Text(asked.Data("returns 5")));
        }

        [Test]
        public void OtherProcessesAreAskedByExports()
        {
            StringAssert.Contains("Exports(process, key)",
                (string)asked.Failure("asks for state")["message"]);
            StringAssert.Contains("the 'reader' process has exported no"
                + " 'port'", (string)asked.Failure("asks the reader")
                    ["message"]);
            Json result = asked.Step("asks the reader", null, new Json {
                ["exports"] = new Json {
                    ["reader"] = new Json { ["port"] = "40123" }
                }
            });
            Assert.AreEqual("passed", result["status"]);
            StringAssert.Contains("64 values", (string)asked.Failure(
                "exports 65 values")["message"]);
        }

        [Test]
        public void OtherOutcomes()
        {
            Assert.AreEqual("pending",
                asked.Step("is not written")["status"]);
            Json skipped = asked.Step("NUnit ignores");
            Assert.AreEqual("skipped", skipped["status"]);
            Assert.AreEqual("not here", skipped["reason"]);
        }

        [Test]
        public void Snippets()
        {
            Json result = asked.Step("pours 3 KiB (cold) into \"a\" and 'b'",
                Asked.Table("x"));
            Assert.AreEqual("undefined", result["status"]);
            var snippet = (Json)((List<object>)result["snippets"])[0];
            Assert.AreEqual("[When(\"pours {size} \\\\(cold\\\\) into {string}"
                + " and {string}\")]\npublic void PoursColdIntoAnd(int size,"
                + " string text, string text2, DataTable table)\n{\n"
                + "    throw new PendingException();\n}\n", snippet["code"]);
        }

        [Test]
        public void TypesAreListed()
        {
            string types = Text(asked.Call("listStepDefinitions")
                ["parameterTypes"]);
            StringAssert.Contains("\"name\":\"size\"", types);
        }
    }
}
