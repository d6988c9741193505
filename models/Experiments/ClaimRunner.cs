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
/// Tries a family's claim: trains and judges each variant at each seed, one after the other, and writes the results after each seed. What
/// an earlier call has done is not done again.
/// </summary>
public sealed class ClaimRunner
{
    private const string BegunName = "claim.json";
    private const string FindingName = "finding.json";

    private static readonly JsonSerializerOptions s_json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true };

    private static readonly string s_last = Path.GetFileName(new RunDirectory("").Latest);

    private readonly string _family;
    private readonly Claim _claim;
    private readonly ClaimSettings _settings;
    private readonly Device _device;
    private readonly ulong[] _seeds;
    private ClassifierOfData? _classifier;

    /// <exception cref="OptionsException">the family states no claim</exception>
    public ClaimRunner(IFamily family, ClaimSettings settings, Device device)
    {
        _claim = family.Claim
            ?? throw new OptionsException($"{family.Info.Name} has no claim yet; see 'experiment list'");
        (_family, _settings, _device) = (family.Info.Name, settings, device);
        Files = settings.Results is { } results ? ClaimFiles.Of(_family, results) : ClaimFiles.In(settings.Output);
        var first = settings.Seed ?? _claim.FirstSeed;
        _seeds = [.. Enumerable.Range(0, settings.Seeds).Select(i => first + (ulong)i)];
    }

    /// <summary>Where the results lie.</summary>
    public ClaimFiles Files { get; }

    /// <summary>Told in a sentence what begins.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end; the command line shows it meanwhile. By default it is trained in silence.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellation: cancellation);

    /// <summary>The ranks that share the runs; each run is trained and evaluated by one rank. All must have access to the folder.</summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    private string Data => Path.Combine(_settings.Output, "data");

    private int Steps => _settings.Steps ?? _claim.Steps;

    /// <summary>Does what is left to do.</summary>
    /// <returns>of all seeds that there are results of; null if it was cancelled: the same call resumes it</returns>
    /// <exception cref="OptionsException">the experiment in the folder was started with other settings</exception>
    /// <exception cref="DataException">the data can't be used</exception>
    /// <exception cref="RunException">a run or the results can't be taken up or written</exception>
    public ClaimResult? Run(CancellationToken cancellation = default)
    {
        // Read by all before any of them writes.
        var left = Ranks.LeaderFirst(() =>
        {
            var known = Files.Read(_family, _claim, Steps).Seeds;
            var left = _seeds.Where(seed => !known.ContainsKey(seed)).ToHashSet();
            if (left.Count > 0)
            {
                OutputPlace.MakeFolder(_settings.Output);
                RequireTheSame();
                DrawData();
            }

            return left;
        });

        // By number, not by what is left: each run has its rank.
        var own = (from seed in _seeds from variant in _claim.Variants select (Variant: variant, Seed: seed))
            .Where((run, i) => i % Ranks.Count == Ranks.Rank && left.Contains(run.Seed));
        return Ranks.All(() => own.All(run => IsFinished(run.Variant, run.Seed, cancellation)), patiently: true) ? Gathered() : null;
    }

    /// <summary>Trains and judges a variant with one seed; then the first rank writes what is complete.</summary>
    /// <returns>false if it was cancelled</returns>
    private bool IsFinished(ClaimVariant variant, ulong seed, CancellationToken cancellation)
    {
        var folder = FolderOf(variant, seed);
        if ((ReadFinding(folder) ?? Judged(variant, seed, folder, cancellation)) is null)
        {
            return false;
        }

        _ = Ranks.Leads() ? Gathered() : null;
        return true;
    }

    /// <summary>The results in the files and those of seeds that were finished since, which the first rank adds to the files.</summary>
    /// <returns>null where no seed is complete yet</returns>
    private ClaimResult? Gathered()
    {
        var (known, tried) = Files.Read(_family, _claim, Steps);
        var seeds = new Dictionary<ulong, IReadOnlyList<JudgedRun>>(known);
        var added = new List<ulong>();
        foreach (var seed in _seeds.Where(s => !known.ContainsKey(s)))
        {
            List<JudgedRun> runs = [.. _claim.Variants.Select(variant => ReadFinding(FolderOf(variant, seed))).OfType<JudgedRun>()];
            if (runs.Count == _claim.Variants.Count)
            {
                seeds.Add(seed, runs);
                added.Add(seed);
            }
        }

        if (seeds.Count == 0)
        {
            return null;
        }

        var result = ClaimResult.Of(
            _family, _claim, Steps, [.. seeds.Keys],
            [.. _claim.Variants.Select((_, i) => seeds.Values.Select(runs => runs[i]).ToList())]) with { Tried = tried };
        if (added.Count > 0 && Ranks.Leads())
        {
            Files.Write(result, [.. added.Select(ShownOf)]);
        }

        return result;

        IReadOnlyList<(string Caption, IReadOnlyList<Picture> Pictures)> ShownOf(ulong seed) =>
        [
            .. _claim.Variants.Zip(seeds[seed], (variant, run) => (
                variant.Name, (IReadOnlyList<Picture>)[.. run.Pictures.Select(file =>
                    PictureFile.Load(Path.Combine(FolderOf(variant, seed), file)))])),
        ];
    }

    /// <summary>The options of a variant's model at a seed.</summary>
    internal TrainingOptions OptionsOf(ClaimPart part, ulong seed) => part.Options with
    {
        Data = Path.Combine(Data, part.DataOf?.Invoke(seed) ?? part.Options.Data),
        Seed = seed,
        Device = _device.Name,
        SampleFreq = 0,
        SaveEpochFreq = 0,
        EmaDecay = part.Options.EmaDecay > 0 ? part.Options.EmaDecay : _claim.EmaDecay,
    };

    private string FolderOf(ClaimVariant variant, ulong seed) =>
        Path.Combine(_settings.Output, variant.Name, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"));

    private void RequireTheSame()
    {
        var file = Path.Combine(_settings.Output, BegunName);
        var wanted = JsonSerializer.Serialize(new { family = _family, steps = Steps, setting = _claim.Setting }) + "\n";
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
        var states = new List<string>();
        foreach (var (part, run) in parts.Zip(folders))
        {
            var options = OptionsOf(part, seed);
            var name = $"{variant.Name}{(part.Name.Length > 0 ? " " + part.Name : "")} at seed {seed}";
            for (var i = 1; i <= part.Checkpoints; i++)
            {
                var state = i == part.Checkpoints
                    ? new RunDirectory(run).Latest
                    : Path.Combine(run, string.Create(CultureInfo.InvariantCulture, $"state-{i}.safetensors"));
                states.Add(state);
                var upToHere = options with { Steps = options.Steps!.Value * i / part.Checkpoints };
                if (i < part.Checkpoints && File.Exists(state))
                {
                    continue;
                }

                if (!training.Finish(name, run, FamilyCatalog.Of(upToHere).Completed(upToHere), data: null, cancellation))
                {
                    return null;
                }

                if (i < part.Checkpoints)
                {
                    File.Copy(new RunDirectory(run).Latest, state + ".part", overwrite: true);
                    File.Move(state + ".part", state);
                }
            }
        }

        Say?.Invoke($"Evaluating {variant.Name} with seed {seed}");
        var models = new List<GanModel>();
        try
        {
            var seconds = 0.0;
            foreach (var file in states)
            {
                models.Add(GanModel.Create(Checkpoint.Read(file).Options, _device));
                var loaded = Checkpoint.Load(file, models[^1]).Seconds;
                seconds += Path.GetFileName(file) == s_last ? loaded : 0;
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

        var judged = new JudgedRun(finding.Values, seconds, files);
        AtomicFile.WriteText(Path.Combine(folder, FindingName), JsonSerializer.Serialize(judged, s_json) + "\n");
        return judged;
    }
}
