using IlgpuGan.Cli;
using IlgpuGan.Tensors.Ranks;

if (RankJob.IsStartedByMpirun)
{
    // mpirun gives each process a terminal that nobody sees: .NET would begin its output with what prepares the keys of the named kind.
    Environment.SetEnvironmentVariable("TERM", "dumb");
}

return await Application.RunAsync(args, Console.Out, Console.Error);
