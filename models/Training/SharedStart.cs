using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Starts a run on all ranks: each builds it, rank 0 writes its files, and the others load its checkpoint. If one rank fails, all stop.
/// </summary>
internal static class SharedStart
{
    /// <param name="ranks">all of them</param>
    /// <param name="make">run by each rank: checks options and data, builds the model</param>
    /// <param name="begin">run by rank 0 after that, if no rank has failed: writes the files</param>
    public static TrainingRun Of(IRanks ranks, Func<TrainingRun> make, Action<TrainingRun> begin)
    {
        var run = ranks.Together(make);
        try
        {
            ranks.RequireAlike("versions of the program", $"{typeof(TrainingRun).Assembly.GetName().Version}");
            ranks.RequireAlike("options", (run.Options with { Device = "", Threads = 0, Data = "" }).ToJson());
            ranks.Together(() =>
            {
                if (ranks.Leads())
                {
                    begin(run);
                }

                return run.Step;
            });
            if (ranks.Count > 1)
            {
                Spread(ranks, run);
            }

            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Sends the checkpoint of rank 0 to the others, which need not see its folder.</summary>
    private static void Spread(IRanks ranks, TrainingRun run)
    {
        var bytes = ranks.Broadcast(ranks.Leads() ? File.ReadAllBytes(run.Directory.Latest) : null);
        if (ranks.Leads())
        {
            return;
        }

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            run.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
