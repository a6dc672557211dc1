// The two ends of a channel: a named pipe or a stream socket. No descriptor
// blocks; what has to wait waits in a Waiter, which a cancel ends.

using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Mprun;

/// <summary>Frames over one stream; subclasses know where it comes from.
/// </summary>
abstract class Link : IDisposable
{
    const int Chunk = 65536;

    readonly byte[] chunk = new byte[Chunk];
    Header header;
    byte[] pending; // what is being read, and how much of it is there
    int have;

    protected readonly Waiter Waiter;

    protected Link(Waiter waiter)
    {
        Waiter = waiter;
    }

    /// <summary>Returns when there is something to read from or write to.
    /// </summary>
    protected virtual void Connect(CancellationToken cancelled) { }

    /// <summary>The descriptor to wait for.</summary>
    protected abstract int Descriptor { get; }

    /// <summary>So many bytes were read; 0 at the end, -1: wait.</summary>
    protected abstract int Read(byte[] buffer, int count);

    /// <summary>So many bytes were written; -1: wait.</summary>
    protected abstract int Write(byte[] data, int start);

    /// <summary>The stream has ended: forget its connection.</summary>
    protected virtual void Drop() { }

    public abstract void Dispose();

    public void WriteAll(byte[] data, CancellationToken cancelled)
    {
        Connect(cancelled);
        int done = 0;
        while (done < data.Length) {
            int count = Write(data, done);
            if (count < 0)
                Waiter.Writable(Descriptor, cancelled);
            else
                done += count;
        }
    }

    /// <summary>The header of the next frame; its payload is read later.
    /// </summary>
    public Header ReadHeader(CancellationToken cancelled)
    {
        if (header == null)
            header = new Header(Take(Header.Bytes, 0, Header.Bytes,
                cancelled));
        return header;
    }

    public Frame ReadFrame(CancellationToken cancelled)
    {
        Header first = ReadHeader(cancelled);
        byte[] payload = Take(first.Size, Header.Bytes,
            Header.Bytes + first.Size, cancelled);
        header = null;
        return Frame.Checked(first, payload);
    }

    /// <summary>The next `count` bytes of a frame of which `before` are read.
    /// </summary>
    byte[] Take(int count, int before, int wanted,
        CancellationToken cancelled)
    {
        if (pending == null) {
            pending = new byte[count];
            have = 0;
        }
        while (have < pending.Length) {
            Connect(cancelled);
            int got = Read(chunk, Math.Min(Chunk, pending.Length - have));
            if (got < 0) {
                Waiter.Readable(Descriptor, cancelled);
                continue;
            }
            if (got == 0)
                throw End(before + have, wanted);
            Buffer.BlockCopy(chunk, 0, pending, have, got);
            have += got;
        }
        byte[] taken = pending;
        pending = null;
        return taken;
    }

    BadFrame End(int got, int wanted)
    {
        pending = null;
        header = null;
        Drop();
        return got > 0 ? new Truncated(got, wanted)
            : (BadFrame)new StreamEnded();
    }
}

/// <summary>One end of a named pipe.</summary>
class PipeLink : Link
{
    readonly int fd;
    readonly string owned;
    bool hadWriter;

    PipeLink(Waiter waiter, int fd, string owned) : base(waiter)
    {
        this.fd = fd;
        this.owned = owned;
    }

    public static PipeLink Create(Waiter waiter, string path)
    {
        Libc.Check(Libc.mkfifo(path, Libc.OwnerOnly), path);
        return new PipeLink(waiter, Open(path, Libc.ReadOnly), path);
    }

    public static PipeLink OpenForWriting(Waiter waiter, string path)
    {
        return new PipeLink(waiter, Open(path, Libc.WriteOnly), null);
    }

    static int Open(string path, int flags)
    {
        return Libc.Check(Libc.open(path,
            flags | Libc.NonBlocking | Libc.CloseOnExec), path);
    }

    protected override int Descriptor => fd;

