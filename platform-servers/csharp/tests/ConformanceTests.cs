// The SDK's own expressions against the data of the official libraries, which
// lies outside of this tree: MPRUN_SHARED says where.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Mprun.Expressions;
using NUnit.Framework;

namespace Mprun.Tests
{
    using Data = Dictionary<string, object>;

    [TestFixture]
    public class ConformanceTests
    {
        static string Folder(string name)
        {
            string shared =
                Environment.GetEnvironmentVariable("MPRUN_SHARED");
            if (string.IsNullOrEmpty(shared))
                Assert.Ignore("MPRUN_SHARED is not set");
            return Path.Combine(shared, "conformance", name);
        }

        static void ForEach(string folder, int least, Action<Data> test)
        {
            string[] files = Directory.GetFiles(
                Folder("cucumber-expressions/" + folder), "*.yaml");
            Assert.GreaterOrEqual(files.Length, least);
            foreach (string file in files) {
                try {
                    test((Data)Yaml.Load(file));
                } catch (Exception error) when (
                        !(error is IgnoreException)) {
                    throw new AssertionException(
                        $"{Path.GetFileName(file)}: {error.Message}", error);
                }
            }
        }

        static string Text(Data data, string member)
        {
            data.TryGetValue(member, out object value);
            return value as string ?? "";
        }

        /// <summary>The message of the exception, or null.</summary>
        static string Refused(Data data, Action action)
        {
            try {
                action();
                Assert.False(data.ContainsKey("exception"),
                    "it is wrong and was taken");
                return null;
            } catch (Exception error) when (error is ExpressionException
                    || error is UndefinedTypeException) {
                Assert.AreEqual(data["exception"], error.Message);
                return error.Message;
            }
        }

        [Test]
        public void Tokens()
        {
            ForEach("cucumber-expression/tokenizer", 16, data =>
                Refused(data, () => {
                    List<Token> tokens = Tokenizer.Tokens(
                        Tokenizer.Letters(Text(data, "expression")));
                    string all = "";
                    foreach (Token token in tokens)
                        all += $"{Upper(token.Type.ToString())}"
                            + $" {token.Start} {token.End} '{token.Text}'\n";
                    string wanted = "";
                    foreach (Data token in
                            (List<object>)data["expected_tokens"])
                        wanted += $"{token["type"]} {token["start"]}"
                            + $" {token["end"]} '{token["text"]}'\n";
                    Assert.AreEqual(wanted, all);
                }));
        }

        /// <summary>StartOfLine is START_OF_LINE there.</summary>
        static string Upper(string name)
        {
            string made = "";
            foreach (char letter in name)
                made += char.IsUpper(letter) && made != ""
                    ? "_" + letter : letter.ToString();
            return made.ToUpperInvariant();
        }

        [Test]
        public void Trees()
        {
            ForEach("cucumber-expression/parser", 25, data =>
                Refused(data, () => {
                    Node root =
                        ExpressionParser.Parse(Text(data, "expression"));
                    Assert.AreEqual(Shown((Data)data["expected_ast"]),
                        Shown(root));
                }));
        }

        static string Shown(Data node)
        {
            string all = $"{node["type"]} {node["start"]} {node["end"]}";
            if (node.ContainsKey("token"))
                return $"{all} '{node["token"]}'\n";
            all += "(\n";
            foreach (Data child in (List<object>)node["nodes"])
                all += Shown(child);
            return all + ")\n";
        }

        static string Shown(Node node)
        {
            string all = $"{Upper(node.Type.ToString())}_NODE {node.Start}"
                + $" {node.End}";
            if (node.Nodes == null)
                return $"{all} '{node.Token}'\n";
            all += "(\n";
            foreach (Node child in node.Nodes)
                all += Shown(child);
            return all + ")\n";
        }

        [Test]
        public void RegularExpressionsMade()
        {
            ForEach("cucumber-expression/transformation", 8, data =>
                Assert.AreEqual(data["expected_regex"],
                    new CucumberExpression(Text(data, "expression"),
                        new ParameterTypes()).Pattern));
        }

        [Test]
        public void Matches()
        {
            ForEach("cucumber-expression/matching", 60, data =>
                Refused(data, () => Compare(data, new CucumberExpression(
                    Text(data, "expression"), new ParameterTypes())
                        .Match(Text(data, "text")))));
        }

        [Test]
        public void MatchesOfRegularExpressions()
        {
            ForEach("regular-expression/matching", 3, data =>
                Compare(data, new RegularExpression(Text(data, "expression"),
                    new ParameterTypes()).Match(Text(data, "text"))));
        }

        static void Compare(Data data, List<Found> found)
        {
            if (data.ContainsKey("exception"))
                return;
            var wanted = data["expected_args"] as List<object>;
            Assert.AreEqual(wanted == null, found == null, "does it match");
            Assert.AreEqual(wanted?.Count, found?.Count);
            for (int i = 0; i < (wanted?.Count ?? 0); i++)
                CompareValue((string)wanted[i], found[i]);
        }

        static void CompareValue(string wanted, Found found)
        {
            object value = found.Value;
            if (value is double real)
                Assert.AreEqual(double.Parse(wanted,
                    CultureInfo.InvariantCulture), real);
            else if (value is decimal number)
                // The longest number that .NET has ends earlier.
                Assert.AreEqual(decimal.Parse(wanted,
                    CultureInfo.InvariantCulture), number);
            else
                Assert.AreEqual(wanted ?? "", value?.ToString() ?? "");
        }

        [Test]
        public void TagExpressionsThatHold()
        {
            foreach (Data data in (List<object>)Yaml.Load(
                    Folder("tag-expressions/evaluations.yml"))) {
                TagExpression expression =
                    TagExpression.Parse(Text(data, "expression"));
                foreach (Data test in (List<object>)data["tests"]) {
                    var tags = ((List<object>)test["variables"])
                        .ConvertAll(tag => (string)tag);
                    Assert.AreEqual(test["result"],
                        expression.Holds(tags) ? "true" : "false",
                        Text(data, "expression"));
                }
            }
        }

        [Test]
        public void TagExpressionsThatAreWrong()
        {
            foreach (Data data in (List<object>)Yaml.Load(
                    Folder("tag-expressions/errors.yml"))) {
                var error = Assert.Throws<ArgumentException>(() =>
                    TagExpression.Parse(Text(data, "expression")),
                    Text(data, "expression"));
                Assert.AreEqual(data["error"], error.Message);
            }
        }

        [Test]
        public void TagExpressionsWritten()
        {
            foreach (Data data in (List<object>)Yaml.Load(
                    Folder("tag-expressions/parsing.yml"))) {
                string formatted = Text(data, "formatted");
                Assert.AreEqual(formatted, TagExpression.Parse(
                    Text(data, "expression")).ToString());
                Assert.AreEqual(formatted,
                    TagExpression.Parse(formatted).ToString());
            }
        }
    }
}
