// Lines from the runner, messages to it.

using System;
using System.IO;
using System.Text;

namespace Mprun
{
    /// <summary>A line of the runner.</summary>
    internal sealed class Line
    {
        /// <summary>null: it was longer than a message may be.</summary>
        public byte[] Bytes;
    }

    internal sealed class Channel
    {
        public const int MaxMessageBytes = 16 * 1024 * 1024;

        const int ChunkBytes = 65536;

        readonly Func<byte[], int> read;
        readonly Action<byte[]> write;
        readonly byte[] chunk = new byte[ChunkBytes];
        int chunkStart;
        int chunkEnd;
        bool first = true;

        /// <summary>`read` fills a buffer and gives how far, 0 at the end.
        /// </summary>
        public Channel(Func<byte[], int> read, Action<byte[]> write)
        {
            this.read = read;
            this.write = write;
        }

        /// <summary>
        /// Takes standard input and output for the protocol alone: what
        /// anybody else prints, native code and children too, goes to
        /// standard error.
        /// </summary>
        public static Channel TakeStandardStreams()
        {
            Channel channel = Native.Available ? OfDescriptors() : OfStreams();
            // In UTF-8, whatever the locale.
            Console.SetError(TextWriter.Synchronized(new StreamWriter(
                Console.OpenStandardError(), new UTF8Encoding(false)) {
                    AutoFlush = true
                }));
            Console.SetOut(Console.Error);
            return channel;
        }

        static Channel OfDescriptors()
        {
            int input = Native.Keep(0);
            int output = Native.Keep(1);
            Native.PointAtNothing(0);
            Native.Point(1, 2);
            return new Channel(buffer => Native.Read(input, buffer),
                data => Native.WriteAll(output, data));
        }

        static Channel OfStreams()
        {
            Stream input = Console.OpenStandardInput();
            Stream output = Console.OpenStandardOutput();
            Console.SetIn(TextReader.Null);
            return new Channel(
                buffer => input.Read(buffer, 0, buffer.Length), data => {
                    output.Write(data, 0, data.Length);
                    output.Flush();
                });
        }

        /// <summary>The next line without its end, never a blank one; null at
        /// the end of input.</summary>
        public Line Next()
        {
            for (;;) {
                Line line = NextRaw();
                if (line == null || line.Bytes == null)
                    return line;
                line.Bytes = Trimmed(line.Bytes);
                if (line.Bytes.Length > 0)
                    return line;
            }
        }

        Line NextRaw()
        {
            var gathered = new MemoryStream();
            bool any = false;
            bool tooLong = false;
            for (;;) {
                if (chunkStart == chunkEnd) {
                    chunkStart = 0;
                    chunkEnd = read(chunk);
                    if (chunkEnd == 0)
                        return any ? Finished(gathered, tooLong) : null;
                }
                any = true;
                int at = Array.IndexOf(chunk, (byte)'\n', chunkStart,
                    chunkEnd - chunkStart);
                int end = at < 0 ? chunkEnd : at;
                if (!tooLong)
                    gathered.Write(chunk, chunkStart, end - chunkStart);
                chunkStart = at < 0 ? end : end + 1;
                if (gathered.Length > MaxMessageBytes) {
                    tooLong = true;
                    gathered = new MemoryStream();
                }
                if (at >= 0)
                    return Finished(gathered, tooLong);
            }
        }

        static Line Finished(MemoryStream gathered, bool tooLong)
        {
            return new Line { Bytes = tooLong ? null : gathered.ToArray() };
        }

        byte[] Trimmed(byte[] line)
        {
            int start = 0;
            int end = line.Length;
            if (first && end >= 3 && line[0] == 0xef && line[1] == 0xbb
                    && line[2] == 0xbf)
                start = 3;
            first = false;
            while (start < end && IsBlank(line[start]))
                start++;
            while (end > start && IsBlank(line[end - 1]))
                end--;
            if (end - start == line.Length)
                return line;
            var trimmed = new byte[end - start];
            Array.Copy(line, start, trimmed, 0, trimmed.Length);
            return trimmed;
        }

        static bool IsBlank(byte letter)
        {
            return letter == ' ' || letter == '\t' || letter == '\r';
        }

        /// <summary>Writes a message as one line, at once. Gives its length
        /// instead of 0, and writes nothing, if it is too long.</summary>
        public int Write(object message)
        {
            byte[] line = Encoding.UTF8.GetBytes(
                JsonWriter.Write(message) + "\n");
            if (line.Length > MaxMessageBytes)
                return line.Length;
            write(line);
            return 0;
        }
    }
}
