using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Starts a run on all ranks: each makes it by itself, the first one writes, and the others begin with its checkpoint. A rank that fails
/// ends the others.
/// </summary>
internal static class SharedStart
{
    /// <param name="ranks">all of them</param>
    /// <param name="make">what each does: checks options and data, makes the model</param>
    /// <param name="begin">what the first one does once none has failed: writes</param>
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

    /// <summary>Gives the others the first rank's checkpoint: they need not see its folder.</summary>
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
