using IlgpuGan.Cli;
using IlgpuGan.Tensors.Ranks;

if (RankJob.IsStartedByMpirun)
{
    // mpirun gives each process a pseudo-terminal. For a terminal type with a keypad, .NET would start its output with an escape sequence.
    Environment.SetEnvironmentVariable("TERM", "dumb");
}

return await Application.RunAsync(args, Console.Out, Console.Error);
