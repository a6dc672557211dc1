// POSIX shared memory and named semaphores. The semaphore calls order memory
// between processes: what one wrote before Post, another sees after the Wait
// that it ended.

using System;
using System.Runtime.InteropServices;
using Mprun;

/// <summary>An object of shared memory, mapped. The descriptor stays open.
/// </summary>
class SharedMemory : IDisposable
{
    const int End = 2; // SEEK_END
    const int ReadAndWrite = 3;
    const int Shared = 1;

    readonly IntPtr start;

    public readonly string Name;
    public readonly int Descriptor;
    public readonly int Size;

    SharedMemory(string name, int flags, int size)
    {
        Name = name;
        Descriptor = Libc.Check(Libc.shm_open(name, Libc.ReadWrite | flags,
            Libc.OwnerOnly), name);
        try {
            if (size > 0)
                Libc.Check(Libc.ftruncate(Descriptor, (IntPtr)size), name);
            Size = (int)Libc.lseek(Descriptor, IntPtr.Zero, End);
            start = Libc.mmap(IntPtr.Zero, (IntPtr)Size, ReadAndWrite, Shared,
                Descriptor, IntPtr.Zero);
            if (start == (IntPtr)(-1))
                throw Libc.Error(name);
        } catch (Exception) {
            Libc.close(Descriptor);
            if (size > 0)
                Libc.shm_unlink(name);
            throw;
        }
    }

    public static SharedMemory Create(string name, int size)
    {
        return new SharedMemory(name, Libc.Create | Libc.Exclusive, size);
    }

    public static SharedMemory Open(string name)
    {
        return new SharedMemory(name, 0, 0);
    }

    // An aligned number is read and stored in one piece.

    public uint Get(int at)
    {
        return (uint)Marshal.ReadInt32(start, at);
    }

    public void Set(int at, uint value)
    {
        Marshal.WriteInt32(start, at, (int)value);
    }

    public long GetLong(int at)
    {
        return Marshal.ReadInt64(start, at);
    }

    public void SetLong(int at, long value)
    {
        Marshal.WriteInt64(start, at, value);
    }

    public byte[] Read(int at, int count)
    {
        var data = new byte[count];
        Marshal.Copy(start + at, data, 0, count);
        return data;
    }

    public void Write(int at, byte[] data, int from, int count)
    {
        Marshal.Copy(data, from, start + at, count);
    }

    public void Dispose()
    {
        Libc.munmap(start, (IntPtr)Size);
        Libc.close(Descriptor);
    }

    public void Unlink()
    {
        Libc.Check(Libc.shm_unlink(Name), Name);
    }
}

/// <summary>A named semaphore.</summary>
class Semaphore : IDisposable
{
    const long SliceTicks = 50 * TimeSpan.TicksPerMillisecond;

    static readonly DateTime epoch =
        new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly string name;
    readonly IntPtr at;

    Semaphore(string name, int flags, uint value)
    {
        this.name = name;
        at = Libc.sem_open(name, flags, Libc.OwnerOnly, value);
        if (at == IntPtr.Zero)
            throw Libc.Error(name);
    }

    public static Semaphore Create(string name, uint value)
    {
        return new Semaphore(name, Libc.Create | Libc.Exclusive, value);
    }

    public static Semaphore Open(string name)
    {
        return new Semaphore(name, 0, 0);
    }

    public void Post()
    {
        Libc.Check(Libc.sem_post(at), name);
    }

    public bool TryWait()
    {
        return Libc.sem_trywait(at) == 0;
    }

    /// <summary>Waits for one post; false after a slice, so that the caller
    /// looks whether there is still something to wait for.</summary>
    public bool WaitSlice(Context ctx)
    {
        ctx.Checkpoint();
        long ticks = (DateTime.UtcNow - epoch).Ticks + SliceTicks;
        var until = new TimeSpec {
            Seconds = ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = ticks % TimeSpan.TicksPerSecond * 100,
        };
        if (Libc.sem_timedwait(at, ref until) == 0)
            return true;
        if (Libc.LastError != Libc.TimedOut
                && Libc.LastError != Libc.Interrupted)
            throw Libc.Error(name);
        ctx.Checkpoint();
        return false;
    }

    public void Dispose()
    {
        Libc.sem_close(at);
    }

    public void Unlink()
    {
        Libc.Check(Libc.sem_unlink(name), name);
    }
}

/// <summary>One frame in shared memory, and a semaphore that tells of it.
/// </summary>
class SharedBuffer : IDisposable
{
    readonly bool owned;
    readonly SharedMemory memory;
    readonly Semaphore semaphore;

    public SharedBuffer(string name, int size, bool create)
    {
        owned = create;
        memory = create
            ? SharedMemory.Create(name, size) : SharedMemory.Open(name);
        try {
            semaphore = create
                ? Semaphore.Create(name, 0) : Semaphore.Open(name);
        } catch (System.IO.IOException) {
            if (create)
                memory.Unlink();
            memory.Dispose();
            throw;
        }
    }

    public void Put(Frame frame)
    {
        byte[] data = frame.Encode();
        if (data.Length > memory.Size)
            throw new ArgumentException($"a frame of {data.Length} bytes is"
                + $" larger than the buffer's {memory.Size}");
        memory.Write(0, data, 0, data.Length);
        semaphore.Post();
    }

    public Frame Take(Context ctx)
    {
        while (!semaphore.WaitSlice(ctx)) {
            // Nothing else to look for: the next slice.
        }
        var header = new Header(memory.Read(0, Header.Bytes));
        if (Header.Bytes + header.Size > memory.Size)
            Check.Fail("the frame is larger than the buffer");
        return Frame.Checked(header,
            memory.Read(Header.Bytes, header.Size));
    }

    public void Dispose()
    {
        semaphore.Dispose();
        memory.Dispose();
        if (!owned)
            return;
        semaphore.Unlink();
        memory.Unlink();
    }
}
