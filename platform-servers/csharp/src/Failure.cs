// Turning what a step threw into the `failure` of its result.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Reflection;

namespace Mprun
{
    internal static class Failure
    {
        const int MaxValue = 20000;

        /// <summary>The exception that the step threw.</summary>
        public static Exception Unwrap(Exception error)
        {
            while (error.InnerException != null
                    && (error is TargetInvocationException
                        || error is AggregateException many
                            && many.InnerExceptions.Count == 1))
                error = error.InnerException;
            return error;
        }

        /// <summary>Its message, even where that throws or is null.
        /// </summary>
        public static string MessageOf(Exception error)
        {
            try {
                return (error.Message ?? "").Trim();
            } catch (Exception broken) {
                return $"<its message throws {broken.GetType().Name}>";
            }
        }

        public static Dictionary<string, object> Describe(Exception error)
        {
            bool assertion = IsAssertion(error);
            List<StackFrame> frames = Frames(error);
            var failure = new Dictionary<string, object> {
                ["kind"] = assertion ? "assertion" : KindOf(error),
                ["type"] = error.GetType().Name,
                ["stackTrace"] = StackTrace(error, frames),
            };
            string message = MessageOf(error);
            if (assertion) {
                Values values = Values.Of(error);
                message = values.Message;
                values.AddTo(failure);
            }
            failure["message"] = message == "" ? error.GetType().Name
                : assertion ? message
                : $"{error.GetType().Name}: {message}";
            AddLocation(failure, frames);
            return failure;
        }

        /// <summary>NUnit, xUnit.net, MSTest and their like.</summary>
        static bool IsAssertion(Exception error)
        {
            for (Type type = error.GetType(); type != typeof(Exception);
                    type = type.BaseType)
                if (type == typeof(CheckException)
                        || type.Namespace == "Xunit.Sdk"
                        || type.Name.Contains("Assert"))
                    return true;
            return false;
        }

        static string KindOf(Exception error)
        {
            return error is TimeoutException ? "timeout"
                : error is OutOfMemoryException ? "resource" : "exception";
        }

        static void AddLocation(Dictionary<string, object> failure,
            List<StackFrame> frames)
        {
            StackFrame place = frames.Find(HasPlace);
            if (place != null)
                failure["location"] = new Location(place.GetFileName(),
                    place.GetFileLineNumber()).AsJson();
        }

        // Stacks

        /// <summary>The frames that are neither the SDK's nor machinery
        /// around the step.</summary>
        static List<StackFrame> Frames(Exception error)
        {
            var frames = new List<StackFrame>();
            foreach (StackFrame frame in new StackTrace(error, true)
                    .GetFrames() ?? new StackFrame[0])
                if (!IsMachinery(frame.GetMethod()?.DeclaringType))
                    frames.Add(frame);
            while (frames.Count > 0
                    && IsSystem(frames[frames.Count - 1].GetMethod()))
                frames.RemoveAt(frames.Count - 1);
            return frames;
        }

        static bool IsMachinery(Type type)
        {
            return type == null || type.Assembly == typeof(Failure).Assembly
                || type.Namespace == "System.Runtime.CompilerServices"
                || type.Namespace == "System.Runtime.ExceptionServices"
                || type.Namespace == "System.Threading"
                || type.Namespace == "System.Threading.Tasks";
        }

        static bool IsSystem(MethodBase method)
        {
            return method.DeclaringType.Assembly == typeof(object).Assembly;
        }

        // What the compiler makes (MoveNext of an async method) stands in
        // the source of the user too.
        static bool HasPlace(StackFrame frame)
        {
            return !string.IsNullOrEmpty(frame.GetFileName())
                && frame.GetFileLineNumber() > 0;
        }

        static string StackTrace(Exception error, List<StackFrame> frames)
        {
            var lines = new List<string> {
                $"{error.GetType().Name}: {MessageOf(error)}"
            };
            foreach (StackFrame frame in frames)
                lines.Add("  at " + Title(frame.GetMethod())
                    + (HasPlace(frame) ? " in " + new Location(
                        frame.GetFileName(), frame.GetFileLineNumber()) : ""));
            for (Exception cause = error.InnerException; cause != null;
                    cause = cause.InnerException)
                lines.Add($"Caused by {cause.GetType().Name}:"
                    + $" {MessageOf(cause)}");
            return string.Join("\n", lines);
        }

