// Step definitions, parameter types and hooks: all that a server knows.

using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using Mprun.Expressions;

namespace Mprun
{
    /// <summary>Where something stands: `file:line`.</summary>
    internal sealed class Location
    {
        // A step may go elsewhere.
        static readonly string home = Directory.GetCurrentDirectory()
            .TrimEnd(Path.DirectorySeparatorChar)
            + Path.DirectorySeparatorChar;

        public readonly string File;
        public readonly int Line;

        public Location(string file, int line)
        {
            File = DisplayPath(file);
            Line = line;
        }

        /// <summary>Relative to the folder of the server, if below it.
        /// </summary>
        public static string DisplayPath(string path)
        {
            return path.StartsWith(home, StringComparison.Ordinal)
                ? path.Substring(home.Length) : path;
        }

        public Dictionary<string, object> AsJson()
        {
            return new Dictionary<string, object> {
                ["file"] = File, ["line"] = Line
            };
        }

        public override string ToString()
        {
            return $"{File}:{Line}";
        }
    }

    /// <summary>Something wrong in step code.</summary>
    internal sealed class Problem
    {
        readonly Location location;
        readonly string message;

        public Problem(Location location, string message)
        {
            this.location = location;
            this.message = message;
        }

        public Dictionary<string, object> AsJson()
        {
            var json = location?.AsJson() ?? new Dictionary<string, object>();
            json["message"] = message;
            return json;
        }

        public override string ToString()
        {
            return location == null ? message : $"{location}: {message}";
        }
    }

    /// <summary>A method with a mark.</summary>
    internal abstract class Marked
    {
        public string Id;
        public readonly MethodInfo Method;
        public readonly ParameterInfo[] Parameters;
        public readonly Location Location;

        protected Marked(MethodInfo method, MarkAttribute mark)
        {
            Method = method;
            Parameters = method.GetParameters();
            Location = new Location(mark.File, mark.Line);
        }
    }

    internal sealed class StepDefinition : Marked
    {
        public readonly string Source;

        /// <summary>null if its pattern is wrong.</summary>
        public Expression Expression { get; private set; }

        public StepDefinition(MethodInfo method, StepAttribute mark)
            : base(method, mark)
        {
            Source = mark.Pattern ?? "";
        }

        public bool IsRegex =>
            Source.StartsWith("^", StringComparison.Ordinal)
            || Source.EndsWith("$", StringComparison.Ordinal);

        public void Compile(ParameterTypes types)
        {
            if (IsRegex)
                Expression = new RegularExpression(Source, types);
            else
                Expression = new CucumberExpression(Source, types);
        }
    }

    internal sealed class Hook : Marked
    {
        public readonly HookAttribute Mark;

        public Hook(MethodInfo method, HookAttribute mark)
            : base(method, mark)
        {
            Mark = mark;
        }
    }

    /// <summary>A step definition that fits, and what it found.</summary>
    internal sealed class StepMatch
    {
        public readonly StepDefinition Definition;
        public readonly List<Found> Arguments;

        public StepMatch(StepDefinition definition, List<Found> arguments)
        {
            Definition = definition;
            Arguments = arguments;
        }
    }

    internal sealed class Registry
    {
        // Of the texts that were matched so many are kept, none longer.
        const int KeptTexts = 1000;
        const int LongestKept = 1000;

        readonly Dictionary<string, List<StepMatch>> found =
            new Dictionary<string, List<StepMatch>>();

        public readonly List<StepDefinition> Definitions =
            new List<StepDefinition>();

        public readonly List<Hook> Hooks = new List<Hook>();

        public readonly List<Problem> Problems = new List<Problem>();

        /// <summary>Types that expressions name and nobody defines.
        /// </summary>
        public readonly List<Dictionary<string, object>> Untyped =
            new List<Dictionary<string, object>>();

        public readonly Dictionary<ParameterType, Location> TypePlaces =
            new Dictionary<ParameterType, Location>();

        public readonly ParameterTypes Types = new ParameterTypes();

        public void Report(Location location, string message)
        {
            Problems.Add(new Problem(location, message));
        }

        /// <summary>All problems, one a line.</summary>
        public string ProblemText()
        {
            string all = string.Join("\n", Problems);
            return Problems.Count == 1 ? all
                : $"{Problems.Count} errors in the steps:\n{all}";
        }

        public void Add(Hook hook)
        {
            Hooks.Add(hook);
            hook.Id = $"h{Hooks.Count}";
            if (hook.Mark.Tags == null)
                return;
            try {
                TagExpression.Parse(hook.Mark.Tags);
            } catch (ArgumentException error) {
                Report(hook.Location, error.Message);
            }
        }

        /// <summary>When all types are known.</summary>
        public void Compile()
        {
            int number = 0;
            foreach (StepDefinition definition in Definitions) {
                definition.Id = $"s{++number}";
                try {
                    definition.Compile(Types);
                } catch (Exception error) when (error is ExpressionException
                        || error is UndefinedTypeException
                        || error is ArgumentException) {
                    if (error is UndefinedTypeException untyped)
                        Untyped.Add(new Dictionary<string, object> {
                            ["type"] = "undefinedParameterType",
                            ["name"] = untyped.Name,
                            ["expression"] = definition.Source,
                        });
                    Report(definition.Location,
                        $"step '{definition.Source}': {error.Message}");
                }
            }
        }

        /// <summary>All definitions that match the text.</summary>
        public List<StepMatch> Find(string text)
        {
            if (found.TryGetValue(text, out List<StepMatch> matches))
                return matches;
            matches = new List<StepMatch>();
            foreach (StepDefinition definition in Definitions) {
                List<Found> arguments = definition.Expression?.Match(text);
                if (arguments != null)
                    matches.Add(new StepMatch(definition, arguments));
            }
            if (found.Count >= KeptTexts)
                found.Clear();
            if (text.Length <= LongestKept)
                found[text] = matches;
            return matches;
        }
    }
}
