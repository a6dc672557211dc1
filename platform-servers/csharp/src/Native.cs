// The C library, for what the class library of neither Mono nor .NET offers:
// taking the standard streams away from everybody else.

using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Mprun
{
    internal static class Native
    {
        const int Duplicate = 1030; // F_DUPFD_CLOEXEC
        const int FirstFree = 3;
        const int ReadOnly = 0;
        const int Interrupted = 4; // EINTR

        [DllImport("libc", SetLastError = true)]
        static extern int fcntl(int fd, int command, int argument);

        [DllImport("libc", SetLastError = true)]
        static extern int dup2(int from, int to);

        [DllImport("libc", SetLastError = true)]
        static extern int open(string path, int flags);

        [DllImport("libc", SetLastError = true)]
        static extern int close(int fd);

        [DllImport("libc", SetLastError = true)]
        static extern IntPtr read(int fd, byte[] buffer, IntPtr count);

        [DllImport("libc", SetLastError = true)]
        static extern IntPtr write(int fd, byte[] data, IntPtr count);

        [DllImport("libc")]
        static extern void _exit(int status);

        [DllImport("libc")]
        static extern int getpid();

        [DllImport("libc")]
        static extern int isatty(int fd);

        [DllImport("libc")]
        static extern IntPtr signal(int number, IntPtr action);

        [DllImport("libc")]
        static extern int kill(int pid, int number);

        public static int ProcessId => Available ? getpid()
            : System.Diagnostics.Process.GetCurrentProcess().Id;

        public static bool IsTerminal(int fd)
        {
            return Available && isatty(fd) == 1;
        }

        /// <summary>Is this a system with Linux' descriptors?</summary>
        public static bool Available =>
            Environment.OSVersion.Platform == PlatformID.Unix;

        /// <summary>A copy that no child inherits.</summary>
        public static int Keep(int fd)
        {
            int kept = fcntl(fd, Duplicate, FirstFree);
            if (kept < 0)
                throw Error("fcntl");
            return kept;
        }

        /// <summary>From now on `fd` is what `target` is.</summary>
        public static void Point(int fd, int target)
        {
            if (dup2(target, fd) < 0)
                throw Error("dup2");
        }

        public static void PointAtNothing(int fd)
        {
            int nothing = open("/dev/null", ReadOnly);
            if (nothing < 0)
                throw Error("open");
            Point(fd, nothing);
            close(nothing);
        }

        /// <summary>0 at the end.</summary>
        public static int Read(int fd, byte[] buffer)
        {
            for (;;) {
                long count = (long)read(fd, buffer, (IntPtr)buffer.Length);
                if (count >= 0)
                    return (int)count;
                if (Marshal.GetLastWin32Error() != Interrupted)
                    throw Error("read");
            }
        }

        public static void WriteAll(int fd, byte[] data)
        {
            while (data.Length > 0) {
                int count = (int)write(fd, data, (IntPtr)data.Length);
                if (count < 0 && Marshal.GetLastWin32Error() != Interrupted)
                    throw Error("write");
                if (count == data.Length)
                    return;
                var rest = new byte[data.Length - Math.Max(0, count)];
                Array.Copy(data, data.Length - rest.Length, rest, 0,
                    rest.Length);
                data = rest;
            }
        }

        /// <summary>Ends the process at once.</summary>
        public static void Exit(int status)
        {
            if (Available)
                _exit(status);
            Environment.Exit(status);
        }

        /// <summary>Ends the process as this signal does.</summary>
        public static void DieOf(int number)
        {
            signal(number, IntPtr.Zero); // SIG_DFL
            kill(getpid(), number);
        }

        static IOException Error(string what)
        {
            return new IOException(
                $"{what}: error {Marshal.GetLastWin32Error()}");
        }
    }
}
