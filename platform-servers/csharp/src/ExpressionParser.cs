// Cucumber Expressions, first half: text to tokens to a tree. There is no
// official library for C# that can be had without NuGet; the tests hold this
// one against the data of the official ones.

using System;
using System.Collections.Generic;

namespace Mprun.Expressions
{
    /// <summary>An expression is wrong; the message shows where.</summary>
    public sealed class ExpressionException : Exception
    {
        internal ExpressionException(string message) : base(message) { }

        internal static ExpressionException At(string[] letters, int start,
            int end, string problem, string remedy)
        {
            string mark = new string(' ', start) + "^";
            if (end - start > 1)
                mark += new string('-', end - start - 2) + "^";
            return new ExpressionException("This Cucumber Expression has a"
                + $" problem at column {start + 1}:\n\n"
                + $"{string.Concat(letters)}\n{mark}\n{problem}.\n{remedy}");
        }
    }

    internal enum TokenType
    {
        StartOfLine,
        EndOfLine,
        WhiteSpace,
        BeginOptional,
        EndOptional,
        BeginParameter,
        EndParameter,
        Alternation,
        Text
    }

    /// <summary>Places count code points.</summary>
    internal sealed class Token
    {
        public readonly TokenType Type;
        public readonly string Text;
        public readonly int Start;
        public readonly int End;

        public Token(TokenType type, string text, int start, int end)
        {
            Type = type;
            Text = text;
            Start = start;
            End = end;
        }
    }

    internal static class Tokenizer
    {
        /// <summary>The code points of a text, each as a string.</summary>
        public static string[] Letters(string text)
        {
            var letters = new List<string>(text.Length);
            for (int i = 0; i < text.Length; i++) {
                int length = char.IsSurrogatePair(text, i) ? 2 : 1;
                letters.Add(text.Substring(i, length));
                i += length - 1;
            }
            return letters.ToArray();
        }

        public static List<Token> Tokens(string[] letters)
        {
            var tokens = new List<Token> {
                new Token(TokenType.StartOfLine, "", 0, 0)
            };
            int at = 0;
            while (at < letters.Length) {
                int start = at;
                TokenType type = TypeAt(letters, ref at, out string text);
                while (Merges(type) && at < letters.Length) {
                    int next = at;
                    if (TypeAt(letters, ref next, out string more) != type)
                        break;
                    text += more;
                    at = next;
                }
                tokens.Add(new Token(type, text, start, at));
            }
            tokens.Add(new Token(TokenType.EndOfLine, "", at, at));
            return tokens;
        }

        static bool Merges(TokenType type)
        {
            return type == TokenType.Text || type == TokenType.WhiteSpace;
        }

        static TokenType TypeAt(string[] letters, ref int at, out string text)
        {
            text = letters[at];
            if (text != "\\") {
                at++;
                return TypeOf(text);
            }
            if (at + 1 == letters.Length)
                throw ExpressionException.At(letters, at, at + 1,
                    "The end of line can not be escaped",
                    "You can use '\\\\' to escape the '\\'");
            text = letters[at + 1];
            if (TypeOf(text) == TokenType.Text && text != "\\")
                throw ExpressionException.At(letters, at + 1, at + 2,
                    "Only the characters '{', '}', '(', ')', '\\', '/' and"
                        + " whitespace can be escaped",
                    "If you did mean to use an '\\' you can use '\\\\' to"
                        + " escape it");
            at += 2;
            return TokenType.Text;
        }

        static TokenType TypeOf(string letter)
        {
            switch (letter) {
            case "(":
                return TokenType.BeginOptional;
            case ")":
                return TokenType.EndOptional;
            case "{":
                return TokenType.BeginParameter;
            case "}":
                return TokenType.EndParameter;
            case "/":
                return TokenType.Alternation;
            default:
                return char.IsWhiteSpace(letter, 0)
                    ? TokenType.WhiteSpace : TokenType.Text;
            }
        }
    }

    internal enum NodeType
    {
        Text,
        Optional,
        Alternation,
        Alternative,
        Parameter,
        Expression
    }

    /// <summary>Text has a token, all others have nodes.</summary>
    internal sealed class Node
    {
        public readonly NodeType Type;
        public readonly string Token;
        public readonly List<Node> Nodes;
        public readonly int Start;
        public readonly int End;

        public Node(NodeType type, string token, List<Node> nodes, int start,
            int end)
        {
            Type = type;
            Token = token;
            Nodes = nodes;
            Start = start;
            End = end;
        }

        /// <summary>The text of all below.</summary>
        public string Text
        {
            get {
                if (Nodes == null)
                    return Token;
                string all = "";
                foreach (Node node in Nodes)
                    all += node.Text;
                return all;
            }
        }
    }

    internal sealed class ExpressionParser
    {
        /// <summary>
        /// Reads what stands at a token: gives how many tokens it took, 0 if
        /// it is something else.
        /// </summary>
        delegate int Part(int at, List<Node> into);

        readonly string[] letters;
        readonly List<Token> tokens;
        readonly Part[] expression;
        readonly Part[] alternative;
        readonly Part[] option;
        readonly Part[] name;

