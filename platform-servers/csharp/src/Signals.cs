// SIGTERM and SIGINT: the steps' clean-ups are done, then they do what they
// always do. How a program hears of a signal differs from runtime to runtime.

using System;
using System.Threading;

namespace Mprun
{
    internal static class Signals
    {
#if MONO
        public static void OnEnd(Action action)
        {
            var wanted = new[] {
                new Mono.Unix.UnixSignal(Mono.Unix.Native.Signum.SIGTERM),
                new Mono.Unix.UnixSignal(Mono.Unix.Native.Signum.SIGINT),
            };
            new Thread(() => {
                int which = Mono.Unix.UnixSignal.WaitAny(wanted);
                action();
                Native.DieOf((int)wanted[which].Signum);
            }) { Name = "mprun-signals", IsBackground = true }.Start();
        }
#elif NET6_0_OR_GREATER
        static System.Runtime.InteropServices.PosixSignalRegistration kept;

        public static void OnEnd(Action action)
        {
            kept = System.Runtime.InteropServices.PosixSignalRegistration
                .Create(System.Runtime.InteropServices.PosixSignal.SIGTERM,
                    context => {
                        action();
                        Native.DieOf(Terminate);
                    });
        }

        const int Terminate = 15;
#else
        public static void OnEnd(Action action)
        {
            AppDomain.CurrentDomain.ProcessExit += (from, what) => action();
        }
#endif
    }
}