    // A pipe that nobody has opened for writing yet reads as if it had ended:
    // so the first read waits. poll tells only of a writer that was there.
    protected override int Read(byte[] buffer, int count)
    {
        if (!hadWriter) {
            hadWriter = true;
            return -1;
        }
        return Result((int)Libc.read(fd, buffer, (IntPtr)count), "read");
    }

    protected override void Drop()
    {
        hadWriter = false;
    }

    protected override int Write(byte[] data, int start)
    {
        byte[] rest = data;
        if (start > 0) {
            rest = new byte[data.Length - start];
            Buffer.BlockCopy(data, start, rest, 0, rest.Length);
        }
        return Result((int)Libc.write(fd, rest, (IntPtr)rest.Length),
            "write");
    }

    static int Result(int count, string what)
    {
        if (count >= 0)
            return count;
        return Libc.LastError == Libc.TryAgain
            || Libc.LastError == Libc.Interrupted
                ? -1 : throw Libc.Error(what);
    }

    public override void Dispose()
    {
        Libc.close(fd);
        if (owned != null)
            Libc.Check(Libc.unlink(owned), owned);
    }
}

/// <summary>A connection, or a listener that accepts one when it is needed.
/// </summary>
class SocketLink : Link
{
    readonly Socket listener;
    readonly string path;
    Socket connection;

    SocketLink(Waiter waiter, Socket listener, Socket connection, string path)
        : base(waiter)
    {
        this.listener = listener;
        this.connection = connection;
        this.path = path;
    }

    public static SocketLink Listen(Waiter waiter, EndPoint at,
        string path = null)
    {
        Socket socket = New(at);
        try {
            socket.Bind(at);
            socket.Listen(8);
        } catch (SocketException) {
            socket.Dispose();
            throw;
        }
        socket.Blocking = false;
        return new SocketLink(waiter, socket, null, path);
    }

    public static SocketLink Connect(Waiter waiter, EndPoint to)
    {
        Socket socket = New(to);
        try {
            socket.Connect(to);
        } catch (SocketException) {
            socket.Dispose();
            throw;
        }
        socket.Blocking = false;
        return new SocketLink(waiter, null, socket, null);
    }

    static Socket New(EndPoint place)
    {
        return new Socket(place.AddressFamily, SocketType.Stream,
            place is IPEndPoint
                ? ProtocolType.Tcp : ProtocolType.Unspecified);
    }

    public static EndPoint UnixPath(string path)
    {
#if MONO
        return new Mono.Unix.UnixEndPoint(path);
#else
        return new UnixDomainSocketEndPoint(path);
#endif
    }

    public static EndPoint Abstract(string name)
    {
#if MONO
        return new Mono.Unix.AbstractUnixEndPoint(name);
#else
        return new UnixDomainSocketEndPoint("\0" + name);
#endif
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint).Port;

    protected override int Descriptor => (int)connection.Handle;

    protected override void Connect(CancellationToken cancelled)
    {
        if (connection == null && listener == null)
            throw new StreamEnded();
        while (connection == null) {
            Waiter.Readable((int)listener.Handle, cancelled);
            try {
                connection = listener.Accept();
                connection.Blocking = false;
            } catch (SocketException error) when (
                    error.SocketErrorCode == SocketError.WouldBlock) {
                // Whoever came has gone again.
            }
        }
    }

    protected override int Read(byte[] buffer, int count)
    {
        int got = connection.Receive(buffer, 0, count, SocketFlags.None,
            out SocketError error);
        // One that was cut off has ended too.
        return error == SocketError.ConnectionReset ? 0 : Result(got, error);
    }

    protected override int Write(byte[] data, int start)
    {
        int sent = connection.Send(data, start, data.Length - start,
            SocketFlags.None, out SocketError error);
        return Result(sent, error);
    }

    static int Result(int count, SocketError error)
    {
        if (error == SocketError.Success)
            return count;
        return error == SocketError.WouldBlock
            || error == SocketError.Interrupted
                ? -1 : throw new SocketException((int)error);
    }

    protected override void Drop()
    {
        connection?.Dispose();
        connection = null;
    }

    public override void Dispose()
    {
        Drop();
        listener?.Dispose();
        if (path != null)
            File.Delete(path);
    }
}