        ExpressionParser(string source)
        {
            letters = Tokenizer.Letters(source);
            tokens = Tokenizer.Tokens(letters);
            name = new Part[] { Name };
            option = new Part[] { Optional, Parameter, Text };
            alternative = new Part[] { Separator, Optional, Parameter, Text };
            expression = new Part[] { Alternation, Optional, Parameter, Text };
        }

        public static Node Parse(string source)
        {
            var parser = new ExpressionParser(source);
            var nodes = new List<Node>();
            parser.Until(1, nodes, parser.expression, TokenType.EndOfLine);
            return new Node(NodeType.Expression, null, nodes, 0,
                parser.letters.Length);
        }

        bool LooksAt(int at, params TokenType[] types)
        {
            return Array.IndexOf(types, tokens[at].Type) >= 0;
        }

        /// <summary>Reads parts up to one of these tokens.</summary>
        int Until(int at, List<Node> into, Part[] parts,
            params TokenType[] ends)
        {
            int start = at;
            while (!LooksAt(at, ends)) {
                int taken = 0;
                for (int i = 0; taken == 0; i++)
                    taken = parts[i](at, into);
                at += taken;
            }
            return at - start;
        }

        int Text(int at, List<Node> into)
        {
            Token token = tokens[at];
            if (token.Type == TokenType.Alternation)
                throw ExpressionException.At(letters, token.Start, token.End,
                    "An alternation can not be used inside an optional",
                    "If you did not mean to use an alternation you can use"
                        + " '\\/' to escape the '/'. Otherwise rephrase your"
                        + " expression or consider using a regular expression"
                        + " instead.");
            into.Add(new Node(NodeType.Text, token.Text, null, token.Start,
                token.End));
            return 1;
        }

        int Name(int at, List<Node> into)
        {
            if (LooksAt(at, TokenType.WhiteSpace, TokenType.Text))
                return Text(at, into);
            Token token = tokens[at];
            throw ExpressionException.At(letters, token.Start, token.End,
                "Parameter names may not contain '{', '}', '(', ')', '\\' or"
                    + " '/'",
                "Did you mean to use a regular expression?");
        }

        int Separator(int at, List<Node> into)
        {
            if (!LooksAt(at, TokenType.Alternation))
                return 0;
            Token token = tokens[at];
            into.Add(new Node(NodeType.Alternative, token.Text, null,
                token.Start, token.End));
            return 1;
        }

        int Optional(int at, List<Node> into)
        {
            return Between(at, into, NodeType.Optional,
                TokenType.BeginOptional, TokenType.EndOptional, option);
        }

        int Parameter(int at, List<Node> into)
        {
            return Between(at, into, NodeType.Parameter,
                TokenType.BeginParameter, TokenType.EndParameter, name);
        }

        int Between(int at, List<Node> into, NodeType type, TokenType begin,
            TokenType end, Part[] parts)
        {
            if (!LooksAt(at, begin))
                return 0;
            var nodes = new List<Node>();
            int last = at + 1
                + Until(at + 1, nodes, parts, end, TokenType.EndOfLine);
            Token first = tokens[at];
            if (!LooksAt(last, end))
                throw Unfinished(first);
            into.Add(new Node(type, null, nodes, first.Start,
                tokens[last].End));
            return last + 1 - at;
        }

        ExpressionException Unfinished(Token begin)
        {
            return begin.Type == TokenType.BeginParameter
                ? ExpressionException.At(letters, begin.Start, begin.End,
                    "The '{' does not have a matching '}'",
                    "If you did not intend to use a parameter you can use"
                        + " '\\{' to escape the a parameter")
                : ExpressionException.At(letters, begin.Start, begin.End,
                    "The '(' does not have a matching ')'",
                    "If you did not intend to use optional text you can use"
                        + " '\\(' to escape the optional text");
        }

        /// <summary>Alternatives stand between blanks, the ends of the text
        /// and parameters.</summary>
        int Alternation(int at, List<Node> into)
        {
            if (!LooksAt(at - 1, TokenType.StartOfLine, TokenType.WhiteSpace,
                    TokenType.EndParameter))
                return 0;
            var parts = new List<Node>();
            int taken = Until(at, parts, alternative, TokenType.WhiteSpace,
                TokenType.EndOfLine, TokenType.BeginParameter);
            if (!parts.Exists(part => part.Type == NodeType.Alternative))
                return 0;
            int start = tokens[at].Start;
            int end = tokens[at + taken].Start;
            into.Add(new Node(NodeType.Alternation, null,
                Alternatives(parts, start, end), start, end));
            return taken;
        }

        static List<Node> Alternatives(List<Node> parts, int start, int end)
        {
            var all = new List<Node>();
            var current = new List<Node>();
            int from = start;
            foreach (Node part in parts) {
                if (part.Type != NodeType.Alternative) {
                    current.Add(part);
                    continue;
                }
                all.Add(new Node(NodeType.Alternative, null, current, from,
                    part.Start));
                current = new List<Node>();
                from = part.End;
            }
            all.Add(new Node(NodeType.Alternative, null, current, from, end));
            return all;
        }
    }
}
