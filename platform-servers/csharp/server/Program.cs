// The program that loads assemblies of steps by name.

static class Program
{
    static int Main(string[] args)
    {
        return Mprun.PlatformServer.Run(args,
            typeof(Mprun.PlatformServer).Assembly);
    }
}
