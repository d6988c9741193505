using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli;

/// <summary>Runs a verb whose work the processes of an MPI job share: the first prints, and a failure of one ends them all.</summary>
internal static class RankedWork
{
    /// <summary>
    /// All processes see some failures, but one report is enough. So rank r delays its report r times this long, at most
    /// <see cref="MostDelays"/> times: the first report ends the processes that still wait.
    /// </summary>
    private static readonly TimeSpan s_reportDelay = TimeSpan.FromSeconds(5);

    private const int MostDelays = 3;

    /// <summary>Joins the job and runs the work; without a job, runs it in this process alone.</summary>
    /// <param name="work">gets the ranks of the job, and the screen to print to</param>
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

            // mpirun's pseudo-terminal can't redraw a progress bar: a wrapped writer makes displays print plain lines.
            var own = ranks.Leads()
                ? screen with { Output = TextWriter.Synchronized(screen.Output) }
                : screen with { Output = TextWriter.Null, Error = TextWriter.Null };
            using var remarks = new RemarkLines(own);
            return work(ranks, own);
        }
        catch (RankFailedException e) when (e.IsReportedElsewhere)
        {
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (e is RankFailedException { IsSeenByAll: true })
            {
                // A report by another rank ends this process, too. One that was only late must not take this one for silent meanwhile.
                using var heartbeats = ranks.SendHeartbeats();
                Thread.Sleep(s_reportDelay * Math.Min(ranks.Rank, MostDelays));
            }

            screen.Complain($"rank {ranks.Rank}: " +
                (parsed.GetValue(GlobalOptions.Verbose) ? $"{e}" : EnvironmentDefaults.Explained(parsed, ErrorMessage.Of(e))));
            screen.Error.Flush();
            ranks.Abort(ExitCode.Failed); // Others may be waiting for this rank.
            throw;
        }
    }
}
