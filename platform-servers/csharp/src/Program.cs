// The program: options, loading, serving.

using System;
using System.Collections.Generic;
using System.Reflection;

namespace Mprun
{
    /// <summary>A platform server as a program.</summary>
    public static class PlatformServer
    {
        const string Usage = @"usage: mprun-server-csharp --steps FILE ...

A platform server for mprun: it reads requests from standard input and answers
on standard output. mprun starts it; the command stands in mprun.yaml:

  platforms:
    csharp:
      command: [sdk/mprun-server-csharp, --steps, steps.dll]

  --steps FILE  an assembly of step classes; repeatable
  --check       load the steps, say what is wrong, end
  --list        list the step definitions and hooks, end
";

        /// <summary>
        /// Serves the steps of the program that calls it, or those of its
        /// --steps; the exit status:
        /// <code>static int Main(string[] args) =>
        ///     Mprun.PlatformServer.Run(args);</code>
        /// </summary>
        public static int Run(string[] args, params Assembly[] assemblies)
        {
            var files = new List<string>();
            bool check = false;
            bool list = false;
            for (int i = 0; i < args.Length; i++) {
                if (args[i] == "--steps" && i + 1 < args.Length)
                    files.Add(args[++i]);
                else if (args[i] == "--check")
                    check = true;
                else if (args[i] == "--list")
                    list = true;
                else
                    return WrongUsage(args[i]);
            }
            if (files.Count == 0 && assemblies.Length == 0)
                assemblies = new[] { Assembly.GetEntryAssembly() };
            if (files.Count == 0
                    && assemblies[0] == typeof(PlatformServer).Assembly)
                return WrongUsage(null);
            if (check || list)
                return Look(Load(files, assemblies), check, list);
            return Serve(files, assemblies);
        }

        static int WrongUsage(string option)
        {
            bool asked = option == "--help" || option == "-h";
            if (option != null && !asked)
                Console.Error.WriteLine($"unknown option: {option}");
            (asked ? Console.Out : Console.Error).Write(Usage);
            return asked ? 0 : 2;
        }

        static Registry Load(List<string> files, Assembly[] assemblies)
        {
            return files.Count > 0 ? Loader.LoadFiles(files)
                : Loader.Load(assemblies);
        }

        static int Look(Registry registry, bool check, bool list)
        {
            if (list) {
                foreach (StepDefinition one in registry.Definitions)
                    Console.WriteLine($"{one.Source}  # {one.Location}");
                foreach (Hook one in registry.Hooks)
                    Console.WriteLine($"{one.Mark.Name ?? one.Mark.Kind}"
                        + $"  # {one.Location}");
            }
            foreach (Problem problem in registry.Problems)
                Console.Error.WriteLine(problem);
            if (check)
                Console.WriteLine("step definitions:"
                    + $" {registry.Definitions.Count}, errors:"
                    + $" {registry.Problems.Count}");
            return registry.Problems.Count > 0 ? 1 : 0;
        }

        static int Serve(List<string> files, Assembly[] assemblies)
        {
            Channel channel = Channel.TakeStandardStreams();
            if (Environment.GetEnvironmentVariable("MPRUN") == null
                    && Native.IsTerminal(2))
                Console.Error.Write(Usage);
            Registry registry = Load(files, assemblies);
            if (registry.Problems.Count > 0)
                Console.Error.WriteLine($"mprun: {registry.ProblemText()}");
            if (!new Server(registry, channel).Serve())
                Native.Exit(0);
            // Not by returning: steps may have left threads behind.
            Environment.Exit(0);
            return 0;
        }
    }
}
