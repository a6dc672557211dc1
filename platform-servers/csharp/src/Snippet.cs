// Code that would define a step that nobody has defined.

using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using Mprun.Expressions;

namespace Mprun
{
    internal static class Snippet
    {
        const int LongestName = 50;

        /// <summary>The member `snippets`; none where a text defeats this.
        /// </summary>
        public static List<object> All(ParameterTypes types, string text,
            string stepType, Dictionary<string, object> argument)
        {
            var all = new List<object>();
            string code = Make(types, text, stepType,
                argument?.ContainsKey("dataTable") == true,
                argument?.ContainsKey("docString") == true);
            all.Add(new Dictionary<string, object> {
                ["language"] = "csharp", ["code"] = code
            });
            return all;
        }

        static string Make(ParameterTypes types, string text, string stepType,
            bool table, bool doc)
        {
            var parameters = new List<string>();
            var seen = new Dictionary<string, int>();
            string words = "";
            var expression = new StringBuilder();
            int at = 0;
            while (at < text.Length) {
                Match best = Next(types, text, at, out ParameterType type);
                string plain = text.Substring(at,
                    (best?.Index ?? text.Length) - at);
                words += " " + plain;
                expression.Append(Escaped(plain));
                if (best == null)
                    break;
                expression.Append('{').Append(type.Name).Append('}');
                parameters.Add($"{type.TypeName} "
                    + NameFor(type, seen));
                at = best.Index + best.Length;
            }
            if (table)
                parameters.Add("DataTable table");
            if (doc)
                parameters.Add("DocString text");
            return $"[{Keyword(stepType)}({Quoted(expression.ToString())})]\n"
                + $"public void {MethodName(words)}"
                + $"({string.Join(", ", parameters)})\n"
                + "{\n    throw new PendingException();\n}\n";
        }

        /// <summary>The first value in the text; of several at one place the
        /// longest.</summary>
        static Match Next(ParameterTypes types, string text, int at,
            out ParameterType found)
        {
            Match best = null;
            found = null;
            foreach (ParameterType type in types.All) {
                if (!type.UseForSnippets)
                    continue;
                foreach (string pattern in type.Patterns) {
                    Match match = Whole(pattern, text, at);
                    if (match != null && (best == null
                            || match.Index < best.Index
                            || (match.Index == best.Index
                                && match.Length > best.Length))) {
                        best = match;
                        found = type;
                    }
                }
            }
            return best;
        }

        /// <summary>Where the pattern matches, not inside of a word.
        /// </summary>
        static Match Whole(string pattern, string text, int at)
        {
            var regex = new Regex($"(?<!\\w)(?:{pattern})(?!\\w)",
                RegexOptions.CultureInvariant);
            Match match = regex.Match(text, at);
            while (match.Success && match.Length == 0)
                match = match.NextMatch();
            return match.Success ? match : null;
        }

        static string Escaped(string plain)
        {
            var made = new StringBuilder();
            foreach (char letter in plain) {
                if ("\\(){}/".IndexOf(letter) >= 0)
                    made.Append('\\');
                made.Append(letter);
            }
            return made.ToString();
        }

        static string Keyword(string stepType)
        {
            switch (stepType) {
            case "given":
                return "Given";
            case "when":
                return "When";
            case "then":
                return "Then";
            default:
                return "Step";
            }
        }

        static string Quoted(string text)
        {
            return "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"")
                .Replace("\n", "\\n").Replace("\r", "\\r") + "\"";
        }

        static string NameFor(ParameterType type, Dictionary<string, int> seen)
        {
            string name = type.IsNumber ? "number"
                : type.Name == "string" ? "text" : "";
            if (name == "")
                foreach (char letter in type.Name)
                    name += char.IsLetterOrDigit(letter) ? letter : '_';
            seen.TryGetValue(name, out int count);
            seen[name] = count + 1;
            return count == 0 ? name : $"{name}{count + 1}";
        }

        static string MethodName(string words)
        {
            var name = new StringBuilder();
            bool begins = true;
            foreach (char letter in words) {
                bool kept = letter < 128 && char.IsLetterOrDigit(letter);
                if (kept && name.Length < LongestName)
                    name.Append(begins
                        ? char.ToUpperInvariant(letter) : letter);
                begins = !kept;
            }
            return name.Length == 0 || char.IsDigit(name[0])
                ? $"Step{name}" : name.ToString();
        }
    }
}
