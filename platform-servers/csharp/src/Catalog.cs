// The two methods that look at definitions without running them.

using System;
using System.Collections.Generic;
using Mprun.Expressions;

namespace Mprun
{
    using Json = Dictionary<string, object>;

    internal static class Catalog
    {
        /// <summary>The answer to listStepDefinitions.</summary>
        public static Json List(Registry registry)
        {
            var steps = new List<object>();
            foreach (StepDefinition one in registry.Definitions)
                steps.Add(new Json {
                    ["id"] = one.Id, ["pattern"] = PatternOf(one),
                    ["stepType"] = null, ["location"] = one.Location.AsJson(),
                });
            var hooks = new List<object>();
            foreach (Hook one in registry.Hooks)
                hooks.Add(new Json {
                    ["id"] = one.Id, ["type"] = one.Mark.Kind,
                    ["name"] = one.Mark.Name,
                    ["tagExpression"] = one.Mark.Tags,
                    ["order"] = one.Mark.Order,
                    ["location"] = one.Location.AsJson(),
                });
            var types = new List<object>();
            foreach (KeyValuePair<ParameterType, Location> one
                    in registry.TypePlaces)
                types.Add(new Json {
                    ["name"] = one.Key.Name, ["regexps"] = one.Key.Patterns,
                    ["useForSnippets"] = one.Key.UseForSnippets,
                    ["preferForSuggestions"] = false,
                    ["location"] = one.Value.AsJson(),
                });
            return new Json {
                ["stepDefinitions"] = steps, ["parameterTypes"] = types,
                ["hooks"] = hooks, ["errors"] = registry.Untyped,
            };
        }

        static Json PatternOf(StepDefinition definition)
        {
            var pattern = new Json {
                ["type"] = definition.IsRegex ? "regex" : "cucumberExpression",
                ["source"] = definition.Source,
            };
            if (definition.IsRegex)
                pattern["dialect"] = "dotnet";
            return pattern;
        }

        /// <summary>The answer to matchSteps: no step code runs.</summary>
        public static Json Match(Registry registry, List<object> steps)
        {
            var results = new List<object>();
            foreach (object step in steps)
                results.Add(MatchOne(registry, (Json)step));
            return new Json { ["results"] = results };
        }

        static Json MatchOne(Registry registry, Json step)
        {
            var text = (string)step["step"];
            var found = new List<object>();
            var result = new Json { ["matches"] = found };
            try {
                foreach (StepMatch match in registry.Find(text))
                    found.Add(new Json {
                        ["id"] = match.Definition.Id,
                        ["args"] = match.Arguments.ConvertAll(
                            one => ArgumentOf(one, text)),
                    });
            } catch (Exception error) {
                result["error"] = error.Message;
                return result;
            }
            if (found.Count > 0)
                return result;
            step.TryGetValue("stepType", out object type);
            step.TryGetValue("argument", out object argument);
            result["snippets"] = Snippet.All(registry.Types, text,
                type as string, argument is string kind
                    ? new Json { [kind] = true } : null);
            return result;
        }

        static Json ArgumentOf(Found found, string text)
        {
            Json place = PlaceOf(found.Group, text);
            place["type"] = found.Type?.Name;
            return place;
        }

        static Json PlaceOf(FoundGroup group, string text)
        {
            var place = new Json {
                ["value"] = group.Value, ["start"] = null, ["end"] = null
            };
            if (group.Value != null) {
                int start = CodePoints(text, group.Start);
                place["start"] = start;
                place["end"] = start
                    + CodePoints(group.Value, group.Value.Length);
            }
            if (group.Children.Count > 0)
                place["children"] = group.Children.ConvertAll(
                    child => PlaceOf(child, text));
            return place;
        }

        /// <summary>.NET counts UTF-16 units, the protocol code points.
        /// </summary>
        static int CodePoints(string text, int units)
        {
            int count = 0;
            for (int i = 0; i < units; i++) {
                count++;
                if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length
                        && char.IsLowSurrogate(text[i + 1]))
                    i++;
            }
            return count;
        }
    }
}
