using System.Reflection;
using System.Runtime.CompilerServices;

#if MONO
[assembly: AssemblyTitle("Mprun")]
[assembly: AssemblyVersion("0.1.0.0")]
#endif
[assembly: InternalsVisibleTo("mprun-tests")]
