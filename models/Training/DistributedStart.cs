using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Starts a run on all ranks: each builds it, rank 0 writes its files, and the others load its checkpoint. If one rank fails, all stop.
/// </summary>
internal static class DistributedStart
{
    /// <param name="ranks">all of them</param>
    /// <param name="make">run by each rank: checks options and data, builds the model</param>
    /// <param name="begin">run by rank 0 after that, if no rank has failed: writes the files</param>
    public static TrainingRun Of(IRanks ranks, Func<TrainingRun> make, Action<TrainingRun> begin)
    {
        ranks.RequireSameBuild(typeof(TrainingRun).Assembly);
        var run = ranks.Together(make);
        try
        {
            ranks.RequireAlike("other options", (run.Options with { Device = "", Threads = 0, Data = "" }).ToJson(), Differences);
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

    /// <summary>What two objects of JSON have that differs.</summary>
    internal static string Differences(string other, string first)
    {
        using var theirs = JsonDocument.Parse(other);
        using var own = JsonDocument.Parse(first);
        var (its, known) = (Fields(theirs), Fields(own));
        return string.Join("; ", its.Keys.Union(known.Keys).Where(name => ValueOf(its, name) != ValueOf(known, name))
            .Select(name => $"{name} is {ValueOf(its, name)}, not {ValueOf(known, name)}"));

        static Dictionary<string, string> Fields(JsonDocument document) =>
            document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText(), StringComparer.Ordinal);

        static string ValueOf(Dictionary<string, string> fields, string name) => fields.GetValueOrDefault(name, "not there");
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
