// What marks methods of step classes. The compiler fills in where each mark
// stands.

using System;
using System.Runtime.CompilerServices;

namespace Mprun
{
    /// <summary>All marks; each knows its place in the source.</summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true,
        Inherited = false)]
    public abstract class MarkAttribute : Attribute
    {
        internal string File { get; }

        internal int Line { get; }

        internal MarkAttribute(string file, int line)
        {
            File = file;
            Line = line;
        }
    }

    /// <summary>
    /// A step definition: a Cucumber Expression, or a regular expression if
    /// it begins with ^ or ends with $. The keyword is for the reader: it
    /// takes no part in the matching.
    /// </summary>
    public class StepAttribute : MarkAttribute
    {
        internal string Pattern { get; }

        public StepAttribute(string pattern,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(file, line)
        {
            Pattern = pattern;
        }
    }

    /// <summary>See <see cref="StepAttribute"/>.</summary>
    public sealed class GivenAttribute : StepAttribute
    {
        public GivenAttribute(string pattern,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(pattern, file, line) { }
    }

    /// <summary>See <see cref="StepAttribute"/>.</summary>
    public sealed class WhenAttribute : StepAttribute
    {
        public WhenAttribute(string pattern,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(pattern, file, line) { }
    }

    /// <summary>See <see cref="StepAttribute"/>.</summary>
    public sealed class ThenAttribute : StepAttribute
    {
        public ThenAttribute(string pattern,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(pattern, file, line) { }
    }

    /// <summary>
    /// A parameter type: the method makes the value of what the regular
    /// expression has found, a string for each of its groups or one for all.
    /// It is static, or a method of a step class.
    /// </summary>
    public sealed class ParameterTypeAttribute : MarkAttribute
    {
        internal string Name { get; }

        internal string Pattern { get; }

        /// <summary>May it stand in the snippets of undefined steps?
        /// </summary>
        public bool UseForSnippets { get; set; } = true;

        public ParameterTypeAttribute(string name, string pattern,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(file, line)
        {
            Name = name;
            Pattern = pattern;
        }
    }

    /// <summary>All hooks: lower orders come first before, last after.
    /// </summary>
    public abstract class HookAttribute : MarkAttribute
    {
        public int Order { get; set; }

        /// <summary>For reports.</summary>
        public string Name { get; set; }

        internal string Tags { get; }

        internal abstract string Kind { get; }

        internal HookAttribute(string tags, string file, int line)
            : base(file, line)
        {
            Tags = tags;
        }
    }

    /// <summary>Before the first step of each process of a case.</summary>
    public sealed class BeforeScenarioAttribute : HookAttribute
    {
        internal override string Kind => "beforeScenario";

        public BeforeScenarioAttribute(string tags = null,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(tags, file, line) { }
    }

    /// <summary>At the end of a case, in each of its processes.</summary>
    public sealed class AfterScenarioAttribute : HookAttribute
    {
        internal override string Kind => "afterScenario";

        public AfterScenarioAttribute(string tags = null,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(tags, file, line) { }
    }

    /// <summary>Before each step, in the processes that it is sent to.
    /// </summary>
    public sealed class BeforeStepAttribute : HookAttribute
    {
        internal override string Kind => "beforeStep";

        public BeforeStepAttribute(string tags = null,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(tags, file, line) { }
    }

    /// <summary>After each step, whatever it has come to.</summary>
    public sealed class AfterStepAttribute : HookAttribute
    {
        internal override string Kind => "afterStep";

        public AfterStepAttribute(string tags = null,
            [CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(tags, file, line) { }
    }

    /// <summary>Once in a run, in a process of its own.</summary>
    public sealed class BeforeRunAttribute : HookAttribute
    {
        internal override string Kind => "beforeRun";

        public BeforeRunAttribute([CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(null, file, line) { }
    }

    /// <summary>Once in a run, in the process of its hooks.</summary>
    public sealed class AfterRunAttribute : HookAttribute
    {
        internal override string Kind => "afterRun";

        public AfterRunAttribute([CallerFilePath] string file = "",
            [CallerLineNumber] int line = 0) : base(null, file, line) { }
    }
}