        /// <summary>Class and method, also where the compiler has made others
        /// of them: of an async method, of a lambda.</summary>
        static string Title(MethodBase method)
        {
            Type type = method.DeclaringType;
            string name = Bracketed(method.Name) ?? method.Name;
            while (type.Name[0] == '<' && type.DeclaringType != null) {
                name = Bracketed(type.Name) ?? name;
                type = type.DeclaringType;
            }
            return $"{type.Name}.{name}";
        }

        static string Bracketed(string made)
        {
            int end = made.IndexOf('>');
            return made[0] == '<' && end > 1
                ? made.Substring(1, end - 1) : null;
        }

        /// <summary>What was wanted and what there is.</summary>
        sealed class Values
        {
            public string Message;
            string expected;
            string actual;

            public static Values Of(Exception error)
            {
                string text = MessageOf(error);
                var values = new Values { Message = text };
                values.expected = Member(error, "Expected");
                values.actual = Member(error, "Actual");
                if (values.expected == null && values.actual == null)
                    values.Read(text);
                else
                    values.Read(text, false);
                return values;
            }

            static string Member(Exception error, string name)
            {
                try {
                    object value = error.GetType().GetProperty(name)
                        ?.GetValue(error, null);
                    return value == null ? null : Check.Shown(value);
                } catch (Exception) {
                    return null; // a courtesy, and only that
                }
            }

            /// <summary>
            /// Libraries write both values into the message, each on a line
            /// of its own or in angle brackets.
            /// </summary>
            void Read(string text, bool keep = true)
            {
                var words = new List<string>();
                string wanted = null;
                string there = null;
                foreach (string line in text.Split('\n')) {
                    string plain = line.Trim();
                    if (wanted == null && Follows(plain, "Expected:"))
                        wanted = After(plain, "Expected:");
                    else if (there == null && Follows(plain, "But was:"))
                        there = After(plain, "But was:");
                    else if (there == null && Follows(plain, "Actual:"))
                        there = After(plain, "Actual:");
                    else if (plain.Trim('-', '^', '↓', '↑', ' ') != "")
                        words.Add(plain);
                }
                if (wanted == null || there == null)
                    ReadBracketed(text, keep);
                else {
                    Message = words.Count > 0 ? string.Join("\n", words)
                        : $"expected {wanted}, but was {there}";
                    if (keep)
                        Keep(wanted, there);
                }
            }

            static bool Follows(string line, string word)
            {
                return line.StartsWith(word, StringComparison.Ordinal);
            }

            static string After(string line, string word)
            {
                return line.Substring(word.Length).Trim();
            }

            void ReadBracketed(string text, bool keep)
            {
                const string begin = "Expected:<";
                const string middle = ">. Actual:<";
                int from = text.IndexOf(begin, StringComparison.Ordinal);
                int at = from < 0 ? -1
                    : text.IndexOf(middle, from, StringComparison.Ordinal);
                int end = at < 0 ? -1 : text.IndexOf(">.", at + middle.Length,
                    StringComparison.Ordinal);
                if (end < 0 || !keep)
                    return;
                from += begin.Length;
                Keep(text.Substring(from, at - from), text.Substring(
                    at + middle.Length, end - at - middle.Length));
            }

            void Keep(string wanted, string there)
            {
                bool quoted = IsQuoted(wanted) && IsQuoted(there);
                expected = quoted ? Unquoted(wanted) : wanted;
                actual = quoted ? Unquoted(there) : there;
            }

            static bool IsQuoted(string text)
            {
                return text.Length >= 2 && text[0] == '"'
                    && text[text.Length - 1] == '"';
            }

            static string Unquoted(string text)
            {
                return text.Substring(1, text.Length - 2);
            }

            public void AddTo(Dictionary<string, object> failure)
            {
                if (expected == null && actual == null)
                    return;
                string left = Short(expected ?? "null");
                string right = Short(actual ?? "null");
                failure["expected"] = left;
                failure["actual"] = right;
                if (left != right
                        && (left.Contains("\n") || right.Contains("\n")))
                    failure["diff"] = Diff.Unified(left, right);
            }

            static string Short(string text)
            {
                return text.Length <= MaxValue
                    ? text : text.Substring(0, MaxValue) + "...";
            }
        }
    }
}
