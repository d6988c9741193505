using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli;

/// <summary>A verb whose work the processes of a job share: one of them speaks, and none waits for one that has failed.</summary>
internal static class RankedWork
{
    /// <summary>What each process leaves to those before it to tell for all what all of them see.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(5);

    /// <summary>So many may be gone before others tell it at once.</summary>
    private const int Turns = 3;

    /// <summary>Joins the job and does the work, with this process alone where there is no job.</summary>
    /// <param name="parsed">of the command line</param>
    /// <param name="work">told who shares it, and where to print</param>
    public static int Run(ParseResult parsed, Func<IRanks, Screen, int> work)
    {
        var screen = Screen.Of(parsed);
        using var ranks = RankJob.Join();
        if (ranks.Count == 1)
        {
            return work(ranks, screen);
        }

        try
        {
            ranks.RequireSameBuild(typeof(RankedWork).Assembly);

            // What mpirun shows is no terminal, though it looks like one: lines, and no bar.
            return work(ranks, screen with { Output = ranks.Leads() ? TextWriter.Synchronized(screen.Output) : TextWriter.Null });
        }
        catch (RankFailedException e) when (e.IsReportedElsewhere)
        {
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (e is RankFailedException { IsSeenByAll: true })
            {
                Thread.Sleep(s_turn * Math.Min(ranks.Rank, Turns)); // Who tells it ends this process, too.
            }

            screen.Complain($"rank {ranks.Rank}: {(parsed.GetValue(GlobalOptions.Verbose) ? e : Explanation.Of(e))}");
            screen.Error.Flush();
            ranks.Abort(ExitCode.Failed); // The others may wait for this one.
            throw;
        }
    }
}
