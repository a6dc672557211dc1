// As much YAML as the shared test data is written in, and no more: mappings,
// sequences, plain and quoted scalars, blocks after |-.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Mprun.Tests
{
    /// <summary>Values as strings, null, List and Dictionary. A plain scalar
    /// and a quoted one are not told apart.</summary>
    sealed class Yaml
    {
        readonly List<string> lines = new List<string>();
        int at;

        public static object Load(string file)
        {
            var yaml = new Yaml();
            foreach (string line in File.ReadAllLines(file))
                if (line != "---")
                    yaml.lines.Add(line);
            return yaml.Value(0);
        }

        static int IndentOf(string line)
        {
            return line.Length - line.TrimStart(' ').Length;
        }

        bool SkipBlank()
        {
            while (at < lines.Count && (lines[at].Trim() == ""
                    || lines[at].TrimStart().StartsWith("#")))
                at++;
            return at < lines.Count;
        }

        /// <summary>What stands at this indent or deeper.</summary>
        object Value(int indent)
        {
            if (!SkipBlank() || IndentOf(lines[at]) < indent)
                return null;
            string line = lines[at].TrimStart(' ');
            int own = IndentOf(lines[at]);
            return line == "-" || line.StartsWith("- ")
                ? (object)Sequence(own) : Mapping(own);
        }

        List<object> Sequence(int indent)
        {
            var items = new List<object>();
            while (SkipBlank() && IndentOf(lines[at]) == indent
                    && lines[at].TrimStart(' ').StartsWith("-")) {
                string rest = lines[at].Substring(indent + 1);
                if (rest.Trim() == "") {
                    at++;
                    items.Add(null);
                } else if (KeyEnd(rest.Trim()) >= 0) {
                    // A mapping that begins behind the dash.
                    lines[at] = new string(' ', indent + 1) + rest;
                    items.Add(Mapping(IndentOf(lines[at])));
                } else
                    items.Add(Scalar(rest.Trim(), indent + 1));
            }
            return items;
        }

        Dictionary<string, object> Mapping(int indent)
        {
            var members = new Dictionary<string, object>();
            while (SkipBlank() && IndentOf(lines[at]) == indent
                    && KeyEnd(lines[at].Trim()) >= 0) {
                string line = lines[at].Trim();
                int end = KeyEnd(line);
                string rest = line.Substring(end + 1).Trim();
                string key = line.Substring(0, end);
                if (rest != "") {
                    members[key] = Scalar(rest, indent + 1);
                    continue;
                }
                at++;
                // A sequence may stand below its key without an indent.
                bool below = SkipBlank() && (IndentOf(lines[at]) > indent
                    || IndentOf(lines[at]) == indent
                        && lines[at].TrimStart(' ').StartsWith("-"));
                members[key] = below ? Value(indent) : null;
            }
            return members;
        }

        static int KeyEnd(string text)
        {
            if (text[0] == '"' || text[0] == '\'' || text[0] == '[')
                return -1;
            int end = text.IndexOf(": ", StringComparison.Ordinal);
            if (end < 0 && text.EndsWith(":"))
                end = text.Length - 1;
            foreach (char letter in end < 0 ? "" : text.Substring(0, end))
                if (!char.IsLetter(letter) && letter != '_')
                    return -1;
            return end;
        }

        object Scalar(string text, int indent)
        {
            at++;
            if (text == "|-")
                return Block(indent);
            if (text.StartsWith("["))
                return Flow(text);
            return One(text);
        }

        static object One(string text)
        {
            if (text == "" || text == "null" || text == "~")
                return null;
            if (text[0] == '\'')
                return text.Substring(1, text.Length - 2).Replace("''", "'");
            return text[0] == '"'
                ? Quoted(text.Substring(1, text.Length - 2)) : text;
        }

        static List<object> Flow(string text)
        {
            var items = new List<object>();
            foreach (string item in text.Trim('[', ']').Split(','))
                if (item.Trim() != "")
                    items.Add(One(item.Trim()));
            return items;
        }

        string Block(int indent)
        {
            var block = new List<string>();
            int own = -1;
            while (at < lines.Count && (lines[at].Trim() == ""
                    || IndentOf(lines[at]) >= indent)) {
                if (own < 0)
                    own = IndentOf(lines[at]);
                block.Add(lines[at].Length < own
                    ? "" : lines[at].Substring(own));
                at++;
            }
            while (block.Count > 0 && block[block.Count - 1] == "")
                block.RemoveAt(block.Count - 1);
            return string.Join("\n", block);
        }

        static string Quoted(string text)
        {
            var made = new StringBuilder();
            for (int i = 0; i < text.Length; i++) {
                if (text[i] != '\\') {
                    made.Append(text[i]);
                    continue;
                }
                char next = text[++i];
                if (next == 'U' || next == 'u') {
                    int digits = next == 'U' ? 8 : 4;
                    made.Append(char.ConvertFromUtf32(int.Parse(
                        text.Substring(i + 1, digits),
                        NumberStyles.HexNumber)));
                    i += digits;
                } else
                    made.Append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
            }
            return made.ToString();
        }
    }
}
