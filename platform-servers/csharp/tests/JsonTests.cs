using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace Mprun.Tests
{
    [TestFixture]
    public class JsonTests
    {
        static string Again(string text)
        {
            return JsonWriter.Write(JsonReader.Parse(text));
        }

        [Test]
        public void WhatIsReadCanBeWritten(
            [Values("null", "true", "[]", "{}", "[1,-2,0]", "\"a\\\"b\\\\\"",
                "{\"a\":{\"b\":[\"\\n\",1.5]}}", "9007199254740993",
                "\"\\u001f\"", "\"gr\u00f6\u00dfe \U0001f69a\"")] string text)
        {
            Assert.AreEqual(text, Again(text));
        }

        [Test]
        public void OtherWaysToWriteTheSame()
        {
            Assert.AreEqual("\"\u00e9/\"", Again("\"\\u00e9\\/\""));
            Assert.AreEqual("\"\U0001f69a\"", Again("\"\\ud83d\\ude9a\""));
            Assert.AreEqual("[1,2]", Again(" [ 1 ,\t2 ] "));
            Assert.AreEqual("1500", Again("1.5e3"));
        }

        [Test]
        public void WhatIsNoJson(
            [Values("", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.",
                "+1", ".5", "NaN", "tru", "\"a", "\"\\x\"", "\"\\u12\"", "1 2",
                "\"a\nb\"", "[1", "{\"a\"}", "-")] string text)
        {
            Assert.Throws<JsonException>(() => JsonReader.Parse(text));
        }

        [Test]
        public void NestedTooDeep()
        {
            Assert.Throws<JsonException>(() =>
                JsonReader.Parse(new string('[', 100000)));
            Assert.DoesNotThrow(() => JsonReader.Parse(
                new string('[', 200) + new string(']', 200)));
        }

        [Test]
        public void WhatJsonCannotHold()
        {
            Assert.AreEqual("\"a\ufffdb\ufffd\"",
                JsonWriter.Write("a\ud800b\0"));
            Assert.AreEqual("\"\ufffd\"", JsonWriter.Write("\udc00"));
            Assert.AreEqual("[\"NaN\",0.1]",
                JsonWriter.Write(new[] { double.NaN, 0.1 }));
            var cycle = new List<object>();
            cycle.Add(cycle);
            Assert.AreEqual("[\"[circular]\"]", JsonWriter.Write(cycle));
        }

        class Throws
        {
            public int Bad => throw new InvalidOperationException("no");
        }

        [Test]
        public void Objects()
        {
            Assert.AreEqual("{\"a\":1,\"b\":[\"x\"]}",
                JsonWriter.Write(new { a = 1, b = new[] { "x" } }));
            Assert.AreEqual("\"Monday\"",
                JsonWriter.Write(DayOfWeek.Monday));
            Assert.AreEqual("\"0aff\"",
                JsonWriter.Write(new byte[] { 10, 255 }));
            StringAssert.StartsWith("\"<", JsonWriter.Write(new Throws()));
            Assert.AreEqual("{\"1\":true}", JsonWriter.Write(
                new Dictionary<int, bool> { [1] = true }));
        }
    }
}
