using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The processes that train a run together. Each builds the run; rank 0 writes its files, and the others load its checkpoint and compute
/// their share of each step. If one rank fails, all fail. One process alone never comes here. The ranks are the caller's, who disposes
/// them.
/// </summary>
/// <param name="ranks">this process among them</param>
internal sealed class Team(IRanks ranks)
{
    /// <summary>Whether this process writes the files.</summary>
    public bool Leads => ranks.Leads();

    /// <summary>This rank's place among those that share a batch.</summary>
    public (int Rank, int Count)? Place => (ranks.Rank, ranks.Count);

    /// <summary>Whether rank 0 saved its state before a failure ended all processes.</summary>
    public bool IsSaved { get; private set; }

    public Device OpenDevice(TrainingOptions options) => ranks.OpenDevice(options.Device, options.Threads);

    /// <summary>Options and position of a run that is to be resumed: the other ranks may have no access to its folder.</summary>
    /// <param name="read">reads them, on rank 0; null if they can't be read</param>
    /// <returns>null on rank 0, which reads them again under its lock, and if they can't be read, which it then reports</returns>
    public Checkpoint? StoredOfLeader(Func<Checkpoint?> read)
    {
        var sent = ranks.OfLeader<string[]>(
            () => read() is { } own ? [own.Options.ToJson(), own.Position.ToJson()] : []);
        return !Leads && sent is [var options, var position]
            ? new Checkpoint(OptionsJson.Parse(options), RunPosition.Parse(position)!)
            : null;
    }

    /// <inheritdoc cref="IRanks.SendHeartbeats"/>
    public IDisposable? SendHeartbeats() => ranks.SendHeartbeats();

    /// <summary>Splits the model's steps.</summary>
    /// <exception cref="OptionsException">they can't be split in this way</exception>
    public void Divide(GanModel model)
    {
        if (model.Options.Reduction == GradientReduction.Tree)
        {
            model.SplitSamples(ranks);
        }
        else if (ranks.Count > 1)
        {
            throw new OptionsException($"{ranks.Count} processes can share a batch by --reduction tree only");
        }
    }

    /// <summary>Starts a run on all ranks.</summary>
    /// <param name="build">called on each rank: checks options and data, builds the model</param>
    /// <param name="write">called on rank 0 after that, if no rank has failed: writes the files</param>
    public TrainingRun Start(Func<TrainingRun> build, Action<TrainingRun> write)
    {
        ranks.RequireSameBuild(typeof(TrainingRun).Assembly);
        var run = ranks.Together(build, patiently: true);
        try
        {
            ranks.RequireAlike("other options", (run.Options with { Device = "", Threads = 0, Data = "" }).ToJson(), Differences);
            ranks.RequireSamePictures(run.Data.Train, run.Options.Data);
            ranks.RequireAlike(
                "vectors of another width", $"{TrainingRun.VectorsOf(run.Model.Device)}",
                (other, first) => $"{other} bits, not {first}, and so other bits in its results; add --vectors 256");
            ranks.Together(
                () =>
                {
                    if (Leads)
                    {
                        write(run);
                    }

                    return run.Step;
                },
                patiently: true);
            if (ranks.Count > 1)
            {
                BroadcastCheckpoint(run);
            }

            return run;
        }
        catch
        {
            run.Abandon();
            throw;
        }
    }

    /// <summary>Runs local work on all processes; true if it returned true on each.</summary>
    /// <param name="work">of this process</param>
    /// <param name="save">called on all of them if the work fails on one; whether the state is saved</param>
    public bool All(Func<bool> work, Func<bool> save)
    {
        try
        {
            return ranks.All(work);
        }
        catch (Exception e) when (e is not RankFailedException { IsReportedElsewhere: false })
        {
            // All processes are alive and know of the failure. The one that reports it ends the job, so rank 0 saves first.
            IsSaved = ranks.All(save, patiently: true);
            throw;
        }
    }

    /// <summary>The damaged files that the processes have found since the last call; none if one of them does not move on.</summary>
    /// <param name="own">those that this one has found</param>
    /// <param name="moves">whether this one does</param>
    public IReadOnlyList<DamagedFile> AllNews(IReadOnlyList<DamagedFile> own, bool moves)
    {
        string?[] said = [moves ? "" : null, .. own.SelectMany(news => new[] { news.File, news.Reason, news.IsPassing ? "passing" : "" })];
        var all = ranks.GatherAll(JsonSerializer.SerializeToUtf8Bytes(said))
            .Select(bytes => JsonSerializer.Deserialize<string[]>(bytes)!).ToList();
        return all.Exists(one => one[0] is null) ? []
            : [.. all.SelectMany(one => one.Skip(1).Chunk(3).Select(news => new DamagedFile(news[0], news[1], news[2].Length > 0)))];
    }

    /// <summary>How the training ended, as rank 0 has it: it alone evaluates, so the others can't know of early stopping.</summary>
    /// <param name="own">on rank 0; ignored on the others</param>
    public TrainingOutcome OutcomeOfLeader(TrainingOutcome own = default) => (TrainingOutcome)ranks.Broadcast([(byte)own])[0];

    /// <summary>The fields in which two JSON objects differ, for a message.</summary>
    private static string Differences(string other, string first)
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
    private void BroadcastCheckpoint(TrainingRun run)
    {
        var bytes = ranks.Broadcast(ranks.Leads() ? Disk.ReadBytes(run.Directory.Latest) : null);
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
            Disk.Current.Delete(file);
        }
    }
}
