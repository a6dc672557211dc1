// The protocol: requests in, answers out.
//
// The main thread reads; a cancel acts at once. Another thread, the worker,
// takes the requests one after the other and runs the steps. A step that does
// not end when it is cancelled keeps its thread; the request is answered
// without it, and a new worker goes on. The end of input ends the server in
// every state.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;

namespace Mprun
{
    using Json = Dictionary<string, object>;

    internal sealed class Server
    {
        const int EndGraceMs = 1000;
        const int HeedMs = 300;
        const int InterruptMs = 400;
        const string EndReason = "the runner has closed stdin";
        const string BrokenReason = "the runner has closed stdout";
        const string SignalReason = "the server is asked to end";

        static readonly UTF8Encoding strict = new UTF8Encoding(false, true);

        readonly Channel channel;
        readonly Methods methods;
        readonly object gate = new object();
        readonly Queue<Request> queue = new Queue<Request>();
        readonly ManualResetEvent finished = new ManualResetEvent(false);
        Request current;
        StepRun run;
        readonly object cleaning = new object();
        bool ending;
        bool broken;
        int generation;

        public Server(Registry registry, Channel channel)
        {
            this.channel = channel;
            methods = new Methods(registry, BeginRun, SendLog);
        }

        /// <summary>Answers requests until input ends. False if a step still
        /// runs, which nobody could end.</summary>
        public bool Serve()
        {
            Signals.OnEnd(() => EndNow(SignalReason));
            StartWorker();
            for (Line line = Next(); line != null; line = Next())
                Take(line);
            Enqueue(Request.End);
            if (!finished.WaitOne(EndGraceMs)) {
                StepRun open;
                lock (gate) {
                    ending = true;
                    open = run;
                }
                Cancel(open, EndReason);
                finished.WaitOne(EndGraceMs);
            }
            return CleanUp() && generation == 0;
        }

        Line Next()
        {
            try {
                return channel.Next();
            } catch (IOException error) {
                Console.Error.WriteLine($"mprun: requests: {error.Message}");
                return null;
            }
        }

        /// <summary>Not for longer than the process has: none may keep it for
        /// ever. False: one still goes on.</summary>
        bool CleanUp()
        {
            Thread thread = StartThread("mprun-clean-up", () => {
                lock (cleaning)
                    foreach (string problem in methods.Process.Finish())
                        Console.Error.WriteLine(
                            $"mprun: clean-up failed: {problem}");
            });
            bool done = thread.Join(EndGraceMs);
            if (!done)
                Console.Error.WriteLine(
                    "mprun: clean-up failed: it takes too long");
            return done;
        }

        void EndNow(string reason)
        {
            StepRun open;
            lock (gate) {
                ending = true;
                open = run;
            }
            Cancel(open, reason);
            open?.IsOverIn(HeedMs + InterruptMs);
            CleanUp();
        }

        // What comes

        void Take(Line line)
        {
            Request request = Read(line);
            Json cancel = request.AsCancel();
            if (cancel == null) {
                if (!request.IsNotification)
                    Enqueue(request);
                return;
            }
            if (!cancel.TryGetValue("id", out object id))
                return;
            cancel.TryGetValue("reason", out object reason);
            CancelRequest(Request.KeyOf(id),
                JsonWriter.Describe(reason ?? "cancelled"));
        }

        static Request Read(Line line)
        {
            if (line.Bytes == null)
                return new Request(null, new RpcException(Code.TooLarge,
                    "the message is longer than"
                    + $" {Channel.MaxMessageBytes} bytes"));
            try {
                return new Request(
                    JsonReader.Parse(strict.GetString(line.Bytes)), null);
            } catch (Exception error) when (error is JsonException
                    || error is DecoderFallbackException) {
                return new Request(null, new RpcException(Code.Parse,
                    $"no JSON: {error.Message}"));
            }
        }

        void Enqueue(Request request)
        {
            lock (gate) {
                queue.Enqueue(request);
                Monitor.PulseAll(gate);
            }
        }

        void CancelRequest(string key, string reason)
        {
            StepRun open = null;
            lock (gate) {
                if (current?.Key == key) {
                    current.Cancelled = reason;
                    open = run;
                } else
                    foreach (Request request in queue)
                        if (request.Key == key)
                            request.Cancelled = reason;
            }
            Cancel(open, reason);
        }

