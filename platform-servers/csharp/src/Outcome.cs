// How a step says that it did not simply pass.

using System;

namespace Mprun
{
    /// <summary>The step exists, its body is not written yet.</summary>
    public class PendingException : Exception
    {
        public PendingException()
            : base("the step is not written yet") { }

        public PendingException(string reason) : base(reason) { }
    }

    /// <summary>
    /// This platform cannot do what the step asks for; the case is skipped.
    /// </summary>
    public class SkippedException : Exception
    {
        public SkippedException(string reason) : base(reason) { }
    }

    /// <summary>An assertion does not hold.</summary>
    public class CheckException : Exception
    {
        /// <summary>What was wanted and what there is, as texts, or null.
        /// </summary>
        public string Expected { get; }

        public string Actual { get; }

        public CheckException(string message, string expected = null,
            string actual = null) : base(message)
        {
            Expected = expected;
            Actual = actual;
        }
    }
}
