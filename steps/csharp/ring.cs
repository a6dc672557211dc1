// A ring of frames in shared memory; steps/README.md, "The ring", has the
// rules, and steps/c/ring.h the same layout and the same limits.
//
// Nearly everything is read and written under the lock semaphore, whose calls
// order memory. What is looked at without it (does the other end wait?) is one
// number of the machine, stored in one piece; `written` and `taken` grow by
// such a store, after all others, so that a process may be killed anywhere.

using System;
using System.Diagnostics;
using System.IO;
using Mprun;

/// <summary>Nothing to take or no room, and the other end died.</summary>
class OtherDied : CheckException
{
    public OtherDied() : base("the other end of the ring died") { }
}

/// <summary>Nothing to take, and nothing will come.</summary>
class RingClosed : CheckException
{
    public RingClosed() : base("the writer closed the ring") { }
}

/// <summary>Another process is the ring's writer or reader.</summary>
class RingTaken : InvalidOperationException
{
    public RingTaken(string message) : base(message) { }
}

/// <summary>Nothing came in time.</summary>
class RingTimeout : CheckException
{
    public RingTimeout() : base("nothing came in time") { }
}

enum Role
{
    Writer,
    Reader
}

/// <summary>One end of a ring; Create and Attach make it.</summary>
class Ring : IDisposable
{
    const uint Magic = 0x4D505247;
    const uint Version = 1;
    const int MetadataBytes = 1024;
    const int HeaderBytes = 64;
    const int FramesAt = HeaderBytes + MetadataBytes;
    const int GuardByte = 2;

    // Places in the header.
    const int AtMagic = 0;
    const int AtVersion = 4;
    const int AtCapacity = 8;
    const int AtMetadataRoom = 12;
    const int AtMetadataSize = 16;
    const int AtClosed = 20;
    const int AtHolder = 24;
    const int AtLastId = 28;
    const int AtPid = 32;
    const int AtWaits = 40;
    const int AtWritten = 48;
    const int AtTaken = 56;

    // Record locks.
    const int TryLock = 6; // F_SETLK
    const int WaitLock = 7; // F_SETLKW
    const short Exclusive = 1; // F_WRLCK
    const short Unlocked = 2; // F_UNLCK

    readonly SharedMemory memory;
    readonly Role role;
    bool owned;
    bool holds;
    Semaphore locking;
    Semaphore data;
    Semaphore space;

    /// <summary>Locks that this process got from dead ones.</summary>
    public int Takeovers { get; private set; }

    Ring(SharedMemory memory, Role role, bool owned)
    {
        this.memory = memory;
        this.role = role;
        this.owned = owned;
    }

    /// <summary>Makes the ring and becomes its reader.</summary>
    public static Ring Create(string name, int capacity)
    {
        if (capacity < Header.Bytes)
            throw new ArgumentException($"a ring has at least {Header.Bytes}"
                + $" bytes, not {capacity}");
        var ring = new Ring(SharedMemory.Create(name, FramesAt + capacity),
            Role.Reader, true);
        return ring.Started(() => {
            ring.locking = Semaphore.Create(name + ".lock", 1);
            ring.data = Semaphore.Create(name + ".data", 0);
            ring.space = Semaphore.Create(name + ".space", 0);
            ring.memory.Set(AtVersion, Version);
            ring.memory.Set(AtCapacity, (uint)capacity);
            ring.memory.Set(AtMetadataRoom, MetadataBytes);
            ring.memory.Set(AtMagic, Magic);
            ring.Enter();
        });
    }

    /// <summary>A reader removes the names when it closes, as the one before
    /// it would.</summary>
    public static Ring Attach(string name, Role role)
    {
        SharedMemory memory = SharedMemory.Open(name);
        if (memory.Size < FramesAt + Header.Bytes) {
            memory.Dispose();
            throw new InvalidDataException($"the ring {name} is too small");
        }
        var ring = new Ring(memory, role, false);
        ring.Started(() => {
            ring.CheckHeader();
            ring.locking = Semaphore.Open(name + ".lock");
            ring.data = Semaphore.Open(name + ".data");
            ring.space = Semaphore.Open(name + ".space");
            ring.Enter();
        });
        ring.owned = role == Role.Reader;
        if (role == Role.Writer)
            ring.memory.Set(AtClosed, 0);
        return ring;
    }

    Ring Started(Action start)
    {
        try {
            start();
        } catch (Exception) {
            Dispose();
            throw;
        }
        return this;
    }

    void CheckHeader()
    {
        if (memory.Get(AtMagic) != Magic)
            throw new InvalidDataException("the magic of the ring is wrong");
        if (memory.Get(AtVersion) != Version)
            throw new InvalidDataException("the ring has another version");
        if (memory.Get(AtMetadataRoom) != MetadataBytes
                || Capacity != memory.Size - FramesAt)
            throw new InvalidDataException(
                "the ring's sizes do not fit the shared memory");
    }

