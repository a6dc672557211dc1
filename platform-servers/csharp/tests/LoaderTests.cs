// What is wrong in step code is told at the start, all of it.

using System.Collections;
using System.Collections.Generic;
using NUnit.Framework;

namespace Mprun.Tests
{
    using Json = Dictionary<string, object>;

    class BadSteps
    {
        [Given("{nothing} known")]
        public void Untyped() { }

        [Given("an (open bracket")]
        public void Open() { }

        [When("([$")]
        public void BadRegex() { }

        [When("later")]
#pragma warning disable 1998
        public async void Nobody() { }
#pragma warning restore 1998

        [When("yields")]
        public IEnumerable Yields()
        {
            yield return 1;
        }

        [When("of any")]
        public void Any<T>() { }

        [BeforeScenario("@a and")]
        public void Tags() { }

        [AfterRun]
        public void Takes(int number) { }

        [ParameterType("int", "x")]
        public static string Int(string text)
        {
            return text;
        }

        [ParameterType("pair", "(a)-(b)")]
        public static string Pair(string text)
        {
            return text;
        }

        [ParameterType("own", "c")]
        public string Own(string text)
        {
            return text;
        }
    }

    abstract class NoObject
    {
        [Given("nobody")]
        public void Nobody() { }

        [Given("a static one")]
        public static void Static() { }
    }

    [TestFixture]
    public class LoaderTests
    {
        static readonly string[] wanted = {
            "Undefined parameter type 'nothing'",
            "'(' does not have a matching ')'", "step '([$'",
            "BadSteps.Nobody is async void", "BadSteps.Yields is an iterator",
            "BadSteps.Any has type parameters", "Expected operand",
            "Takes: a hook takes a Context", "there is a parameter type {int}",
            "Pair must take 2 string(s)", "Own must be static",
            "NoObject.Nobody needs an object",
        };

        [Test]
        public void AllProblemsAreTold()
        {
            var asked = new Asked(typeof(BadSteps), typeof(NoObject));
            var error = Assert.Throws<RpcException>(() => asked.Call(
                "initialize", new Json {
                    ["protocolVersions"] = new List<object> { 1L }
                }));
            foreach (string text in wanted)
                StringAssert.Contains(text, error.Message);
            StringAssert.StartsWith($"{wanted.Length} errors", error.Message);
            StringAssert.Contains("LoaderTests.cs:", error.Message);
            Assert.AreEqual("error", asked.Call("health")["status"]);
            Assert.Throws<RpcException>(() => asked.Step("a static one"));
        }

        [Test]
        public void FilesThatAreNoAssemblies()
        {
            Registry registry = Loader.LoadFiles(new[] { "no-such.dll" });
            StringAssert.Contains("no-such.dll", registry.ProblemText());
        }

        class Hooks
        {
            [BeforeStep("@a", Name = "first", Order = 2)]
            public void Before() { }

            [AfterStep]
            public void After(Context ctx)
            {
                ctx.Data["step"] = ctx.Step;
                ctx.Data["status"] = ctx.Status;
            }
        }

        [Test]
        public void HooksOfSteps()
        {
            var asked = new Asked(typeof(Hooks));
            string hooks = JsonWriter.Write(
                asked.Call("listStepDefinitions")["hooks"]);
            StringAssert.Contains("\"type\":\"beforeStep\",\"name\":\"first\","
                + "\"tagExpression\":\"@a\",\"order\":2", hooks);
            Json result = asked.Call("executeHook", new Json {
                ["hook"] = "h2", ["step"] = "writes", ["status"] = "failed",
            });
            Assert.AreEqual("{\"step\":\"writes\",\"status\":\"failed\"}",
                JsonWriter.Write(result["data"]));
            Assert.Throws<RpcException>(() => asked.Call("executeHook",
                new Json { ["hook"] = "h2", ["step"] = 5L }));
        }
    }
}
