// JSON as the protocol wants it: what is read must be strict, and what is
// written is strict whatever a step puts into it. docs/adr says why this is
// not a library's.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Mprun
{
    /// <summary>A text is no JSON.</summary>
    internal sealed class JsonException : Exception
    {
        public JsonException(string message) : base(message) { }
    }

    /// <summary>
    /// Text to values: objects become Dictionary, arrays List, numbers long
    /// or double.
    /// </summary>
    internal sealed class JsonReader
    {
        const int MaxDepth = 512;

        readonly string text;
        int at;

        JsonReader(string text)
        {
            this.text = text;
        }

        public static object Parse(string text)
        {
            var reader = new JsonReader(text);
            object value = reader.Value(0);
            reader.SkipBlanks();
            if (reader.at < text.Length)
                throw reader.Unexpected();
            return value;
        }

        JsonException Unexpected()
        {
            return new JsonException(at >= text.Length
                ? "it ends too early"
                : $"unexpected '{text[at]}' at character {at + 1}");
        }

        void SkipBlanks()
        {
            while (at < text.Length && (text[at] == ' ' || text[at] == '\t'
                    || text[at] == '\r' || text[at] == '\n'))
                at++;
        }

        bool Take(char wanted)
        {
            SkipBlanks();
            if (at >= text.Length || text[at] != wanted)
                return false;
            at++;
            return true;
        }

        void Expect(char wanted)
        {
            if (!Take(wanted))
                throw Unexpected();
        }

        object Value(int depth)
        {
            SkipBlanks();
            if (at >= text.Length)
                throw Unexpected();
            if (depth > MaxDepth)
                throw new JsonException($"nested deeper than {MaxDepth}");
            switch (text[at]) {
            case '{':
                return Object(depth + 1);
            case '[':
                return Array(depth + 1);
            case '"':
                return String();
            case 't':
                return Word("true", true);
            case 'f':
                return Word("false", false);
            case 'n':
                return Word("null", null);
            default:
                return Number();
            }
        }

        object Word(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
                throw Unexpected();
            at += word.Length;
            return value;
        }

        Dictionary<string, object> Object(int depth)
        {
            var members = new Dictionary<string, object>();
            at++;
            if (Take('}'))
                return members;
            do {
                SkipBlanks();
                if (at >= text.Length || text[at] != '"')
                    throw Unexpected();
                string name = String();
                Expect(':');
                members[name] = Value(depth);
            } while (Take(','));
            Expect('}');
            return members;
        }

        List<object> Array(int depth)
        {
            var items = new List<object>();
            at++;
            if (Take(']'))
                return items;
            do {
                items.Add(Value(depth));
            } while (Take(','));
            Expect(']');
            return items;
        }

        string String()
        {
            int start = ++at;
            while (at < text.Length && text[at] != '"' && text[at] != '\\')
                NextPlain();
            if (at < text.Length && text[at] == '"')
                return text.Substring(start, at++ - start);
            var made = new StringBuilder(text, start, at - start, 64);
            while (at < text.Length && text[at] != '"')
                made.Append(text[at] == '\\' ? Escape() : NextPlain());
            if (at >= text.Length)
                throw Unexpected();
            at++;
            return made.ToString();
        }

        char NextPlain()
        {
            if (text[at] < ' ')
                throw new JsonException(
                    $"a control character at character {at + 1}");
            return text[at++];
        }

        char Escape()
        {
            if (++at >= text.Length)
                throw Unexpected();
            int found = "\"\\/bfnrt".IndexOf(text[at]);
            if (found >= 0) {
                at++;
                return "\"\\/\b\f\n\r\t"[found];
            }
            if (text[at] != 'u' || at + 4 >= text.Length)
                throw Unexpected();
            int code = 0;
            for (int digit = 1; digit <= 4; digit++) {
                int value = HexValue(text[at + digit]);
                if (value < 0)
                    throw Unexpected();
                code = code * 16 + value;
            }
            at += 5;
            return (char)code;
        }

        static int HexValue(char letter)
        {
            if (letter >= '0' && letter <= '9')
                return letter - '0';
            int lower = letter | 0x20;
            return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        }

        object Number()
        {
            int start = at;
            if (text[at] == '-')
                at++;
            if (at < text.Length && text[at] == '0')
                at++;
            else
                Digits();
            bool whole = true;
            if (at < text.Length && text[at] == '.') {
                whole = false;
                at++;
                Digits();
            }
            if (at < text.Length && (text[at] | 0x20) == 'e') {
                whole = false;
                at++;
                if (at < text.Length && (text[at] == '+' || text[at] == '-'))
                    at++;
                Digits();
            }
            string number = text.Substring(start, at - start);
            if (whole && long.TryParse(number, NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture, out long integer))
                return integer;
            double.TryParse(number, NumberStyles.Float,
                CultureInfo.InvariantCulture, out double real);
            return real;
        }

        void Digits()
        {
            int start = at;
            while (at < text.Length && text[at] >= '0' && text[at] <= '9')
                at++;
            if (at == start)
                throw Unexpected();
        }
    }

    /// <summary>
    /// Values to text on one line. What JSON cannot hold (a lone surrogate,
    /// U+0000, NaN, a cycle, a getter that throws) becomes the nearest
    /// string.
    /// </summary>
    internal sealed class JsonWriter
    {
        const int MaxDepth = 32;
        const int MaxValues = 200000;

        readonly StringBuilder made = new StringBuilder(256);
        readonly List<object> open = new List<object>();
        int left = MaxValues;

        public static string Write(object value)
        {
            var writer = new JsonWriter();
            writer.Value(value);
            return writer.made.ToString();
        }

        void Value(object value)
        {
            if (value == null)
                made.Append("null");
            else if (value is string text)
                Text(text);
            else if (value is bool truth)
                made.Append(truth ? "true" : "false");
            else if (value is int || value is long || value is short
                    || value is byte || value is sbyte || value is ushort
                    || value is uint || value is ulong || value is decimal)
                made.Append(((IFormattable)value).ToString(null,
                    CultureInfo.InvariantCulture));
            else if (value is double || value is float)
                Real(System.Convert.ToDouble(value,
                    CultureInfo.InvariantCulture), (IFormattable)value);
            else
                Compound(value);
        }

        void Real(double number, IFormattable value)
        {
            string text = value.ToString("R", CultureInfo.InvariantCulture);
            if (double.IsNaN(number) || double.IsInfinity(number))
                Text(text);
            else
                made.Append(text);
        }

        void Compound(object value)
        {
            if (value is byte[] bytes)
                Text(BitConverter.ToString(bytes).Replace("-", "")
                    .ToLowerInvariant());
            else if (value is char || value is Enum || value is Exception
                    || value is Type || value is Delegate || value is Guid
                    || value is TimeSpan)
                Text(Describe(value));
            else if (value is DateTime moment)
                Text(moment.ToString("o", CultureInfo.InvariantCulture));
            else if (value is DateTimeOffset instant)
                Text(instant.ToString("o", CultureInfo.InvariantCulture));
            else if (IsOpen(value))
                Text("[circular]");
            else if (open.Count >= MaxDepth || left-- <= 0)
                Text("...");
            else
                Members(value);
        }

        bool IsOpen(object value)
        {
            foreach (object one in open)
                if (ReferenceEquals(one, value))
                    return true;
            return false;
        }

        void Members(object value)
        {
            int start = made.Length;
            int depth = open.Count;
            open.Add(value);
            try {
                if (value is IDictionary pairs)
                    Dictionary(pairs);
                else if (value is IEnumerable items)
                    Items(items);
                else
                    Properties(value);
            } catch (Exception error) when (!(error is OutOfMemoryException)) {
                made.Length = start;
                Text($"<{Describe(error)}>");
            }
            open.RemoveRange(depth, open.Count - depth);
        }

        void Items(IEnumerable items)
        {
            char before = '[';
            foreach (object item in items) {
                made.Append(before);
                before = ',';
                Value(item);
            }
            made.Append(before == '[' ? "[]" : "]");
        }

        void Dictionary(IDictionary pairs)
        {
            // Two keys may look the same as texts; JSON has one of them.
            var seen = new HashSet<string>();
            char before = '{';
            foreach (DictionaryEntry pair in pairs) {
                string name = Clean(Describe(pair.Key));
                if (!seen.Add(name))
                    continue;
                Member(ref before, name, pair.Value);
            }
            made.Append(before == '{' ? "{}" : "}");
        }

        /// <summary>Objects, also anonymous ones, by what is public.</summary>
        void Properties(object value)
        {
            const BindingFlags all =
                BindingFlags.Public | BindingFlags.Instance;
            var seen = new HashSet<string>();
            char before = '{';
            foreach (PropertyInfo property in value.GetType()
                    .GetProperties(all))
                if (property.CanRead && seen.Add(property.Name)
                        && property.GetIndexParameters().Length == 0)
                    Member(ref before, property.Name,
                        property.GetValue(value, null));
            foreach (FieldInfo field in value.GetType().GetFields(all))
                if (seen.Add(field.Name))
                    Member(ref before, field.Name, field.GetValue(value));
            made.Append(before == '{' ? "{}" : "}");
        }

        void Member(ref char before, string name, object value)
        {
            made.Append(before);
            before = ',';
            Text(name);
            made.Append(':');
            Value(value);
        }

        void Text(string text)
        {
            made.Append('"');
            text = Clean(text);
            int start = 0;
            for (int i = 0; i < text.Length; i++) {
                char letter = text[i];
                if (letter >= ' ' && letter != '"' && letter != '\\')
                    continue;
                made.Append(text, start, i - start);
                start = i + 1;
                Escaped(letter);
            }
            made.Append(text, start, text.Length - start).Append('"');
        }

        void Escaped(char letter)
        {
            int found = "\"\\\b\f\n\r\t".IndexOf(letter);
            if (found >= 0)
                made.Append('\\').Append("\"\\bfnrt"[found]);
            else
                made.Append("\\u").Append(((int)letter).ToString("x4",
                    CultureInfo.InvariantCulture));
        }

        /// <summary>Without lone surrogates and without U+0000.</summary>
        public static string Clean(string text)
        {
            for (int i = 0; i < text.Length; i++) {
                if (text[i] == 0 || IsLone(text, i))
                    return Cleaned(text, i);
                if (char.IsHighSurrogate(text[i]))
                    i++;
            }
            return text;
        }

        static string Cleaned(string text, int first)
        {
            var letters = text.ToCharArray();
            for (int i = first; i < letters.Length; i++) {
                if (letters[i] == 0 || IsLone(text, i))
                    letters[i] = '\ufffd';
                else if (char.IsHighSurrogate(text[i]))
                    i++;
            }
            return new string(letters);
        }

        static bool IsLone(string text, int i)
        {
            return char.IsLowSurrogate(text[i])
                || (char.IsHighSurrogate(text[i])
                    && (i + 1 == text.Length
                        || !char.IsLowSurrogate(text[i + 1])));
        }

        /// <summary>ToString, even where it throws or gives null.</summary>
        public static string Describe(object value)
        {
            try {
                if (value is IFormattable formattable)
                    return formattable.ToString(null,
                        CultureInfo.InvariantCulture) ?? "";
                return value?.ToString() ?? "null";
            } catch (Exception) {
                return $"<{value.GetType().Name} without a text>";
            }
        }
    }
}
