// What the steps call in the C library: pipes, waiting, shared memory and
// named semaphores, which .NET has not got. The numbers are those of Linux.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

static class Libc
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int OwnerOnly = 0x180; // 0600

    public const int Interrupted = 4; // EINTR
    public const int TryAgain = 11; // EAGAIN
    public const int NoAccess = 13; // EACCES
    public const int TimedOut = 110; // ETIMEDOUT

    [DllImport("libc", SetLastError = true)]
    public static extern int open(string path, int flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int mkfifo(string path, uint mode);

    [DllImport("libc", SetLastError = true)]
    public static extern int unlink(string path);

    [DllImport("libc", SetLastError = true)]
    public static extern int close(int fd);

    [DllImport("libc", SetLastError = true)]
    public static extern IntPtr read(int fd, byte[] buffer, IntPtr count);

    [DllImport("libc", SetLastError = true)]
    public static extern IntPtr write(int fd, byte[] data, IntPtr count);

    [DllImport("libc", SetLastError = true)]
    public static extern int eventfd(uint value, int flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int poll([In, Out] PollFd[] fds, ulong count,
        int timeout);

    [DllImport("libc", SetLastError = true)]
    public static extern int shm_open(string name, int flags, uint mode);

    [DllImport("libc", SetLastError = true)]
    public static extern int shm_unlink(string name);

    [DllImport("libc", SetLastError = true)]
    public static extern int ftruncate(int fd, IntPtr size);

    [DllImport("libc", SetLastError = true)]
    public static extern IntPtr lseek(int fd, IntPtr offset, int whence);

    [DllImport("libc", SetLastError = true)]
    public static extern IntPtr mmap(IntPtr address, IntPtr size,
        int protection, int flags, int fd, IntPtr offset);

    [DllImport("libc", SetLastError = true)]
    public static extern int munmap(IntPtr address, IntPtr size);

    [DllImport("libc", SetLastError = true)]
    public static extern IntPtr sem_open(string name, int flags, uint mode,
        uint value);

    [DllImport("libc", SetLastError = true)]
    public static extern int sem_close(IntPtr semaphore);

    [DllImport("libc", SetLastError = true)]
    public static extern int sem_unlink(string name);

    [DllImport("libc", SetLastError = true)]
    public static extern int sem_post(IntPtr semaphore);

    [DllImport("libc", SetLastError = true)]
    public static extern int sem_trywait(IntPtr semaphore);

    [DllImport("libc", SetLastError = true)]
    public static extern int sem_timedwait(IntPtr semaphore,
        ref TimeSpec until);

    [DllImport("libc", SetLastError = true)]
    public static extern int fcntl(int fd, int command, ref RecordLock what);

    [DllImport("libc")]
    public static extern int getpid();

    [DllImport("libc")]
    public static extern void _exit(int status);

    public static int LastError => Marshal.GetLastWin32Error();

    public static IOException Error(string what)
    {
        int number = LastError;
        string words =
            new System.ComponentModel.Win32Exception(number).Message;
        return new IOException($"{what}: {words} (error {number})");
    }

    /// <summary>The result, unless it says that the call failed.</summary>
    public static int Check(int result, string what)
    {
        return result >= 0 ? result : throw Error(what);
    }
}

[StructLayout(LayoutKind.Sequential)]
struct PollFd
{
    public const short Readable = 1;
    public const short Writable = 4;

    public int Fd;
    public short Events;
    public short Happened;
}

[StructLayout(LayoutKind.Sequential)]
struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

[StructLayout(LayoutKind.Sequential)]
struct RecordLock
{
    public short Type;
    public short Whence;
    public long Start;
    public long Length;
    public int Pid;
}

/// <summary>Waits for descriptors; the cancel of a step ends it.</summary>
class Waiter : IDisposable
{
    readonly int bell =
        Libc.Check(Libc.eventfd(0, Libc.NonBlocking | Libc.CloseOnExec),
            "eventfd");

    static readonly byte[] one = BitConverter.GetBytes(1UL);

    public void Readable(int fd, CancellationToken cancelled)
    {
        Wait(fd, PollFd.Readable, cancelled);
    }

    public void Writable(int fd, CancellationToken cancelled)
    {
        Wait(fd, PollFd.Writable, cancelled);
    }

    void Wait(int fd, short events, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var fds = new[] {
            new PollFd { Fd = fd, Events = events },
            new PollFd { Fd = bell, Events = PollFd.Readable },
        };
        using (cancelled.Register(
                () => Libc.write(bell, one, (IntPtr)one.Length)))
            if (Libc.poll(fds, (ulong)fds.Length, -1) < 0
                    && Libc.LastError != Libc.Interrupted)
                throw Libc.Error("poll");
        cancelled.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        Libc.close(bell);
    }
}
