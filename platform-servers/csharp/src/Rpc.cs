// Requests, as far as they are those of JSON-RPC.

using System;
using System.Collections.Generic;

namespace Mprun
{
    using Json = Dictionary<string, object>;

    internal static class Code
    {
        public const int Parse = -32700;
        public const int InvalidRequest = -32600;
        public const int MethodNotFound = -32601;
        public const int InvalidParams = -32602;
        public const int Internal = -32603;
        public const int UnsupportedVersion = 1002;
        public const int Cancelled = 1003;
        public const int ShuttingDown = 1005;
        public const int WrongProcess = 1006;
        public const int TooLarge = 1007;
    }

    /// <summary>Becomes the `error` of an answer.</summary>
    internal sealed class RpcException : Exception
    {
        readonly int code;
        readonly object data;

        public RpcException(int code, string message, object data = null)
            : base(message)
        {
            this.code = code;
            this.data = data;
        }

        public Json AsJson()
        {
            var error = new Json { ["code"] = code, ["message"] = Message };
            if (data != null)
                error["data"] = data;
            return error;
        }
    }

    /// <summary>Something that came and waits for its answer.</summary>
    internal sealed class Request
    {
        readonly object message;
        readonly RpcException broken;

        /// <summary>Stands for the end of input.</summary>
        public static readonly Request End = new Request(null, null);

        /// <summary>Why it was cancelled, or null; the server's lock
        /// guards it.</summary>
        public string Cancelled;

        public object Id { get; }

        /// <summary>To compare ids by type and value.</summary>
        public string Key { get; }

        public bool IsNotification { get; }

        public Request(object message, RpcException broken)
        {
            this.message = message;
            this.broken = broken;
            if (!(message is Json members))
                return;
            members.TryGetValue("id", out object id);
            Id = id;
            Key = KeyOf(id);
            IsNotification = !members.ContainsKey("id")
                && members.TryGetValue("method", out object method)
                && method is string;
        }

        public static string KeyOf(object id)
        {
            return JsonWriter.Write(id);
        }

        /// <summary>What is asked; RpcException if it is no request.
        /// </summary>
        public string Open(out Json parameters)
        {
            if (broken != null)
                throw broken;
            if (message is List<object>)
                throw new RpcException(Code.InvalidRequest,
                    "batches are not supported");
            var members = message as Json;
            object method = null;
            members?.TryGetValue("method", out method);
            if (!(method is string name))
                throw new RpcException(Code.InvalidRequest,
                    "a request has a method");
            members.TryGetValue("params", out object given);
            parameters = given == null ? new Json() : given as Json;
            if (parameters == null)
                throw new RpcException(Code.InvalidParams,
                    "params must be an object");
            return name;
        }

        /// <summary>The params of a $/cancelRequest, else null.</summary>
        public Json AsCancel()
        {
            if (!IsNotification)
                return null;
            var members = (Json)message;
            if ((string)members["method"] != "$/cancelRequest")
                return null;
            members.TryGetValue("params", out object parameters);
            return parameters as Json ?? new Json();
        }
    }
}