    /// <summary>Lets go, and removes the names that are owned.</summary>
    public void Dispose()
    {
        if (holds)
            Unlock();
        if (memory.Get(PidAt(role)) == (uint)Libc.getpid())
            memory.Set(PidAt(role), 0);
        foreach (Semaphore semaphore in new[] { locking, data, space }) {
            semaphore?.Dispose();
            if (owned)
                semaphore?.Unlink();
        }
        if (owned)
            memory.Unlink();
        memory.Dispose();
    }

    Role Other => role == Role.Writer ? Role.Reader : Role.Writer;

    static int PidAt(Role of)
    {
        return AtPid + 4 * (int)of;
    }

    static int WaitsAt(Role of)
    {
        return AtWaits + 4 * (int)of;
    }

    static uint HolderOf(Role of)
    {
        return (uint)of + 1;
    }

    // Who lives: record locks, which the kernel drops at any death

    bool SetRecord(int place, short type, int command)
    {
        for (;;) {
            var what = new RecordLock {
                Type = type, Start = place, Length = 1
            };
            if (Libc.fcntl(memory.Descriptor, command, ref what) >= 0)
                return true;
            if (command == TryLock && (Libc.LastError == Libc.TryAgain
                    || Libc.LastError == Libc.NoAccess))
                return false;
            if (Libc.LastError != Libc.Interrupted)
                throw Libc.Error("fcntl");
        }
    }

    /// <summary>What is done inside, no other process does meanwhile.
    /// </summary>
    T Guarded<T>(Func<T> action)
    {
        SetRecord(GuardByte, Exclusive, WaitLock);
        try {
            return action();
        } finally {
            SetRecord(GuardByte, Unlocked, TryLock);
        }
    }

    /// <summary>The other end attached, did not detach, and is no more. Under
    /// the guard: the look takes its record lock for a moment.</summary>
    bool OtherIsDead()
    {
        if (memory.Get(PidAt(Other)) == 0
                || !SetRecord((int)Other, Exclusive, TryLock))
            return false;
        SetRecord((int)Other, Unlocked, TryLock);
        return true;
    }

    /// <summary>Becomes the ring's only process in this role, and gives back
    /// the lock if the one before died with it.</summary>
    void Enter()
    {
        Guarded(() => {
            if (!SetRecord((int)role, Exclusive, TryLock))
                throw new RingTaken("the ring has a"
                    + $" {role.ToString().ToLower()} already: process"
                    + $" {memory.Get(PidAt(role))}");
            if (memory.Get(AtHolder) == HolderOf(role)) {
                Takeovers++;
                memory.Set(AtHolder, 0);
                locking.Post();
            }
            memory.Set(WaitsAt(role), 0);
            memory.Set(PidAt(role), (uint)Libc.getpid());
            return true;
        });
    }

    // The lock

    /// <summary>Where the other end died with it, it is taken over.</summary>
    public void Lock(Context ctx)
    {
        if (holds)
            throw new InvalidOperationException(
                "the process holds the lock of the ring already");
        while (!locking.WaitSlice(ctx))
            if (TakeOver(ctx))
                return;
        NoteHolder();
    }

    public void Unlock()
    {
        if (!holds)
            throw new InvalidOperationException(
                "the process does not hold the lock of the ring");
        holds = false;
        memory.Set(AtHolder, 0);
        locking.Post();
    }

    void NoteHolder()
    {
        memory.Set(AtHolder, HolderOf(role));
        holds = true;
    }

    /// <summary>With two processes, whoever is alive and waits for the lock
    /// knows that the dead one has it. True: the lock is here now.</summary>
    bool TakeOver(Context ctx)
    {
        bool wasHeld = false;
        bool mine = Guarded(() => {
            if (!OtherIsDead())
                return false;
            wasHeld = !locking.TryWait();
            NoteHolder();
            return true;
        });
        if (!wasHeld)
            return mine;
        Takeovers++;
        ctx.Log($"the {Other.ToString().ToLower()}, process"
            + $" {memory.Get(PidAt(Other))}, died with the lock",
            LogLevel.Warn);
        return true;
    }

    // Bytes

    int Capacity => (int)memory.Get(AtCapacity);

    long Written => memory.GetLong(AtWritten);

    long Taken => memory.GetLong(AtTaken);

    long Used => Written - Taken;

    public uint LastId => memory.Get(AtLastId);

    public int LeftBeforeEnd => Capacity - (int)(Written % Capacity);

    public bool OtherWaits => memory.Get(WaitsAt(Other)) != 0;

