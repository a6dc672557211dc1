// What a step class asks for in its constructor, or a step as a parameter.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;

namespace Mprun
{
    public enum LogLevel
    {
        Trace,
        Debug,
        Info,
        Warn,
        Error
    }

    /// <summary>
    /// One for each scenario of a process. What belongs to the running step
    /// or hook (its text, logs, exports) is that of the step which asks, also
    /// from its tasks and threads.
    /// </summary>
    public sealed class Context
    {
        const int MaxExports = 64;
        const int MaxExportBytes = 65536;
        const int MaxInlineBytes = 1024 * 1024;

        readonly Process process;
        readonly AsyncLocal<StepRun> own = new AsyncLocal<StepRun>();
        StepRun last;

        internal Context(Process process)
        {
            this.process = process;
        }

        internal void Enter(StepRun run)
        {
            last = run;
            own.Value = run;
        }

        StepRun Run => own.Value ?? last ?? StepRun.None;

        // Where and what the step is

        /// <summary>The name of the process that the step is of, or null.
        /// </summary>
        public string Process => Run.Text("process");

        /// <summary>The text of the step, also in a hook around one; null in
        /// other hooks.</summary>
        public string Step => Run.Text("step");

        /// <summary>given, when, then or step.</summary>
        public string StepType => Run.Text("stepType");

        /// <summary>In a hook: what the case, the run or the step has come to
        /// so far; else null.</summary>
        public string Status => Run.Text("status");

        /// <summary>The request's `context` as it came: strings, long,
        /// double, bool, List and Dictionary.</summary>
        public IReadOnlyDictionary<string, object> Scenario => Run.Scenario;

        public IReadOnlyList<string> Tags
        {
            get {
                var tags = new List<string>();
                if (Run.Scenario.TryGetValue("tags", out object all)
                        && all is List<object> list)
                    foreach (object tag in list)
                        tags.Add(JsonWriter.Describe(tag));
                return tags;
            }
        }

        /// <summary>The platform's `options` of the config.</summary>
        public IReadOnlyDictionary<string, object> Options =>
            process.Part("options") ?? new Dictionary<string, object>();

        public string Platform =>
            process.Setting("process", "platform", "MPRUN_PLATFORM");

        /// <summary>1 when the process first started in the case, 2 after a
        /// restart.</summary>
        public int Incarnation => int.TryParse(process.Setting("process",
            "incarnation", "MPRUN_INCARNATION"), out int number) ? number : 1;

        /// <summary>The case's seed, or null.</summary>
        public string Seed => process.Setting("run", "seed", "MPRUN_SEED");

        /// <summary>The folder that all processes of the case share.
        /// </summary>
        public string SharedDir => Required("sharedDir", "MPRUN_SHARED_DIR");

        /// <summary>The prefix of every system-wide name that the case makes.
        /// </summary>
        public string IpcPrefix => Required("ipcPrefix", "MPRUN_IPC_PREFIX");

        /// <summary>The folder for files that the report should keep.
        /// </summary>
        public string ArtifactDir =>
            Required("artifactDir", "MPRUN_ARTIFACT_DIR");

        string Required(string member, string variable)
        {
            return process.Setting("run", member, variable)
                ?? throw new InvalidOperationException(
                    $"the runner gave no {member}: neither run.{member} of"
                    + $" initialize nor {variable}");
        }

        // State

        /// <summary>What the process remembers from step to step, for those
        /// who need no class for it.</summary>
        public State State => process.State;

        // Reporting

        public void Log(string message, LogLevel level = LogLevel.Info)
        {
            string word = level.ToString().ToLowerInvariant();
            var entry = new Dictionary<string, object> {
                ["time"] = DateTime.UtcNow.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                    CultureInfo.InvariantCulture),
                ["level"] = word,
                ["message"] = message ?? "null",
            };
            Run.Log(entry, process.Initialized ? null
                : $"[{word.ToUpperInvariant()}] {message ?? "null"}");
        }

        public void Attach(string body, string name = "attachment",
            string mediaType = "text/plain")
        {
            byte[] bytes = Encoding.UTF8.GetBytes(JsonWriter.Clean(body));
            Attach(name, mediaType, bytes, "identity", body);
        }

        public void Attach(byte[] body, string name = "attachment",
            string mediaType = "application/octet-stream")
        {
            Attach(name, mediaType, body, "base64",
                System.Convert.ToBase64String(body));
        }

        void Attach(string name, string mediaType, byte[] bytes,
            string encoding, string body)
        {
            var entry = new Dictionary<string, object> {
                ["name"] = name, ["mediaType"] = mediaType,
            };
            if (bytes.Length
                    > process.Limit("maxInlineAttachmentBytes", MaxInlineBytes))
                entry["path"] = Save(name, bytes);
            else {
                entry["encoding"] = encoding;
                entry["body"] = body;
            }
            StepRun run = Run;
            lock (run)
                run.Attachments.Add(entry);
        }

