using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Starts a run on all ranks: each builds the run, rank 0 writes its files, and the others load its checkpoint. If one rank fails, all
/// fail.
/// </summary>
internal static class DistributedStart
{
    /// <param name="ranks">the ranks that train together</param>
    /// <param name="make">called on each rank: checks options and data, builds the model</param>
    /// <param name="begin">called on rank 0 after that, if no rank has failed: writes the files</param>
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
                BroadcastCheckpoint(ranks, run);
            }

            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>The fields in which two JSON objects differ, for a message.</summary>
    internal static string Differences(string other, string first)
    {
        using var otherJson = JsonDocument.Parse(other);
        using var firstJson = JsonDocument.Parse(first);
        var (theirs, expected) = (Fields(otherJson), Fields(firstJson));
        return string.Join("; ", theirs.Keys.Union(expected.Keys).Where(name => ValueOf(theirs, name) != ValueOf(expected, name))
            .Select(name => $"{name} is {ValueOf(theirs, name)}, not {ValueOf(expected, name)}"));

        static Dictionary<string, string> Fields(JsonDocument document) =>
            document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText(), StringComparer.Ordinal);

        static string ValueOf(Dictionary<string, string> fields, string name) => fields.GetValueOrDefault(name, "not there");
    }

    /// <summary>Sends the checkpoint of rank 0 to the others, which may have no access to its folder.</summary>
    private static void BroadcastCheckpoint(IRanks ranks, TrainingRun run)
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
