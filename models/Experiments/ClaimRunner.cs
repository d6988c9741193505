using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Experiments;

/// <summary>
/// Tries a family's claim: trains and judges each variant at each seed, one after the other. What an earlier call has done is not done
/// again.
/// </summary>
public sealed class ClaimRunner
{
    /// <summary>Name of the table with a line for each variant, seed and measure.</summary>
    public const string CsvName = "table.csv";

    /// <summary>Name of the picture that shows what the variants make.</summary>
    public const string GridName = "pictures.png";

    private const string BegunName = "claim.json";
    private const string FindingName = "finding.json";

    private static readonly JsonSerializerOptions s_json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true };

    private readonly string _family;
    private readonly Claim _claim;
    private readonly ClaimSettings _settings;
    private readonly Device _device;
    private ClassifierOfData? _classifier;

    /// <exception cref="OptionsException">the family states no claim</exception>
    public ClaimRunner(IFamily family, ClaimSettings settings, Device device)
    {
        _claim = family.Claim
            ?? throw new OptionsException($"{family.Info.Name} has no claim yet; see 'experiment list'");
        (_family, _settings, _device) = (family.Info.Name, settings, device);
    }

    /// <summary>Told in a sentence what begins.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end; the command line shows it meanwhile. By default it is trained in silence.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellation: cancellation);

    /// <summary>The ranks that share the runs; each run is trained and evaluated by one rank. All must have access to the folder.</summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    private string Data => Path.Combine(_settings.Output, "data");

    private int Steps => _settings.Steps ?? _claim.Steps;

    /// <summary>Does what is left to do, and writes tables and picture.</summary>
    /// <returns>null if it was cancelled; the same call resumes it</returns>
    /// <exception cref="OptionsException">the experiment in the folder was started with other settings</exception>
    /// <exception cref="DataException">the data can't be used</exception>
    /// <exception cref="RunException">a run can't be resumed or written, or what was tried can't be read</exception>
    public ClaimResult? Run(CancellationToken cancellation = default)
    {
        ulong[] seeds = [.. Enumerable.Range(0, _settings.Seeds).Select(i => _settings.Seed + (ulong)i)];
        var tried = Ranks.LeaderFirst(() =>
        {
            var earlier = ReadTried(seeds);
            OutputPlace.MakeFolder(_settings.Output);
            RequireTheSame();
            DrawData();
            return earlier;
        });
        if (!FinishedApart(seeds, cancellation))
        {
            return null;
        }

        var judged = _claim.Variants.Select(_ => new List<JudgedRun>()).ToList();
        foreach (var seed in seeds)
        {
            foreach (var (variant, runs) in _claim.Variants.Zip(judged))
            {
                var folder = FolderOf(variant, seed);
                if ((ReadFinding(folder) ?? Judged(variant, seed, folder, cancellation)) is not { } run)
                {
                    return null;
                }

                runs.Add(run);
            }
        }

        var result = ClaimResult.Of(_family, _claim, Steps, seeds, judged) with { Tried = tried };
        if (!Ranks.Leads())
        {
            return result;
        }

        AtomicFile.WriteText(Path.Combine(_settings.Output, ExperimentRunner.JsonName), result.ToJson());
        AtomicFile.WriteText(Path.Combine(_settings.Output, CsvName), result.ToCsv());
        AtomicFile.WriteText(Path.Combine(_settings.Output, ExperimentRunner.MarkdownName), result.ToMarkdown());
        WriteGrid(seeds, judged);
        return result;
    }

    /// <summary>Does this rank's part of the runs, and waits for the others with theirs; nothing where one process is alone.</summary>
    /// <returns>false if it was cancelled</returns>
    private bool FinishedApart(IReadOnlyList<ulong> seeds, CancellationToken cancellation)
    {
        if (Ranks.Count == 1)
        {
            return true;
        }

        var runs =
            from seed in seeds from variant in _claim.Variants select (Variant: variant, Seed: seed, Folder: FolderOf(variant, seed));
        var own = runs.Where((_, i) => i % Ranks.Count == Ranks.Rank);
        return Ranks.All(
            () => own.All(r => (ReadFinding(r.Folder) ?? Judged(r.Variant, r.Seed, r.Folder, cancellation)) is not null), patiently: true);
    }

    /// <summary>The options of a variant's model at a seed.</summary>
    internal TrainingOptions OptionsOf(ClaimPart part, ulong seed) => part.Options with
    {
        Data = part.Options.Data.Length == 0 ? Data : Path.Combine(Data, part.Options.Data),
        Seed = seed,
        Device = _device.Name,
        SampleFreq = 0,
        SaveEpochFreq = 0,
    };

    private string FolderOf(ClaimVariant variant, ulong seed) =>
        Path.Combine(_settings.Output, variant.Name, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"));

    /// <summary>What was tried before, each result once.</summary>
    /// <exception cref="OptionsException">it is the very result that is asked for</exception>
    /// <exception cref="RunException">it can't be read</exception>
    private List<ClaimTrial> ReadTried(IReadOnlyList<ulong> seeds)
    {
        var (tried, own) = (new List<ClaimTrial>(), new ClaimTrial(Steps, seeds, _claim.Setting, []));
        foreach (var place in _settings.Tried)
        {
            var read = ClaimTrial.Read(place, _family, _claim);
            if (read[^1].IsLike(own))
            {
                throw new OptionsException(
                    $"--tried {place}: has the steps, seeds and setting of this experiment; name results with others");
            }

            tried.AddRange(read.Where(t => !t.IsLike(own) && !tried.Exists(t.IsLike)));
        }

        return tried;
    }

    private void RequireTheSame()
    {
        var file = Path.Combine(_settings.Output, BegunName);
        var wanted = JsonSerializer.Serialize(new { family = _family, steps = Steps }) + "\n";
        if (!File.Exists(file))
        {
            AtomicFile.WriteText(file, wanted);
        }
        else if (File.ReadAllText(file) is var begun && begun != wanted)
        {
            throw new OptionsException(
                $"{_settings.Output}: holds another experiment, {begun.Trim()} instead of {wanted.Trim()}; choose another --out");
        }
    }

    /// <summary>A folder under its final name holds the whole set.</summary>
    private void DrawData()
    {
        if (Directory.Exists(Data))
        {
            return;
        }

        Say?.Invoke($"Drawing the data: {Data}");
        var drawing = Data + ".drawing";
        if (Directory.Exists(drawing))
        {
            Directory.Delete(drawing, recursive: true);
        }

        OutputPlace.MakeFolder(drawing);
        _claim.DrawData(drawing);
        Directory.Move(drawing, Data);
    }

    private static JudgedRun? ReadFinding(string folder)
    {
        var file = Path.Combine(folder, FindingName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<JudgedRun>(File.ReadAllText(file), s_json) : null;
        }
        catch (JsonException e)
        {
            throw new RunException($"{file}: is damaged at line {e.LineNumber + 1}; delete it to evaluate the run again", e);
        }
    }

    /// <returns>null if it was cancelled</returns>
    private JudgedRun? Judged(ClaimVariant variant, ulong seed, string folder, CancellationToken cancellation)
    {
        var training = new VariantTraining(_device, Say, Train);
        var parts = variant.Parts(Steps);
        string[] folders = [.. parts.Select(p => Path.Combine(folder, p.Name))];
        foreach (var (part, run) in parts.Zip(folders))
        {
            var options = OptionsOf(part, seed);
            var name = $"{variant.Name}{(part.Name.Length > 0 ? " " + part.Name : "")} at seed {seed}";
            if (!training.Finish(name, run, FamilyCatalog.Of(options).Completed(options), data: null, cancellation))
            {
                return null;
            }
        }

        Say?.Invoke($"Evaluating {variant.Name} with seed {seed}");
        var models = new List<GanModel>();
        try
        {
            var seconds = 0.0;
            foreach (var run in folders)
            {
                var file = new RunDirectory(run).Latest;
                models.Add(GanModel.Create(Checkpoint.Read(file).Options, _device));
                seconds += Checkpoint.Load(file, models[^1]).Seconds;
            }

            var shared = Path.Combine(_settings.Output, "segmenter");
            _classifier ??= new ClassifierOfData(Data, _device, Say);
            var finding = _claim.Judge(new TrainedVariant(
                models, Data, new Instruments(folders, Data, shared, _classifier, _device, Say, cancellation)));
            return Written(finding, seconds, folder);
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private JudgedRun Written(ClaimFinding finding, double seconds, string folder)
    {
        if (_claim.Measures.FirstOrDefault(m => !finding.Values.ContainsKey(m.Name)) is { } missing)
        {
            throw new InvalidOperationException($"{_family}'s claim was judged without {missing.Name}");
        }

        string[] files = [.. finding.Pictures.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"shown-{i + 1}.png"))];
        foreach (var (picture, file) in finding.Pictures.Zip(files))
        {
            PictureFile.Save(picture, Path.Combine(folder, file));
        }

        var judged = new JudgedRun(finding.Values, finding.ByPicture, seconds, files);
        AtomicFile.WriteText(Path.Combine(folder, FindingName), JsonSerializer.Serialize(judged, s_json) + "\n");
        return judged;
    }

    private void WriteGrid(IReadOnlyList<ulong> seeds, IReadOnlyList<IReadOnlyList<JudgedRun>> judged)
    {
        var rows = new List<(string Caption, IReadOnlyList<Picture> Pictures)>();
        foreach (var (variant, runs) in _claim.Variants.Zip(judged).Where(v => v.Second[0].Pictures.Count > 0))
        {
            var files = runs[0].Pictures.Count == 1
                ? seeds.Zip(runs, (seed, run) => Path.Combine(FolderOf(variant, seed), run.Pictures[0]))
                : runs[0].Pictures.Select(file => Path.Combine(FolderOf(variant, seeds[0]), file));
            rows.Add((variant.Name, [.. files.Select(PictureFile.Load)]));
        }

        if (rows.Count > 0)
        {
            PictureFile.Save(ClaimGrid.Of(rows), Path.Combine(_settings.Output, GridName));
        }
    }
}
