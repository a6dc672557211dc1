// How failures look that are not the SDK's own.

using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Xunit.Sdk
{
    // Stands for the library, which Debian does not have.
    class EqualException : Exception
    {
        public EqualException() : base("Assert.Equal() Failure: Values differ"
            + "\nExpected: 5\nActual:   4") { }
    }
}

namespace Mprun.Tests
{
    using Json = Dictionary<string, object>;

    // MSTest's, likewise.
    class AssertFailedException : Exception
    {
        public AssertFailedException() : base("Assert.AreEqual failed."
            + " Expected:<5>. Actual:<4>. the size") { }
    }

    class FailingSteps
    {
        [Step("NUnit")]
        public void Nunit()
        {
            Assert.AreEqual(1024, 1000, "frame size differs");
        }

        [Step("NUnit without words")]
        public void NunitWithout()
        {
            Assert.AreEqual("abc", "abd");
        }

        [Step("xUnit")]
        public void Xunit()
        {
            throw new global::Xunit.Sdk.EqualException();
        }

        [Step("MSTest")]
        public void Mstest()
        {
            throw new AssertFailedException();
        }

        [Step("lists")]
        public void Lists()
        {
            Check.Equal(new[] { 1, 2, 3 }, new List<int> { 1, 3 });
        }

        [Step("equal lists")]
        public void EqualLists()
        {
            Check.Equal(new[] { 1, 2 }, new List<long> { 1, 2 });
        }

        [Step("deep")]
        public void Deep()
        {
            Inner();
        }

        static void Inner()
        {
            try {
                int.Parse("x");
            } catch (FormatException error) {
                throw new InvalidOperationException("outer", error);
            }
        }

        [Step("async")]
        public async Task Async()
        {
            await Task.Yield();
            Inner();
        }

        class Odd : Exception
        {
            public override string Message
            {
                get { throw new InvalidOperationException(); }
            }
        }

        [Step("odd")]
        public void OddMessage()
        {
            throw new Odd();
        }

        [Step("aborts")]
        public void Aborts()
        {
            System.Threading.Thread.CurrentThread.Abort();
        }

        [Step("several")]
        public async Task Several()
        {
            await Task.WhenAll(Task.Run(() => Inner()),
                Task.Run(() => Inner()));
        }

        [Step("times out")]
        public void TimesOut()
        {
            throw new TimeoutException("nobody came");
        }
    }

    [TestFixture]
    public class FailureTests
    {
        readonly Asked asked = new Asked(typeof(FailingSteps));

        void Expect(string step, string message, string expected,
            string actual)
        {
            Json failure = asked.Failure(step);
            Assert.AreEqual("assertion", failure["kind"]);
            Assert.AreEqual(message, failure["message"]);
            Assert.AreEqual(expected, failure["expected"]);
            Assert.AreEqual(actual, failure["actual"]);
        }

        [Test]
        public void ValuesOfTestLibraries()
        {
            Expect("NUnit", "frame size differs", "1024", "1000");
            Json failure = asked.Failure("NUnit without words");
            Assert.AreEqual("abc", failure["expected"]);
            Assert.AreEqual("abd", failure["actual"]);
            Expect("xUnit", "Assert.Equal() Failure: Values differ", "5",
                "4");
            Expect("MSTest", "Assert.AreEqual failed. Expected:<5>."
                + " Actual:<4>. the size", "5", "4");
        }

        [Test]
        public void ListsHaveADiff()
        {
            Assert.AreEqual("--- expected\n+++ actual\n@@ -1,5 +1,4 @@\n [\n"
                + "   1,\n-  2,\n   3\n ]", asked.Failure("lists")["diff"]);
            asked.Data("equal lists");
        }

        [Test]
        public void StacksBeginAtTheStep()
        {
            foreach (string step in new[] { "deep", "async", "several" }) {
                Json failure = asked.Failure(step);
                var lines = ((string)failure["stackTrace"]).Split('\n');
                Assert.AreEqual("InvalidOperationException: outer", lines[0]);
                StringAssert.StartsWith("  at FailingSteps.Inner", lines[1]);
                StringAssert.StartsWith("  at FailingSteps."
                    + char.ToUpper(step[0]) + step.Substring(1), lines[2]);
                StringAssert.StartsWith("Caused by FormatException",
                    lines[lines.Length - 1]);
                Assert.AreEqual("exception", failure["kind"]);
                Assert.AreEqual("InvalidOperationException: outer",
                    failure["message"]);
            }
        }

        [Test]
        public void PlacesAreKnown()
        {
            var place = (Json)asked.Failure("deep")["location"];
            StringAssert.EndsWith("FailureTests.cs", (string)place["file"]);
            Assert.Greater((long)place["line"], 50);
        }

        [Test]
        public void OddExceptions()
        {
            Assert.AreEqual("Odd: <its message throws"
                + " InvalidOperationException>",
                asked.Failure("odd")["message"]);
            StringAssert.StartsWith("ThreadAbortException",
                (string)asked.Failure("aborts")["message"]);
        }

        [Test]
        public void Kinds()
        {
            Assert.AreEqual("timeout", asked.Failure("times out")["kind"]);
        }
    }
}
