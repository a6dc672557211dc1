// What several tests need: a server's methods, and a whole server, with the
// steps of a class.

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using NUnit.Framework;

namespace Mprun.Tests
{
    using Json = Dictionary<string, object>;

    /// <summary>The methods alone, called in this thread.</summary>
    sealed class Asked
    {
        readonly Methods methods;

        public readonly List<Json> Logs = new List<Json>();

        public Asked(params Type[] types)
        {
            methods = new Methods(Loader.LoadTypes(types), run => run,
                (entry, run) => {
                    Logs.Add(entry);
                    return methods.LiveLogs;
                });
        }

        public Json Call(string method, Json parameters = null)
        {
            return Plain(methods.Call(method, parameters ?? new Json()));
        }

        /// <summary>As the runner would get it.</summary>
        static Json Plain(object result)
        {
            return (Json)JsonReader.Parse(JsonWriter.Write(result));
        }

        public Json Step(string text, object argument = null,
            Json context = null)
        {
            return Call("executeStep", new Json {
                ["process"] = "writer", ["stepType"] = "when",
                ["step"] = text, ["argument"] = argument,
                ["context"] = context ?? new Json(),
            });
        }

        /// <summary>The data of a step that passes.</summary>
        public Json Data(string text, object argument = null)
        {
            Json result = Step(text, argument);
            Assert.AreEqual("passed", result["status"],
                JsonWriter.Write(result));
            return (Json)result["data"];
        }

        /// <summary>The failure of a step that fails.</summary>
        public Json Failure(string text, object argument = null)
        {
            Json result = Step(text, argument);
            Assert.AreEqual("failed", result["status"],
                JsonWriter.Write(result));
            return (Json)result["failure"];
        }

        public static Json Table(params string[] rows)
        {
            return new Json {
                ["dataTable"] = new Json {
                    ["rows"] = new List<object>(Array.ConvertAll(rows, row =>
                        (object)new List<object>(row.Split('|')))),
                }
            };
        }

        public static Json Doc(string content, string mediaType = null)
        {
            return new Json {
                ["docString"] = new Json {
                    ["content"] = content, ["mediaType"] = mediaType
                }
            };
        }
    }

    /// <summary>A server in threads of this program.</summary>
    sealed class Live : IDisposable
    {
        const int PatienceMs = 10000;

        readonly object gate = new object();
        readonly Queue<byte[]> input = new Queue<byte[]>();
        readonly Queue<string> output = new Queue<string>();
        readonly Thread thread;
        byte[] part = new byte[0];
        int at; // in it
        bool ended;

        public Live(params Type[] types)
        {
            var server = new Server(Loader.LoadTypes(types),
                new Channel(Read, Write));
            thread = new Thread(() => server.Serve()) { IsBackground = true };
            thread.Start();
        }

        int Read(byte[] buffer)
        {
            lock (gate) {
                while (at == part.Length && input.Count == 0 && !ended)
                    Monitor.Wait(gate);
                if (at == part.Length && input.Count > 0) {
                    part = input.Dequeue();
                    at = 0;
                }
                int count = Math.Min(buffer.Length, part.Length - at);
                Buffer.BlockCopy(part, at, buffer, 0, count);
                at += count;
                return count;
            }
        }

        void Write(byte[] data)
        {
            lock (gate) {
                output.Enqueue(Encoding.UTF8.GetString(data));
                Monitor.PulseAll(gate);
            }
        }

        public void Send(string line)
        {
            lock (gate) {
                input.Enqueue(Encoding.UTF8.GetBytes(line + "\n"));
                Monitor.PulseAll(gate);
            }
        }

        public void SendStep(int id, string text)
        {
            Send("{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"executeStep\",\"params\":{\"step\":\"" + text
                + "\"}}");
        }

        public Json Receive()
        {
            lock (gate) {
                while (output.Count == 0)
                    if (!Monitor.Wait(gate, PatienceMs))
                        throw new AssertionException("no answer");
                string line = output.Dequeue();
                StringAssert.EndsWith("\n", line);
                return (Json)JsonReader.Parse(line);
            }
        }

        public void End()
        {
            lock (gate) {
                ended = true;
                Monitor.PulseAll(gate);
            }
            Assert.True(thread.Join(PatienceMs), "the server has not ended");
        }

        public void Dispose()
        {
            lock (gate) {
                ended = true;
                Monitor.PulseAll(gate);
            }
        }
    }
}