        /// <summary>First the token, then the thread, then without it.
        /// </summary>
        void Cancel(StepRun open, string reason)
        {
            if (open == null || !open.NoteCancel(reason))
                return;
            StartThread("mprun-cancel", open.Cancel);
            StartThread("mprun-insist", () => {
                if (open.IsOverIn(HeedMs))
                    return;
                open.Interrupt();
                if (!open.IsOverIn(InterruptMs))
                    GiveUp(open);
            });
        }

        void GiveUp(StepRun open)
        {
            lock (gate) {
                if (run != open)
                    return;
                generation++;
                Write(current.Id, "result", Execution.GivenUp(open));
                Console.Error.WriteLine("mprun: a step did not end when it was"
                    + " cancelled; it runs on and is not heard any more");
                StartWorker();
            }
        }

        // One request after the other

        static Thread StartThread(string name, Action action)
        {
            var thread = new Thread(() => action()) {
                Name = name, IsBackground = true
            };
            thread.Start();
            return thread;
        }

        void StartWorker()
        {
            int mine = generation;
            StartThread("mprun-steps", () => Work(mine));
        }

        void Work(int mine)
        {
            for (;;) {
                Request request;
                lock (gate) {
                    while (queue.Count == 0)
                        Monitor.Wait(gate);
                    request = queue.Dequeue();
                    current = request;
                }
                if (request == Request.End)
                    break;
                if (!Answer(request, mine))
                    return;
            }
            finished.Set();
        }

        /// <summary>False: it was answered without this thread.</summary>
        bool Answer(Request request, int mine)
        {
            string member = "result";
            object outcome;
            try {
                outcome = Run(request);
            } catch (RpcException error) {
                member = "error";
                outcome = error.AsJson();
            } catch (Exception error) {
                member = "error";
                outcome = new RpcException(Code.Internal,
                    $"{error.GetType().Name}: {error.Message}").AsJson();
            }
            lock (gate) {
                if (mine != generation)
                    return false;
                Write(request.Id, member, outcome);
            }
            return true;
        }

        object Run(Request request)
        {
            string method = request.Open(out Json parameters);
            string reason;
            lock (gate)
                reason = ending ? EndReason : request.Cancelled;
            if (reason != null)
                throw new RpcException(Code.Cancelled,
                    $"cancelled: {reason}");
            return methods.Call(method, parameters);
        }

        /// <summary>A cancel may have come after the request was taken up and
        /// before there was a run to cancel.</summary>
        StepRun BeginRun(StepRun begun)
        {
            string reason;
            lock (gate) {
                run = begun;
                reason = ending ? EndReason : current.Cancelled;
            }
            if (reason != null)
                Cancel(begun, reason);
            return begun;
        }

        /// <summary>After its answer nothing speaks of a request any more.
        /// </summary>
        void Write(object id, string member, object outcome)
        {
            current = null;
            run = null;
            int length = Send(new Json {
                ["jsonrpc"] = "2.0", ["id"] = id, [member] = outcome
            });
            if (length == 0)
                return;
            var error = new RpcException(Code.Internal, "the answer has"
                + $" {length} bytes, and a message has at most"
                + $" {Channel.MaxMessageBytes}; attach large things");
            Send(new Json {
                ["jsonrpc"] = "2.0", ["id"] = id, ["error"] = error.AsJson()
            });
        }

        bool SendLog(Json entry, StepRun of)
        {
            lock (gate) {
                bool running = run == of && current != null;
                if (!methods.LiveLogs)
                    return !running;
                entry["id"] = running ? current.Id : null;
                Send(new Json {
                    ["jsonrpc"] = "2.0", ["method"] = "log",
                    ["params"] = entry,
                });
                return true;
            }
        }

        /// <summary>0, or how long the message is if that is too much.
        /// </summary>
        int Send(Json message)
        {
            if (broken)
                return 0;
            try {
                return channel.Write(message);
            } catch (IOException) {
                broken = true;
                // Not in this thread: whoever writes holds the lock.
                StartThread("mprun-end", () => {
                    EndNow(BrokenReason);
                    Native.Exit(0);
                });
                return 0;
            }
        }
    }
}