    void CopyIn(byte[] from, int count)
    {
        int first = Math.Min(count, LeftBeforeEnd);
        memory.Write(FramesAt + (int)(Written % Capacity), from, 0, first);
        memory.Write(FramesAt, from, first, count - first);
    }

    byte[] CopyOut(long place, int size)
    {
        int start = (int)(place % Capacity);
        int first = Math.Min(size, Capacity - start);
        byte[] all = memory.Read(FramesAt + start, first);
        Array.Resize(ref all, size);
        memory.Read(FramesAt, size - first).CopyTo(all, first);
        return all;
    }

    // Waiting

    /// <summary>
    /// Takes the lock once there is room for so many bytes (in the writer) or
    /// so many to take (in the reader). A signal may be of long ago, or be
    /// missing after a death: so it looks first, and again.
    /// </summary>
    void LockWhen(Context ctx, int size, TimeSpan? timeout = null)
    {
        Semaphore signal = role == Role.Writer ? space : data;
        Stopwatch clock = Stopwatch.StartNew();
        try {
            while (!Look(ctx, size)) {
                if (clock.Elapsed >= timeout)
                    throw new RingTimeout();
                signal.WaitSlice(ctx);
            }
        } finally {
            memory.Set(WaitsAt(role), 0);
        }
    }

    bool Look(Context ctx, int size)
    {
        // Asked before the look: what is not there then will not come.
        bool died = Guarded(OtherIsDead);
        Lock(ctx);
        bool writes = role == Role.Writer;
        if ((writes ? Capacity - Used : Used) >= size)
            return true;
        bool closed = !writes && memory.Get(AtClosed) != 0;
        memory.Set(WaitsAt(role), closed ? 0u : 1u);
        Unlock();
        if (closed)
            throw new RingClosed();
        if (died)
            throw new OtherDied();
        return false;
    }

    void LockWithRoom(Context ctx, int size)
    {
        if (size > Capacity)
            throw new ArgumentException(
                $"{size} bytes are more than the ring's {Capacity}");
        LockWhen(ctx, size);
    }

    // Frames

    /// <summary>Waits until the room is there, and puts nothing.</summary>
    public void WaitRoom(Context ctx, int size)
    {
        LockWithRoom(ctx, size);
        Unlock();
    }

    /// <summary>Waits for room and puts the frame, its last byte xor flip.
    /// </summary>
    public void Put(Context ctx, Frame frame, byte flip)
    {
        byte[] bytes = frame.Encode();
        bytes[bytes.Length - 1] ^= flip;
        LockWithRoom(ctx, bytes.Length);
        CopyIn(bytes, bytes.Length);
        memory.Set(AtLastId, frame.Id);
        memory.SetLong(AtWritten, Written + bytes.Length);
        Unlock();
        data.Post();
    }

    /// <summary>Copies the first bytes to where the frame would stand, and
    /// KEEPS the lock.</summary>
    public void PutPart(Context ctx, Frame frame, int count)
    {
        byte[] bytes = frame.Encode();
        LockWithRoom(ctx, bytes.Length);
        CopyIn(bytes, count);
    }

    /// <summary>Waits for a frame and takes it.</summary>
    public Frame Take(Context ctx, TimeSpan? timeout = null)
    {
        LockWhen(ctx, Header.Bytes, timeout);
        Header header;
        byte[] payload;
        try {
            long place = Taken;
            header = new Header(CopyOut(place, Header.Bytes));
            int size = Header.Bytes + header.Size;
            if (Used > Capacity)
                throw new InvalidDataException(
                    "the ring holds more than its capacity");
            if (size > Used)
                throw new InvalidDataException(
                    "the frame is longer than what is in the ring");
            payload = CopyOut(place + Header.Bytes, header.Size);
            memory.SetLong(AtTaken, place + size);
        } finally {
            Unlock();
        }
        space.Post();
        return Frame.Checked(header, payload);
    }

    /// <summary>No more frames will come.</summary>
    public void FinishWriting(Context ctx)
    {
        Lock(ctx);
        memory.Set(AtClosed, 1);
        Unlock();
        data.Post();
    }

    // Metadata

    public void Describe(Context ctx, byte[] text)
    {
        if (text.Length > MetadataBytes)
            throw new ArgumentException($"a ring has room for {MetadataBytes}"
                + $" bytes of metadata, not {text.Length}");
        Lock(ctx);
        memory.Set(AtMetadataSize, 0);
        memory.Write(HeaderBytes, text, 0, text.Length);
        memory.Set(AtMetadataSize, (uint)text.Length);
        Unlock();
    }

    public byte[] Description(Context ctx)
    {
        Lock(ctx);
        byte[] text = memory.Read(HeaderBytes,
            (int)Math.Min(memory.Get(AtMetadataSize), MetadataBytes));
        Unlock();
        return text;
    }
}
