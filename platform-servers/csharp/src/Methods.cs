// What the server can be asked.

using System;
using System.Collections.Generic;

namespace Mprun
{
    using Json = Dictionary<string, object>;

    internal sealed class Methods
    {
        const int Version = 1;

        public const string ServerVersion = "0.1.0";

        readonly Registry registry;
        readonly Func<StepRun, StepRun> begin;
        readonly SendLog sendLog;
        bool closing;

        public readonly Process Process = new Process();

        /// <summary>Does the runner take logs as they come?</summary>
        public bool LiveLogs { get; private set; }

        public Methods(Registry registry, Func<StepRun, StepRun> begin,
            SendLog sendLog)
        {
            this.registry = registry;
            this.begin = begin;
            this.sendLog = sendLog;
        }

        /// <summary>The result; RpcException where there is none.</summary>
        public object Call(string method, Json parameters)
        {
            Func<Json, Json> function = Find(method)
                ?? throw new RpcException(Code.MethodNotFound,
                    $"unknown method: {method}");
            if (closing)
                throw new RpcException(Code.ShuttingDown,
                    "the server is shutting down");
            return function(parameters);
        }

        Func<Json, Json> Find(string method)
        {
            switch (method) {
            case "initialize":
                return Initialize;
            case "health":
            case "ping":
                return Health;
            case "executeStep":
                return ExecuteStep;
            case "executeHook":
                return ExecuteHook;
            case "matchSteps":
                return MatchSteps;
            case "listStepDefinitions":
                return ListStepDefinitions;
            case "scenarioStarted":
                return ScenarioStarted;
            case "scenarioFinished":
                return parameters => Release();
            case "shutdown":
                return Shutdown;
            default:
                return null;
            }
        }

        static object Get(Json parameters, string member)
        {
            parameters.TryGetValue(member, out object value);
            return value;
        }

        static RpcException Invalid(string message)
        {
            return new RpcException(Code.InvalidParams, message);
        }

        Json Initialize(Json parameters)
        {
            if (Process.Initialized)
                throw new RpcException(Code.InvalidRequest,
                    "initialize was called before");
            var versions = Get(parameters, "protocolVersions") as List<object>
                ?? throw Invalid("params.protocolVersions must be an array");
            if (!versions.Contains((long)Version))
                throw new RpcException(Code.UnsupportedVersion,
                    "Unsupported protocol version", new Json {
                        ["supported"] = new[] { Version },
                        ["requested"] = versions,
                    });
            RefuseBrokenSteps();
            Process.Initialize(parameters);
            LiveLogs = Get(Process.Part("capabilities") ?? new Json(), "log")
                is bool log && log;
            return Introduction();
        }

        Json Introduction()
        {
            return new Json {
                ["protocolVersion"] = Version,
                ["server"] = new Json {
                    ["name"] = "mprun-server-csharp",
                    ["version"] = ServerVersion, ["language"] = "csharp",
                    ["languageVersion"] = RuntimeName(),
                    ["pid"] = Native.ProcessId,
                    ["sdk"] = $"mprun-csharp {ServerVersion}",
                },
                // A server without hooks is not asked for them.
                ["capabilities"] = new Json {
                    ["matchSteps"] = true, ["listStepDefinitions"] = true,
                    ["snippets"] = true, ["scenarios"] = true,
                    ["hooks"] = registry.Hooks.Count > 0, ["cancel"] = true,
                    ["log"] = true,
                },
                ["limits"] = new Json {
                    ["maxMessageBytes"] = Channel.MaxMessageBytes
                },
            };
        }

        static string RuntimeName()
        {
            object name = Type.GetType("Mono.Runtime")?.GetMethod(
                "GetDisplayName", System.Reflection.BindingFlags.NonPublic
                    | System.Reflection.BindingFlags.Static)
                ?.Invoke(null, null);
            return name == null ? $".NET {Environment.Version}"
                : $"Mono {((string)name).Split(' ')[0]}";
        }

        void RefuseBrokenSteps()
        {
            if (registry.Problems.Count > 0)
                throw new RpcException(Code.Internal, registry.ProblemText(),
                    new Json {
                        ["errors"] = registry.Problems.ConvertAll(
                            problem => problem.AsJson())
                    });
        }

        Json Health(Json parameters)
        {
            return registry.Problems.Count == 0
                ? new Json { ["status"] = "ok" }
                : new Json {
                    ["status"] = "error", ["message"] = registry.ProblemText()
                };
        }

        // Steps and hooks

        Json ExecuteStep(Json parameters)
        {
            RefuseBrokenSteps();
            if (!(Get(parameters, "step") is string))
                throw Invalid("params.step must be a string");
            CheckMembers(parameters, "process", "stepType");
            try {
                Argument.Parse(Get(parameters, "argument"));
            } catch (FormatException error) {
                throw Invalid(error.Message);
            }
            CheckProcess(parameters);
            StepRun run = begin(new StepRun(parameters, sendLog));
            return Execution.Step(parameters, registry, Process, run);
        }

        Json ExecuteHook(Json parameters)
        {
            RefuseBrokenSteps();
            var id = Get(parameters, "hook") as string;
            Hook hook = registry.Hooks.Find(one => one.Id == id)
                ?? throw Invalid("there is no hook "
                    + JsonWriter.Describe(Get(parameters, "hook") ?? "null"));
            CheckMembers(parameters, "process", "status", "step", "stepType");
            CheckProcess(parameters);
            StepRun run = begin(new StepRun(parameters, sendLog));
            return Execution.OfHook(hook, Process, run);
        }

        static void CheckMembers(Json parameters, params string[] texts)
        {
            foreach (string member in texts)
                if (!(Get(parameters, member) is string)
                        && Get(parameters, member) != null)
                    throw Invalid($"params.{member} must be a string");
            object context = Get(parameters, "context");
            if (context != null && !(context is Json))
                throw Invalid("params.context must be an object");
        }

        void CheckProcess(Json parameters)
        {
            var name = Get(parameters, "process") as string;
            Json self = Process.Part("process");
            var own = self == null ? null : Get(self, "name") as string;
            if (name == null || own == null || name == own
                    || name == Get(self, "group") as string)
                return;
            throw new RpcException(Code.WrongProcess,
                $"this is the process '{own}', not '{name}'");
        }

        Json MatchSteps(Json parameters)
        {
            RefuseBrokenSteps();
            var steps = Get(parameters, "steps") as List<object>;
            if (steps == null || !steps.TrueForAll(step =>
                    step is Json entry && Get(entry, "step") is string))
                throw Invalid(
                    "params.steps must be an array of {step: string}");
            return Catalog.Match(registry, steps);
        }

        Json ListStepDefinitions(Json parameters)
        {
            RefuseBrokenSteps();
            return Catalog.List(registry);
        }

        // The end of what the steps of a case hold

        Json ScenarioStarted(Json parameters)
        {
            Json result = Release();
            Process.Enter(Get(parameters, "run"));
            return result;
        }

        Json Shutdown(Json parameters)
        {
            closing = true;
            return Release();
        }

        Json Release()
        {
            int count = Process.CleanUps;
            List<string> problems = Process.Finish();
            var logs = new List<object>();
            if (count > 0)
                logs.Add($"[INFO] {count} clean-ups done");
            var result = new Json {
                ["success"] = problems.Count == 0, ["logs"] = logs
            };
            if (problems.Count > 0) {
                result["status"] = "failed";
                result["failure"] = new Json {
                    ["kind"] = "resource",
                    ["message"] = string.Join("; ", problems),
                };
            }
            return result;
        }
    }
}
