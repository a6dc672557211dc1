// Tag expressions: "@db and not (@slow or @wip)". mprun decides with its own
// to which scenarios a hook belongs; these say at the start that one is wrong.

using System;
using System.Collections.Generic;
using System.Text;

namespace Mprun.Expressions
{
    /// <summary>Parse makes one; ArgumentException says what is wrong.
    /// </summary>
    public sealed class TagExpression
    {
        enum Kind { True, Tag, Not, And, Or }

        readonly Kind kind;
        readonly string tag;
        readonly TagExpression left;
        readonly TagExpression right;

        TagExpression(Kind kind, string tag, TagExpression left,
            TagExpression right)
        {
            this.kind = kind;
            this.tag = tag;
            this.left = left;
            this.right = right;
        }

        public static TagExpression Parse(string source)
        {
            return new Parser(source).Parse();
        }

        public bool Holds(ICollection<string> tags)
        {
            switch (kind) {
            case Kind.Tag:
                return tags.Contains(tag);
            case Kind.Not:
                return !left.Holds(tags);
            case Kind.And:
                return left.Holds(tags) && right.Holds(tags);
            case Kind.Or:
                return left.Holds(tags) || right.Holds(tags);
            default:
                return true;
            }
        }

        public override string ToString()
        {
            switch (kind) {
            case Kind.Tag:
                return Escaped(tag);
            case Kind.Not:
                return left.kind == Kind.And || left.kind == Kind.Or
                    ? $"not {left}" : $"not ( {left} )";
            case Kind.And:
                return $"( {left} and {right} )";
            case Kind.Or:
                return $"( {left} or {right} )";
            default:
                return "";
            }
        }

        static string Escaped(string tag)
        {
            var made = new StringBuilder();
            foreach (char letter in tag) {
                if (letter == '\\' || letter == '(' || letter == ')'
                        || char.IsWhiteSpace(letter))
                    made.Append('\\');
                made.Append(letter);
            }
            return made.ToString();
        }

        sealed class Parser
        {
            const int MaxDepth = 200;

            readonly string source;
            readonly List<string> tokens = new List<string>();
            int at;
            int depth;

            public Parser(string source)
            {
                this.source = source;
                Split();
            }

            public TagExpression Parse()
            {
                if (tokens.Count == 0)
                    return new TagExpression(Kind.True, null, null, null);
                TagExpression all = Either();
                if (at < tokens.Count)
                    throw Wrong(tokens[at] == ")"
                        ? "Unmatched )." : "Expected operator.");
                return all;
            }

            ArgumentException Wrong(string what)
            {
                return new ArgumentException($"Tag expression \"{source}\""
                    + " could not be parsed because of syntax error: "
                    + what);
            }

            // A tag keeps its backslashes here, so that \( is no bracket.
            void Split()
            {
                var token = new StringBuilder();
                for (int i = 0; i < source.Length; i++) {
                    char letter = source[i];
                    if (letter == '\\') {
                        token.Append(letter);
                        if (++i < source.Length)
                            token.Append(source[i]);
                    } else if (letter == '(' || letter == ')') {
                        Finish(token);
                        tokens.Add(letter.ToString());
                    } else if (char.IsWhiteSpace(letter))
                        Finish(token);
                    else
                        token.Append(letter);
                }
                Finish(token);
            }

            void Finish(StringBuilder token)
            {
                if (token.Length > 0)
                    tokens.Add(token.ToString());
                token.Clear();
            }

            bool Take(string word)
            {
                if (at >= tokens.Count || tokens[at] != word)
                    return false;
                at++;
                return true;
            }

            TagExpression Either()
            {
                TagExpression one = Both();
                while (Take("or"))
                    one = new TagExpression(Kind.Or, null, one, Both());
                return one;
            }

            TagExpression Both()
            {
                TagExpression one = Operand();
                while (Take("and"))
                    one = new TagExpression(Kind.And, null, one, Operand());
                return one;
            }

            TagExpression Operand()
            {
                if (++depth > MaxDepth)
                    throw Wrong($"Nested deeper than {MaxDepth}.");
                TagExpression operand;
                if (Take("not"))
                    operand = new TagExpression(Kind.Not, null, Operand(),
                        null);
                else if (Take("("))
                    operand = InBrackets();
                else
                    operand = Tag();
                depth--;
                return operand;
            }

            TagExpression InBrackets()
            {
                TagExpression inside = Either();
                if (Take(")"))
                    return inside;
                throw Wrong(at >= tokens.Count
                    ? "Unmatched (." : "Expected operator.");
            }

            TagExpression Tag()
            {
                if (at >= tokens.Count || tokens[at] == ")"
                        || tokens[at] == "and" || tokens[at] == "or")
                    throw Wrong("Expected operand.");
                var made = new StringBuilder();
                string token = tokens[at++];
                for (int i = 0; i < token.Length; i++) {
                    if (token[i] == '\\' && ++i < token.Length
                            && token[i] != '\\' && token[i] != '('
                            && token[i] != ')'
                            && !char.IsWhiteSpace(token[i]))
                        throw Wrong(
                            $"Illegal escape before \"{token[i]}\".");
                    if (i < token.Length)
                        made.Append(token[i]);
                }
                return new TagExpression(Kind.Tag, made.ToString(), null,
                    null);
            }
        }
    }
}
