using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Tensors.Ranks;

if (RankJob.IsStartedByMpirun)
{
    // mpirun gives each process a pseudo-terminal. For a terminal type with a keypad, .NET would start its output with an escape sequence.
    Environment.SetEnvironmentVariable("TERM", "dumb");
}
else if (args is ["translate", ..] && Environment.ProcessorCount > 1)
{
    _ = TranslateCommand.WarmUp();
}

return await Application.RunAsync(args, Console.Out, Console.Error);
