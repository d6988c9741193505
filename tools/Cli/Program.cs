using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Ranks;

if (OperatingSystem.IsWindows())
{
    // Before anything is written: a console's own code page has no bars, ellipses, or letters of other languages.
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}

if (RankJob.IsStartedByMpirun)
{
    // mpirun gives each process a pseudo-terminal. For a terminal type with a keypad, .NET would start its output with an escape sequence.
    Environment.SetEnvironmentVariable("TERM", "dumb");
}
else if (args is ["translate", ..] && Environment.ProcessorCount > 1)
{
    _ = TranslateCommand.WarmUp();
}

// Standard output may fail (a full disk, a closed terminal), and standard error after it: neither ends the work.
Console.SetError(new TolerantWriter(Console.Error, _ => { }));
var output = new TolerantWriter(
    Console.Out, reason => Console.Error.WriteLine($"Standard output can't be written: {reason.TrimEnd('.')}. The work goes on."));
Console.SetOut(output);
var code = await Application.RunAsync(args, Console.Out, Console.Error);

// With --json, typed or of the environment, the output is the result, and it is lost.
return code == ExitCode.Done && output.HasFailed && Application.PrintsJson(args) ? ExitCode.Failed : code;
