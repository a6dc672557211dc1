// What a server costs that does nothing: a line in, JSON read, a line out. The
// JSON is the SDK's own, as Mono's core library has none.
using System;
using System.Collections.Generic;
using Mprun;

static class Loop
{
    static void Main()
    {
        for (string line = Console.ReadLine(); line != null;
                line = Console.ReadLine()) {
            var request = (Dictionary<string, object>)JsonReader.Parse(line);
            Console.Out.Write(JsonWriter.Write(
                new Dictionary<string, object> {
                    ["jsonrpc"] = "2.0", ["id"] = request["id"],
                    ["result"] = new Dictionary<string, object> {
                        ["success"] = true, ["logs"] = new object[0]
                    },
                }) + "\n");
            Console.Out.Flush();
        }
    }
}
