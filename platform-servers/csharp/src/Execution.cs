// Running one step or one hook and shaping its result.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace Mprun
{
    using Json = Dictionary<string, object>;

    internal static class Execution
    {
        public static Json Step(Json parameters, Registry registry,
            Process process, StepRun run)
        {
            string text = run.Text("step");
            List<StepMatch> matches;
            try {
                matches = registry.Find(text);
            } catch (Exception error) {
                return Finished(Failed(Failure.Describe(error)), run);
            }
            Json result;
            if (matches.Count == 0)
                result = Undefined(registry, parameters, text);
            else if (matches.Count > 1)
                result = Ambiguous(matches);
            else
                result = Call(matches[0].Definition, process, run,
                    () => Binding.Values(matches[0].Definition,
                        matches[0].Arguments, Parsed(parameters),
                        process.Context, run));
            return Finished(result, run);
        }

        public static Json OfHook(Hook hook, Process process, StepRun run)
        {
            return Finished(Call(hook, process, run,
                () => Binding.Values(hook, new List<Expressions.Found>(),
                    new Argument(), process.Context, run)), run);
        }

        static Argument Parsed(Json parameters)
        {
            parameters.TryGetValue("argument", out object argument);
            return Argument.Parse(argument);
        }

        static Json Finished(Json result, StepRun run)
        {
            lock (run) {
                result["data"] = run.Data;
                result["logs"] = new List<object>(run.Logs);
                if (run.Attachments.Count > 0)
                    result["attachments"] = new List<object>(run.Attachments);
                if (run.Exports.Count > 0)
                    result["exports"] = run.Exports;
            }
            result["durationMs"] =
                Math.Round(run.Clock.Elapsed.TotalMilliseconds, 3);
            return result;
        }

        static Json Failed(Json failure)
        {
            return new Json {
                ["success"] = false, ["status"] = "failed",
                ["failure"] = failure
            };
        }

        static Json Undefined(Registry registry, Json parameters, string text)
        {
            parameters.TryGetValue("argument", out object argument);
            var result = new Json {
                ["success"] = false, ["status"] = "undefined",
                ["failure"] = new Json {
                    ["message"] = $"no step definition matches: {text}"
                },
            };
            result["snippets"] = Snippet.All(registry.Types, text,
                parameters.TryGetValue("stepType", out object type)
                    ? type as string : null, argument as Json);
            return result;
        }

        static Json Ambiguous(List<StepMatch> matches)
        {
            string lines = "";
            var found = new List<object>();
            foreach (StepMatch match in matches) {
                StepDefinition definition = match.Definition;
                lines += $"\n  {definition.Source}  # {definition.Location}";
                found.Add(new Json {
                    ["id"] = definition.Id, ["pattern"] = definition.Source,
                    ["location"] = definition.Location.AsJson(),
                });
            }
            return new Json {
                ["success"] = false, ["status"] = "ambiguous",
                ["matches"] = found,
                ["failure"] = new Json {
                    ["message"] = $"several step definitions match:{lines}"
                },
            };
        }

        /// <summary>Calls the method; what it throws becomes a result.
        /// </summary>
        static Json Call(Marked marked, Process process, StepRun run,
            Func<object[]> values)
        {
            process.Context.Enter(run);
            run.Begin();
            try {
                run.Token.ThrowIfCancellationRequested();
                object owner = marked.Method.IsStatic ? null
                    : process.Get(marked.Method.DeclaringType);
                object returned = marked.Method.Invoke(owner, values());
                Keep(run, Awaited(marked.Method, returned));
            } catch (Exception caught) {
                run.End();
                Exception error = Failure.Unwrap(caught);
                if (error is ThreadAbortException)
                    Thread.ResetAbort(); // it would come again behind here
                return ResultOf(error, marked, run);
            }
            run.End();
            return Passed();
        }

        static Json Passed()
        {
            return new Json { ["success"] = true, ["status"] = "passed" };
        }

        /// <summary>What an async method makes in the end.</summary>
        static object Awaited(MethodInfo method, object returned)
        {
            if (returned != null && !(returned is Task)
                    && method.ReturnType.Name.StartsWith("ValueTask",
                        StringComparison.Ordinal))
                returned = returned.GetType().GetMethod("AsTask")
                    .Invoke(returned, null);
            if (!(returned is Task task))
                return returned;
            task.GetAwaiter().GetResult();
            return method.ReturnType.IsGenericType
                ? task.GetType().GetProperty("Result").GetValue(task, null)
                : null;
        }

        /// <summary>What a step returns becomes data: an object with all its
        /// properties, anything else as `value`.</summary>
        static void Keep(StepRun run, object returned)
        {
            if (returned == null)
                return;
            Type type = returned.GetType();
            lock (run)
                if (returned is IDictionary pairs)
                    foreach (DictionaryEntry pair in pairs)
                        run.Data[JsonWriter.Describe(pair.Key)] = pair.Value;
                else if (type.IsValueType || returned is IEnumerable)
                    run.Data["value"] = returned;
                else
                    foreach (PropertyInfo property in type.GetProperties())
                        if (property.GetIndexParameters().Length == 0)
                            run.Data[property.Name] =
                                property.GetValue(returned, null);
        }

        static Json ResultOf(Exception error, Marked marked, StepRun run)
        {
            switch (Meaning(error)) {
            case "pending":
                return Other("pending", Failure.MessageOf(error));
            case "skipped":
                return Other("skipped", Failure.MessageOf(error));
            case "passed":
                return Passed();
            }
            if (run.Reason != null && (error is OperationCanceledException
                    || error is ThreadInterruptedException))
                return Cancelled(marked, run);
            Json failure = Failure.Describe(error);
            if (!failure.ContainsKey("location"))
                failure["location"] = marked.Location.AsJson();
            return Failed(failure);
        }

        /// <summary>The ways of test libraries to end a test are known by
        /// name.</summary>
        static string Meaning(Exception error)
        {
            if (error is PendingException || error is NotImplementedException)
                return "pending";
            if (error is SkippedException)
                return "skipped";
            switch (error.GetType().FullName) {
            case "NUnit.Framework.InconclusiveException":
            case "Microsoft.VisualStudio.TestTools.UnitTesting"
                + ".AssertInconclusiveException":
                return "pending";
            case "NUnit.Framework.IgnoreException":
            case "Xunit.SkipException":
                return "skipped";
            case "NUnit.Framework.SuccessException":
                return "passed";
            default:
                return null;
            }
        }

        static Json Other(string status, string reason)
        {
            return new Json {
                ["success"] = false, ["status"] = status, ["reason"] = reason
            };
        }

        public static Json Cancelled(Marked marked, StepRun run)
        {
            var failure = new Json {
                ["kind"] = "timeout", ["type"] = "Cancelled",
                ["message"] = $"the step was cancelled: {run.Reason}",
            };
            if (marked != null)
                failure["location"] = marked.Location.AsJson();
            return Failed(failure);
        }

        /// <summary>Of a step that does not heed its cancel.</summary>
        public static Json GivenUp(StepRun run)
        {
            return Finished(Cancelled(null, run), run);
        }
    }
}
