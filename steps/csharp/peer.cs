// What the step classes share: the frames that a process wrote and read, and
// what it has opened.

using System;
using Mprun;

/// <summary>A row of a table of frames.</summary>
class FrameRow
{
    public uint Id { get; set; }

    public int Size { get; set; }
}

/// <summary>One for each scenario.</summary>
class Peer : IDisposable
{
    readonly Context ctx;
    Frame last;

    /// <summary>Id of the next frame that this process writes.</summary>
    public uint NextId = 1;

    public readonly Waiter Waiter = new Waiter();

    public Peer(Context ctx)
    {
        this.ctx = ctx;
    }

    public Frame Last
    {
        get {
            if (last == null)
                Check.Fail("the process has read no frame");
            return last;
        }
    }

    /// <summary>Remembers the frame as the last that was read.</summary>
    public Frame Keep(string verb, Frame frame)
    {
        ctx.Log($"{verb} frame {frame.Id}, size {frame.Size}",
            LogLevel.Debug);
        last = frame;
        ctx.Export("lastFrame", frame.Id);
        return frame;
    }

    public static void ExpectGenerated(Frame frame, int size)
    {
        Check.Equal(size, frame.Size, "the frame's size differs");
        byte[] wanted = Frame.Generated(frame.Id, size).Payload;
        for (int i = 0; i < size; i++)
            if (wanted[i] != frame.Payload[i])
                Check.Fail($"the payload of frame {frame.Id} differs");
    }

    /// <summary>What a step tells of a frame that it moved.</summary>
    public static object Moved(Frame frame)
    {
        return new { frameId = frame.Id, actualSize = frame.Size };
    }

    public void Dispose()
    {
        Waiter.Dispose();
    }
}

/// <summary>What a process has opened of one kind: a new one takes the place
/// of the old.</summary>
class Slot<T> where T : class, IDisposable
{
    readonly string kind;
    T content;

    public Slot(string kind)
    {
        this.kind = kind;
    }

    public T Open(Func<T> open)
    {
        Close();
        return content = open();
    }

    public T Content
    {
        get {
            if (content == null)
                Check.Fail($"the process has opened no {kind}");
            return content;
        }
    }

    public void Close()
    {
        T old = content;
        content = null;
        old?.Dispose();
    }
}