        string Save(string name, byte[] bytes)
        {
            var safe = new StringBuilder();
            foreach (char letter in name)
                safe.Append(char.IsLetterOrDigit(letter)
                    || "._-".IndexOf(letter) >= 0 ? letter : '_');
            string plain = safe.ToString().TrimStart('.');
            if (plain == "")
                plain = "attachment";
            string folder = ArtifactDir;
            Directory.CreateDirectory(folder);
            for (int number = 1;; number++) {
                string file = number == 1 ? plain : $"{number}-{plain}";
                string path = Path.Combine(folder, file);
                if (File.Exists(path))
                    continue;
                using (var stream = new FileStream(path, FileMode.CreateNew))
                    stream.Write(bytes, 0, bytes.Length);
                return file;
            }
        }

        /// <summary>For the report. What a step returns comes here too.
        /// </summary>
        public IDictionary<string, object> Data => Run.Data;

        /// <summary>Hands a value to later steps of all processes of the
        /// case.</summary>
        public void Export(string key, object value)
        {
            StepRun run = Run;
            lock (run) {
                var all = new Dictionary<string, string>(run.Exports) {
                    [key] = JsonWriter.Describe(value)
                };
                int bytes = 0;
                foreach (KeyValuePair<string, string> one in all)
                    bytes += Encoding.UTF8.GetByteCount(one.Key)
                        + Encoding.UTF8.GetByteCount(one.Value);
                if (all.Count > MaxExports || bytes > MaxExportBytes)
                    throw new InvalidOperationException("a step may export"
                        + $" {MaxExports} values, together {MaxExportBytes}"
                        + " bytes");
                run.Exports = all;
            }
        }

        /// <summary>A value that a process exported in an earlier step.
        /// </summary>
        public string Exports(string process, string key)
        {
            return Exports(process, key, null)
                ?? throw new KeyNotFoundException($"the '{process}' process"
                    + $" has exported no '{key}': an earlier step of it has to"
                    + $" call Export(\"{key}\", ...)");
        }

        public string Exports(string process, string key, string otherwise)
        {
            if (Run.Scenario.TryGetValue("exports", out object all)
                    && all is Dictionary<string, object> processes
                    && processes.TryGetValue(process, out object values)
                    && values is Dictionary<string, object> keys
                    && keys.TryGetValue(key, out object value)
                    && value != null)
                return JsonWriter.Describe(value);
            return otherwise;
        }

        // The end

        /// <summary>
        /// Called once when the process ends, or the case of one that is
        /// kept, last first. Objects that are IDisposable need none.
        /// </summary>
        public void Defer(Action action, string name = null)
        {
            process.Defer(action ?? throw new ArgumentNullException(
                nameof(action)), name ?? action.Method.Name);
        }

        /// <summary>Is cancelled when the runner wants the step to end.
        /// </summary>
        public CancellationToken Cancelled => Run.Token;

        /// <summary>Ends the step if the runner wants so.</summary>
        public void Checkpoint()
        {
            Cancelled.ThrowIfCancellationRequested();
        }

        /// <summary>Waits; a cancel ends it.</summary>
        public void Sleep(int milliseconds)
        {
            Cancelled.WaitHandle.WaitOne(milliseconds);
            Checkpoint();
        }

        /// <summary>Time until the runner's timeout, or null if it gave none.
        /// </summary>
        public TimeSpan? Remaining()
        {
            if (!Run.Scenario.TryGetValue("timeoutMs", out object value)
                    || !(value is long || value is double))
                return null;
            double left = System.Convert.ToDouble(value,
                CultureInfo.InvariantCulture)
                - Run.Clock.Elapsed.TotalMilliseconds;
            return TimeSpan.FromMilliseconds(Math.Max(0, left));
        }
    }

    /// <summary>Values by name.</summary>
    public sealed class State
    {
        readonly Dictionary<string, object> values =
            new Dictionary<string, object>();

        /// <summary>Null is a value; asking for what was never set is an
        /// error.</summary>
        public object this[string name]
        {
            get {
                if (values.TryGetValue(name, out object value))
                    return value;
                throw new KeyNotFoundException("this process remembers no"
                    + $" '{name}'. Each process has a state of its own: what"
                    + " another one is to know goes by Export(key, value)"
                    + " there and Exports(process, key) here");
            }
            set { values[name] = value; }
        }

        public bool Has(string name)
        {
            return values.ContainsKey(name);
        }

        public T Get<T>(string name, T otherwise)
        {
            return values.TryGetValue(name, out object value)
                ? (T)value : otherwise;
        }
    }
}
