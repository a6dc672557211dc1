// Assertions for steps. Those of NUnit, xUnit.net and MSTest do as well.

using System;
using System.Collections;
using System.Globalization;
using System.Text;

namespace Mprun
{
    /// <summary>Assertions whose values the report shows.</summary>
    public static class Check
    {
        const int MaxItems = 1000;
        const int MaxDepth = 8;

        /// <summary>
        /// Equals decides; collections are compared item by item.
        /// </summary>
        public static void Equal(object expected, object actual,
            string message = null)
        {
            if (!AreEqual(expected, actual, 0))
                throw new CheckException(message ?? "the values differ",
                    Shown(expected), Shown(actual));
        }

        public static void True(bool condition,
            string message = "the condition does not hold")
        {
            if (!condition)
                throw new CheckException(message);
        }

        public static void Fail(string message)
        {
            throw new CheckException(message);
        }

        static bool AreEqual(object expected, object actual, int depth)
        {
            if (expected is string || !(expected is IEnumerable)
                    || actual is string || !(actual is IEnumerable))
                return AreSame(expected, actual);
            if (Equals(expected, actual) || depth > MaxDepth)
                return Equals(expected, actual);
            IEnumerator left = ((IEnumerable)expected).GetEnumerator();
            IEnumerator right = ((IEnumerable)actual).GetEnumerator();
            for (;;) {
                bool more = left.MoveNext();
                if (more != right.MoveNext())
                    return false;
                if (!more)
                    return true;
                if (!AreEqual(left.Current, right.Current, depth + 1))
                    return false;
            }
        }

        // An int equals a long of the same value: what a step is given and
        // what a program counts are rarely of one type.
        static bool AreSame(object expected, object actual)
        {
            if (Equals(expected, actual))
                return true;
            return IsWhole(expected) && IsWhole(actual)
                && System.Convert.ToDecimal(expected)
                    == System.Convert.ToDecimal(actual);
        }

        static bool IsWhole(object value)
        {
            return value is int || value is long || value is short
                || value is byte || value is uint || value is ulong
                || value is ushort || value is sbyte;
        }

        /// <summary>A value as the report shows it.</summary>
        internal static string Shown(object value)
        {
            if (value is string text)
                return text;
            var made = new StringBuilder();
            Show(made, value, 0);
            return made.ToString();
        }

        static void Show(StringBuilder made, object value, int depth)
        {
            if (value is string text)
                made.Append('"').Append(text).Append('"');
            else if (value == null)
                made.Append("null");
            else if (value is double || value is float)
                made.Append(((IFormattable)value).ToString("R",
                    CultureInfo.InvariantCulture));
            else if (value is DictionaryEntry pair) {
                Show(made, pair.Key, depth);
                made.Append(": ");
                Show(made, pair.Value, depth);
            } else if (value is IEnumerable items && depth < MaxDepth)
                ShowItems(made, items, depth + 1);
            else
                made.Append(JsonWriter.Describe(value));
        }

        // An item a line, so that a diff says which of them differ.
        static void ShowItems(StringBuilder made, IEnumerable items,
            int depth)
        {
            int count = 0;
            foreach (object item in items) {
                made.Append(count == 0 ? "[\n" : ",\n")
                    .Append(' ', 2 * depth);
                if (++count > MaxItems) {
                    made.Append("...");
                    break;
                }
                Show(made, item, depth);
            }
            if (count > 0)
                made.Append('\n').Append(' ', 2 * (depth - 1)).Append(']');
            else
                made.Append("[]");
        }
    }
}
