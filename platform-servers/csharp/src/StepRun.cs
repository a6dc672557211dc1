// A step or a hook on its way: what it reports, and how it is ended from
// outside.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Mprun
{
    /// <summary>Takes a log line now; false: it goes into the result.
    /// </summary>
    internal delegate bool SendLog(Dictionary<string, object> entry,
        StepRun run);

    internal sealed class StepRun
    {
        static readonly Dictionary<string, object> nothing =
            new Dictionary<string, object>();

        /// <summary>For what speaks when no step runs.</summary>
        public static readonly StepRun None =
            new StepRun(nothing, (entry, run) => true);

        readonly Dictionary<string, object> parameters;
        readonly SendLog send;
        readonly CancellationTokenSource source =
            new CancellationTokenSource();

        public readonly Stopwatch Clock = Stopwatch.StartNew();
        public readonly Dictionary<string, object> Scenario;
        public readonly List<object> Logs = new List<object>();
        public readonly List<object> Attachments = new List<object>();
        public Dictionary<string, object> Data =
            new Dictionary<string, object>();
        public Dictionary<string, string> Exports =
            new Dictionary<string, string>();

        /// <summary>Why it is to end, or null.</summary>
        public string Reason { get; private set; }

        public CancellationToken Token => source.Token;

        public StepRun(Dictionary<string, object> parameters, SendLog send)
        {
            this.parameters = parameters;
            this.send = send;
            parameters.TryGetValue("context", out object context);
            Scenario = context as Dictionary<string, object> ?? nothing;
        }

        public string Text(string member)
        {
            parameters.TryGetValue(member, out object value);
            return value as string;
        }

        /// <summary>A line; `plain` is how the bare level has it.</summary>
        public void Log(Dictionary<string, object> entry, string plain)
        {
            if (send(entry, this))
                return;
            lock (this)
                Logs.Add((object)plain ?? entry);
        }

        /// <summary>False if that was done before.</summary>
        public bool NoteCancel(string reason)
        {
            lock (source) {
                if (Reason != null)
                    return false;
                Reason = reason;
                return true;
            }
        }

        /// <summary>Cancels the token; may take as long as what a step has
        /// registered there.</summary>
        public void Cancel()
        {
            try {
                source.Cancel();
            } catch (AggregateException) {
                // What a step has registered is its own affair.
            }
        }

        // The thread that runs it may be interrupted where it waits, but
        // only while the step's own code runs.

        Thread thread;
        bool interrupted;
        bool over;

        public void Begin()
        {
            lock (source)
                thread = Thread.CurrentThread;
        }

        public void End()
        {
            for (;;) {
                try {
                    lock (source)
                        thread = null;
                    if (interrupted)
                        Thread.Sleep(1); // takes what is still on its way
                    lock (source) {
                        over = true;
                        Monitor.PulseAll(source);
                    }
                    return;
                } catch (ThreadInterruptedException) {
                    interrupted = false;
                }
            }
        }

        /// <summary>Is the step's own code done, after so long at most?
        /// </summary>
        public bool IsOverIn(int milliseconds)
        {
            Stopwatch clock = Stopwatch.StartNew();
            lock (source)
                while (!over) {
                    int left =
                        milliseconds - (int)clock.ElapsedMilliseconds;
                    if (left <= 0)
                        return false;
                    Monitor.Wait(source, left);
                }
            return true;
        }

        public void Interrupt()
        {
            lock (source) {
                if (thread == null)
                    return;
                interrupted = true;
                thread.Interrupt();
            }
        }
    }
}
