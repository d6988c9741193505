using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Distilling;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Claims;

/// <summary>
/// Tests a claim: trains and evaluates each variant with each seed, one after the other, and writes the results after each seed. Resumes
/// the work of earlier calls.
/// </summary>
internal sealed class ClaimRunner
{
    private const string BegunName = "claim.json";
    private const string FindingName = "finding.json";
    private const string RunsElsewhere = "another program runs this experiment now; wait for it, or choose another --out";

    private static readonly JsonSerializerOptions s_json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true };

    private static readonly string s_last = Path.GetFileName(new RunDirectory("").Latest);

    private readonly Claim _claim;
    private readonly ClaimSettings _settings;
    private readonly Device _device;
    private readonly ulong[] _seeds;
    private readonly ClaimMachine _machine;
    private DataClassifier? _classifier;

    /// <exception cref="OptionsException">
    /// data are given for a claim that draws its own, or missing for one that does not; or the claim is about the runs of another
    /// </exception>
    public ClaimRunner(Claim claim, ClaimSettings settings, Device device)
    {
        if ((settings.Data is null) == (claim.Data is null))
        {
            throw new OptionsException(settings.Data is null
                ? $"--data is missing: the folder of the pictures that {claim.Name} is about. {claim.Setting}"
                : $"--data does not apply to a claim like '{claim.Name}', which draws its data");
        }

        if (claim.RunsOf is { } other)
        {
            throw new OptionsException(
                $"{claim.Name} asks another question about the runs of {other}: run that, which writes both results");
        }

        (_claim, _settings, _device) = (claim, settings, device);
        _machine = ClaimMachine.Of(device);
        Files = settings.Results is { } results ? ClaimFiles.Of(claim.Name, results) : ClaimFiles.In(settings.Output);
        _seeds = [.. Enumerable.Range(0, settings.Seeds ?? claim.Seeds).Select(i => (settings.Seed ?? claim.FirstSeed) + (ulong)i)];
    }

    /// <summary>The files of the results.</summary>
    public ClaimFiles Files { get; }

    /// <summary>Called with a sentence before each step of the work.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end. The command line replaces it to show progress; by default there is none.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellationToken: cancellation);

    /// <summary>
    /// The ranks that share the runs; each run is trained and evaluated by one rank. All ranks must have access to the folder.
    /// </summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    private string Data => _settings.Data ?? Path.Combine(_settings.Output, "data");

    private string UnfinishedData => Data + ".drawing";

    private int Steps => _settings.Steps ?? _claim.Steps;

    /// <summary>Claims that ask another question about the same runs.</summary>
    private IEnumerable<Claim> Others => ClaimCatalogue.All.Where(c => c.RunsOf == _claim.Name);

    /// <summary>Does the remaining work.</summary>
    /// <returns>the results of all seeds so far; null if the call was cancelled, and can be resumed by the same call</returns>
    /// <exception cref="OptionsException">
    /// the experiment in the folder was started with other settings, or files of no experiment would be overwritten or taken for its data
    /// </exception>
    /// <exception cref="PictureException">the data can't be used</exception>
    /// <exception cref="RunException">
    /// a run or the results can't be read or written, or another program runs the experiment in the folder
    /// </exception>
    public ClaimResult? Run(CancellationToken cancellation = default)
    {
        RunLock? held = null;
        try
        {
            // All ranks read the files before any rank writes. Runs are assigned to ranks by their number, not by the remaining work, so
            // that each run always has the same rank.
            var own = Ranks.LeaderFirst(() =>
            {
                RequireOwnResults();
                var known = Files.Read(_claim, Steps).Seeds;
                var left = (from seed in _seeds from variant in _claim.Variants select (Variant: variant, Seed: seed))
                    .Where((run, i) => i % Ranks.Count == Ranks.Rank && !known.ContainsKey(run.Seed)).ToList();
                if (_seeds.All(known.ContainsKey))
                {
                    return left;
                }

                RequireOwnData();
                OutputPath.MakeFolder(_settings.Output);
                held = Ranks.Leads() ? RunLock.Take(new RunDirectory(_settings.Output), RunsElsewhere) : null;
                foreach (var folder in new[] { _settings.Output, Files.Begun }.OfType<string>())
                {
                    OutputPath.MakeFolder(folder);
                    RequireSameExperiment(folder);
                }

                DrawData();
                left.RemoveAll(run => ReadFinding(FindingOf(run.Variant, run.Seed)) is not null);
                return left;
            });
            return Ranks.All(() => own.All(run => RunVariant(run.Variant, run.Seed, cancellation)), patiently: true)
                ? Ranks.LeaderFirst(Conclude)
                : null;
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Collects the results, writes them anew, and deletes the folder of findings if it has none left.</summary>
    private ClaimResult? Conclude()
    {
        var result = GatherResults(isLast: true);
        if (Ranks.Leads() && Files.Begun is { } begun && Directory.Exists(begun)
            && !Directory.EnumerateFiles(begun, FindingName, SearchOption.AllDirectories).Any())
        {
            Disk.Current.DeleteFolder(begun);
        }

        return result;
    }

    /// <summary>Trains and evaluates a variant with one seed; then rank 0 writes the complete seeds.</summary>
    /// <returns>false if the call was cancelled</returns>
    private bool RunVariant(ClaimVariant variant, ulong seed, CancellationToken cancellation)
    {
        RequireSameMachine(seed);
        if (!TrainAndJudge(variant, seed, cancellation))
        {
            return false;
        }

        _ = Ranks.Leads() ? GatherResults() : null;
        return true;
    }

    /// <summary>The results in the files, and those of seeds that were completed since, which rank 0 adds to the files.</summary>
    /// <param name="isLast">whether the files are written even if nothing was added: their form may be that of an earlier version</param>
    /// <returns>null if no seed is complete yet</returns>
    private ClaimResult? GatherResults(bool isLast = false)
    {
        using var turn = Ranks.Leads() ? Files.TakeTurn() : null;
        var (known, tried) = Files.Read(_claim, Steps);
        var seeds = new Dictionary<ulong, IReadOnlyList<JudgedRun>>(known);
        var added = new List<ulong>();
        foreach (var seed in _seeds.Where(s => !known.ContainsKey(s)))
        {
            List<JudgedRun> runs = [.. _claim.Variants.Select(variant => ReadFinding(FindingOf(variant, seed))).OfType<JudgedRun>()];
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

        var result = ClaimResult.Of(_claim, Steps, seeds) with { Tried = tried };
        if ((added.Count > 0 || isLast) && Ranks.Leads())
        {
            var shown = added.ConvertAll(ShownOf);
            Files.Write(result, shown);
            foreach (var other in Others)
            {
                var files = FilesOf(other);
                files.Write(ClaimResult.Of(other, Steps, seeds) with { Tried = files.Read(other, Steps).Tried }, shown);
            }

            if (_settings.Results is { } folder)
            {
                ClaimTable.Write(folder);
            }

            Files.DeleteFindings(_claim.Variants.SelectMany(variant => added.Select(seed => NameOf(variant, seed))));
        }

        return result;

        IReadOnlyList<(string Caption, IReadOnlyList<Picture> Pictures)> ShownOf(ulong seed) =>
        [
            .. _claim.Variants.Zip(seeds[seed], (variant, run) => (
                variant.Name, (IReadOnlyList<Picture>)[.. run.Pictures.Select(file =>
                    PictureFile.Load(Path.Combine(FindingOf(variant, seed), file)))])),
        ];
    }

    private ClaimFiles FilesOf(Claim other) => ClaimFiles.Of(other.Name, _settings.Results ?? _settings.Output);

    /// <summary>The options of a variant's model with a seed.</summary>
    internal TrainingOptions OptionsOf(ClaimPart part, ulong seed) => part.Options with
    {
        Data = Path.Combine(Data, _claim.DataOf(part, seed)),
        Seed = seed,
        Device = _device.Name,
        SampleFreq = 0,
        SaveEpochFreq = 0,
        EmaDecay = part.Options.EmaDecay > 0 ? part.Options.EmaDecay : _claim.EmaDecay,
    };

    private string FolderOf(ClaimVariant variant, ulong seed) => Path.Combine(_settings.Output, NameOf(variant, seed));

    /// <summary>Folder of a finding: with the results, if they have a folder, so that it can be committed with them.</summary>
    private string FindingOf(ClaimVariant variant, ulong seed) => Path.Combine(Files.Begun ?? _settings.Output, NameOf(variant, seed));

    private static string NameOf(ClaimVariant variant, ulong seed) =>
        Path.Combine(variant.Name, Invariant.Text($"seed-{seed}"));

    /// <summary>Whether an experiment has begun in a folder, so that what is there is its own.</summary>
    private static bool HasBegun(string folder) => File.Exists(Path.Combine(folder, BegunName));

    private void RequireOwnResults()
    {
        string?[] foreign =
        [
            Files.FindForeign(), .. Others.Select(other => FilesOf(other).FindForeign()),
            _settings.Results is { } folder ? ClaimTable.FindForeign(folder) : null,
        ];

        // Findings go once their seeds are complete; the folder of the runs still says so where a damaged result was deleted.
        if (foreign.OfType<string>().FirstOrDefault() is { } file && !HasBegun(Files.Begun ?? _settings.Output)
            && !HasBegun(_settings.Output))
        {
            throw new OptionsException($"{file}: is of no experiment, and this one would overwrite it; move it, or choose another " +
                (_settings.Results is null ? "--out" : "--results"));
        }
    }

    private void RequireOwnData()
    {
        if (_claim.Data is not null && !HasBegun(_settings.Output)
            && new[] { Data, UnfinishedData }.FirstOrDefault(Directory.Exists) is { } folder)
        {
            throw new OptionsException(
                $"{folder}: is there already and was not drawn by this experiment; move it, or choose another --out");
        }
    }

    private void RequireSameExperiment(string folder)
    {
        var file = Path.Combine(folder, BegunName);
        var wanted = JsonSerializer.Serialize(new { family = _claim.Name, steps = Steps, setting = _claim.Setting }) + "\n";
        if (!File.Exists(file))
        {
            AtomicFile.WriteText(file, wanted);
        }
        else if (Disk.ReadText(file) is var begun && begun != wanted)
        {
            throw new OptionsException(
                $"{folder}: holds another experiment, {begun.Trim()} instead of {wanted.Trim()}; choose another " +
                    (folder == _settings.Output ? "--out" : "--results, or delete it"));
        }
    }

    /// <summary>Draws the data to a temporary folder, so that the final folder is always complete.</summary>
    private void DrawData()
    {
        if (_claim.Data is not { } drawn || Directory.Exists(Data))
        {
            return;
        }

        Say?.Invoke($"Drawing the data: {Data}");
        if (Directory.Exists(UnfinishedData))
        {
            Disk.Current.DeleteFolder(UnfinishedData);
        }

        OutputPath.MakeFolder(UnfinishedData);
        Papers.ClaimDrawings.Of(drawn.Draw)(drawn, UnfinishedData);
        Disk.Current.Move(UnfinishedData, Data);
    }

    /// <summary>
    /// Variants with one seed are compared with each other: the width of vectors or another order of summation would be a part of the
    /// difference.
    /// </summary>
    private void RequireSameMachine(ulong seed)
    {
        foreach (var folder in _claim.Variants.Select(variant => FindingOf(variant, seed)))
        {
            if (ReadFinding(folder)?.Machine is { } other && !_machine.IsLike(other))
            {
                throw new OptionsException(
                    $"{folder}: was computed by {other}, this is {_machine}; all variants of a seed are run by one of them. Finish seed " +
                        $"{seed} there, or delete its folders to begin it again here");
            }
        }
    }

    private static JudgedRun? ReadFinding(string folder)
    {
        var file = Path.Combine(folder, FindingName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<JudgedRun>(Disk.ReadText(file), s_json) : null;
        }
        catch (JsonException e)
        {
            throw new RunException($"{file}: is damaged at line {e.LineNumber + 1}; delete it to evaluate the run again", e);
        }
    }

    /// <returns>false if the call was cancelled</returns>
    private bool TrainAndJudge(ClaimVariant variant, ulong seed, CancellationToken cancellation)
    {
        var training = new VariantTraining(_device, Say, Train);
        var parts = _claim.PartsOf(variant, Steps);
        string[] folders = [.. parts.Select(p => Path.Combine(FolderOf(variant, seed), p.Name))];
        var (states, checkpoints) = (new List<string>(), Math.Min(_claim.Checkpoints, Steps));
        foreach (var (part, run) in parts.Zip(folders))
        {
            var options = OptionsOf(part, seed);
            var name = $"{variant.Name}{(part.Name.Length > 0 ? " " + part.Name : "")} at seed {seed}";
            for (var i = 1; i <= checkpoints; i++)
            {
                var state = i == checkpoints
                    ? new RunDirectory(run).Latest
                    : Path.Combine(run, Invariant.Text($"state-{i}.safetensors"));
                states.Add(state);
                var upToHere = options with { Steps = options.Steps!.Value * i / checkpoints };
                if (i < checkpoints && File.Exists(state))
                {
                    continue;
                }

                upToHere = FamilyCatalog.Of(upToHere).Completed(upToHere);
                if (!training.Finish(name, run, upToHere, cancellation))
                {
                    return false;
                }

                if (i < checkpoints)
                {
                    AtomicFile.Copy(new RunDirectory(run).Latest, state);
                }
            }
        }

        Say?.Invoke($"Evaluating {variant.Name} with seed {seed}");
        var models = new List<GanModel>();
        try
        {
            var (seconds, ofModels) = (0.0, new List<double>());
            foreach (var file in states)
            {
                models.Add(GanModel.Create(Checkpoint.Read(file).Options, _device));
                ofModels.Add(Checkpoint.Load(file, models[^1]).ProcessorSeconds);
                seconds += Path.GetFileName(file) == s_last ? ofModels[^1] : 0;
            }

            var shared = Path.Combine(_settings.Output, "segmenter");
            _classifier ??= new DataClassifier(Path.Combine(Data, _claim.PicturesForJudge), _device, Say);
            var finding = Papers.ClaimJudges.Find(_claim, new TrainedVariant(
                models, Data, new Instruments(folders[0], Data, shared, _settings.Segmenter, _classifier, _device, Say, cancellation))
            {
                Seconds = ofModels,
            });
            Write(finding, seconds, FindingOf(variant, seed));
            return true;
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private void Write(ClaimFinding finding, double seconds, string folder)
    {
        if (_claim.Measures.FirstOrDefault(m => m.By != Papers.Gauge.AtEqualTimes && !finding.Values.ContainsKey(m.Name)) is { } missing)
        {
            throw new InvalidOperationException($"{_claim.Name} was judged without {missing.Name}");
        }

        OutputPath.MakeFolder(folder);
        string[] files = [.. finding.Pictures.Select((_, i) => Invariant.Text($"shown-{i + 1}.png"))];
        foreach (var (picture, file) in finding.Pictures.Zip(files))
        {
            PictureFile.Save(picture, Path.Combine(folder, file));
        }

        var judged = new JudgedRun(finding.Values, seconds, files, _machine);
        AtomicFile.WriteText(Path.Combine(folder, FindingName), JsonSerializer.Serialize(judged, s_json) + "\n");
    }
}
