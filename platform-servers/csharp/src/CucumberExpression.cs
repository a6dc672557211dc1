// Cucumber Expressions, second half: a tree to a regular expression, and what
// a text matches of it.

using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;

namespace Mprun.Expressions
{
    /// <summary>What a step definition matches texts with.</summary>
    internal abstract class Expression
    {
        Regex regex;
        GroupTree tree;

        /// <summary>The regular expression, as others would show it.
        /// </summary>
        public string Pattern { get; protected set; }

        /// <summary>Of each group at the top; null: none is known.</summary>
        protected abstract ParameterType TypeOf(int number, GroupTree group);

        /// <summary>What the regular expression is made of.</summary>
        protected abstract string Exact { get; }

        /// <summary>Can it match at all? A quick look.</summary>
        protected abstract bool CouldMatch(string text);

        /// <summary>The arguments, or null if the text does not match.
        /// </summary>
        public List<Found> Match(string text)
        {
            if (!CouldMatch(text))
                return null;
            if (regex == null)
                Compile();
            Match match = regex.Match(text);
            if (!match.Success)
                return null;
            var found = new List<Found>();
            foreach (GroupTree group in tree.Children)
                found.Add(new Found(group.Of(match),
                    TypeOf(found.Count, group)));
            return found;
        }

        // Late: making a regular expression costs more than all else here,
        // and a process needs few of them.
        protected void Compile()
        {
            var made = new Regex(Exact, RegexOptions.CultureInvariant);
            tree = GroupTree.Parse(Exact);
            regex = made;
        }
    }

    /// <summary>A value in a text.</summary>
    internal sealed class Found
    {
        public readonly FoundGroup Group;
        public readonly ParameterType Type;

        public Found(FoundGroup group, ParameterType type)
        {
            Group = group;
            Type = type;
        }

        public object Value => Type == null
            ? Group.Value : Type.Transform(Group.Values());

        /// <summary>As the method wants it.</summary>
        public object As(Type wanted)
        {
            // A number is read as what it is to be, so no digit is lost.
            bool plain = Group.Value != null && Type != null && Type.IsNumber
                && (wanted.IsPrimitive || wanted == typeof(decimal));
            return Conversion.Convert(plain ? Group.Value : Value, wanted);
        }
    }

    internal sealed class CucumberExpression : Expression
    {
        readonly string source;
        readonly ParameterTypes types;
        readonly List<ParameterType> parameters = new List<ParameterType>();
        readonly string start;
        readonly bool isText;

        public CucumberExpression(string source, ParameterTypes types)
        {
            this.source = source;
            this.types = types;
            Node root = ExpressionParser.Parse(source);
            var made = new StringBuilder("^");
            foreach (Node node in root.Nodes)
                Write(made, node);
            Pattern = made.Append('$').ToString();
            start = TextAtStart(root, out isText);
        }

        // $ would match before a last line feed too.
        protected override string Exact =>
            Pattern.Substring(0, Pattern.Length - 1) + "\\z";

        protected override bool CouldMatch(string text)
        {
            return isText ? text == start
                : text.StartsWith(start, StringComparison.Ordinal);
        }

        protected override ParameterType TypeOf(int number, GroupTree group)
        {
            return parameters[number];
        }

        static string TextAtStart(Node root, out bool isAll)
        {
            string text = "";
            isAll = true;
            foreach (Node node in root.Nodes) {
                if (node.Type != NodeType.Text) {
                    isAll = false;
                    break;
                }
                text += node.Token;
            }
            return text;
        }

        void Write(StringBuilder made, Node node)
        {
            switch (node.Type) {
            case NodeType.Text:
                foreach (char letter in node.Token) {
                    if ("\\^$[](){}.|?*+".IndexOf(letter) >= 0)
                        made.Append('\\');
                    made.Append(letter);
                }
                break;
            case NodeType.Optional:
                WriteOptional(made, node);
                break;
            case NodeType.Alternation:
                WriteAlternation(made, node);
                break;
            case NodeType.Parameter:
                WriteParameter(made, node);
                break;
            default:
                foreach (Node child in node.Nodes)
                    Write(made, child);
                break;
            }
        }

        void WriteOptional(StringBuilder made, Node node)
        {
            foreach (Node child in node.Nodes)
                if (child.Type == NodeType.Parameter)
                    throw Wrong(child,
                        "An optional may not contain a parameter type",
                        "If you did not mean to use an parameter type you can"
                            + " use '\\{' to escape the '{'");
            foreach (Node child in node.Nodes)
                if (child.Type == NodeType.Optional)
                    throw Wrong(child,
                        "An optional may not contain an other optional",
                        "If you did not mean to use an optional type you can"
                            + " use '\\(' to escape the '('. For more"
                            + " complicated expressions consider using a"
                            + " regular expression instead.");
            if (!node.Nodes.Exists(one => one.Type == NodeType.Text))
                throw Wrong(node, "An optional must contain some text",
                    "If you did not mean to use an optional you can use"
                        + " '\\(' to escape the '('");
            made.Append("(?:");
            foreach (Node child in node.Nodes)
                Write(made, child);
            made.Append(")?");
        }

        void WriteAlternation(StringBuilder made, Node node)
        {
            string before = "(?:";
            foreach (Node one in node.Nodes) {
                if (one.Nodes.Count == 0)
                    throw Wrong(one, "Alternative may not be empty",
                        "If you did not mean to use an alternative you can"
                            + " use '\\/' to escape the '/'");
                if (one.Nodes.TrueForAll(
                        part => part.Type == NodeType.Optional))
                    throw Wrong(one, "An alternative may not exclusively"
                        + " contain optionals", "If you did not mean to use"
                        + " an optional you can use '\\(' to escape the '('");
                made.Append(before);
                before = "|";
                Write(made, one);
            }
            made.Append(')');
        }

        void WriteParameter(StringBuilder made, Node node)
        {
            string name = node.Text;
            ParameterType type = types.Find(name);
            if (type == null)
                throw new UndefinedTypeException(name, Wrong(node,
                    $"Undefined parameter type '{name}'",
                    $"Please register a ParameterType for '{name}'"));
            parameters.Add(type);
            made.Append('(');
            if (type.Patterns.Length == 1)
                made.Append(type.Patterns[0]);
            else
                for (int i = 0; i < type.Patterns.Length; i++)
                    made.Append(i > 0 ? "|(?:" : "(?:")
                        .Append(type.Patterns[i]).Append(')');
            made.Append(')');
        }

        ExpressionException Wrong(Node node, string problem, string remedy)
        {
            return ExpressionException.At(Tokenizer.Letters(source),
                node.Start, node.End, problem, remedy);
        }
    }

    /// <summary>An expression names a type that nobody defines.</summary>
    internal sealed class UndefinedTypeException : Exception
    {
        public readonly string Name;

        public UndefinedTypeException(string name, Exception cause)
            : base(cause.Message, cause)
        {
            Name = name;
        }
    }

    /// <summary>A regular expression, searched for in the text.</summary>
    internal sealed class RegularExpression : Expression
    {
        readonly ParameterTypes types;

        public RegularExpression(string source, ParameterTypes types)
        {
            this.types = types;
            Pattern = source;
            Compile();
        }

        protected override string Exact => Pattern;

        protected override bool CouldMatch(string text)
        {
            return true;
        }

        /// <summary>A group that is written as a known type is, is one.
        /// </summary>
        protected override ParameterType TypeOf(int number, GroupTree group)
        {
            return types.FindByPattern(group.Source);
        }
    }
}
