using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>What every family of the catalogue can do, tried on each.</summary>
[TestFixtureSource(nameof(Names))]
internal sealed class CatalogueTests(string name) : CommandFixture
{
    private TinyRun _trained = null!;
    private CatalogueCase _case = null!;

    public static IEnumerable<string> Names => FamilyCatalog.All.Select(f => f.Info.Name);

    private Family Family => _case.Family;

    private string Data => _trained.PathOf("data");

    private TrainingOptions Options => _case.Options with { Data = Data };

    [OneTimeSetUp]
    public void WriteData()
    {
        _case = CatalogueCase.All.GetValueOrDefault(name) ?? throw new AssertionException($"give {name} a row in {nameof(CatalogueCase)}");
        _trained = new TinyRun();
        _case.WriteData(Data);
    }

    [OneTimeTearDown]
    public void RemoveData() => _trained?.Dispose();

    /// <summary>Stopped before and at the step where phases, stages and rates change.</summary>
    [Test]
    public void AResumedRunEndsWithTheSameBits()
    {
        Assert.That(_trained.TrainOnFiles("whole", Options), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(_trained.TrainOnFiles("parts", Options, stopAfter: 3), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That(_trained.ResumeOnFiles("parts", stopAfter: 1), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That(_trained.ResumeOnFiles("parts"), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(_trained.FinalTensors("parts"), Is.EqualTo(_trained.FinalTensors("whole")));
        Assert.That(Log("parts"), Is.EqualTo(Log("whole")).And.Count.EqualTo(8));
    }

    /// <summary>The first of the runs names what a replay does not repeat.</summary>
    [Test]
    public void AReplayedRunEndsWithTheBitsOfAnEagerOne()
    {
        using (var run = TrainingRun.Create(_trained.PathOf("checked"), Options))
        {
            run.Model.ReplayChecks = int.MaxValue;
            run.Train();
        }

        using (var run = TrainingRun.Create(_trained.PathOf("replayed"), Options))
        {
            run.Train();
            Assert.That(run.Model.StepCounts[StepPath.Replayed], Is.Positive, run.Model.StepCounts.ToString());
        }

        _trained.TrainOnFiles("eager", Options with { Eager = true });
        Assert.That(_trained.FinalTensors("eager"), Is.EqualTo(_trained.FinalTensors("replayed")));
        Assert.That(Log("eager"), Is.EqualTo(Log("replayed")));
    }

    /// <summary>A term of a loss is left out, and what is left are numbers.</summary>
    [Test]
    public void AWeightMayBeZero()
    {
        var options = Family.ForBenchmark(_case.Options);
        foreach (var option in OptionDescription.Of(options.GetType()).Where(o => o.Name.StartsWith("lambda-", StringComparison.Ordinal)))
        {
            if (option.With(options, 0f) is { } without && !without.Problems().Any())
            {
                using var model = GanModel.Create(without, Device);
                using var batch = Family.Noise(without, Device);
                Assert.That(model.Step(batch, 0).Concat(model.Step(batch, 1)), Has.All.Matches<Loss>(loss => float.IsFinite(loss.Value)));
            }
        }
    }

    /// <summary>Pictures on the way change no bit, and the page is written.</summary>
    [Test]
    public void ARunShowsItsPictures()
    {
        _trained.TrainOnFiles("silent", Options);
        _trained.TrainOnFiles("shown", Options with { SampleFreq = 4 });
        var directory = new RunDirectory(_trained.PathOf("shown"));
        Assert.That(_trained.FinalTensors("shown"), Is.EqualTo(_trained.FinalTensors("silent")));
        Assert.That(Directory.GetFiles(Path.Combine(directory.Path, "samples")), Is.Not.Empty);
        var report = File.ReadAllText(directory.Report);
        Assert.That(report, Does.Contain("8 of 8").And.Contain(Family.Info.Name));
        foreach (var loss in Family.Info.QualityLosses)
        {
            Assert.That(report, Does.Match($"<b class=\"s\\d+\"><a [^>]*>{loss}</a> "), "a curve of its own");
        }
    }

    /// <summary>Whatever the interval: before the first step, where the run stops, and at its end.</summary>
    [Test]
    public void ARunShowsPicturesOfItsStartAndOfEveryStop()
    {
        var options = Options with { EmaDecay = 0.9f };
        _trained.TrainOnFiles("without", options);
        _trained.TrainOnFiles("stopped", options with { SampleFreq = 1000 }, stopAfter: 3);
        var directory = new RunDirectory(_trained.PathOf("stopped"));
        var stop = Checkpoint.Read(directory.Latest).Position.Step;
        Assert.That(directory.AllSamples().Select(s => s.Step).Distinct(), Is.EqualTo(new[] { 0, stop }));
        var report = File.ReadAllText(directory.Report);
        Assert.That(report, Does.Contain($"stopped after {stop} of 8 steps").And.Contain($"<summary>step {stop}</summary>"));
        Assert.That(report, Does.Not.Contain("Time left"));

        using (var cancelled = new CancellationTokenSource())
        using (var run = TrainingRun.Resume(directory.Path))
        {
            cancelled.Cancel();
            run.Train(cancellationToken: cancelled.Token);
        }

        _trained.ResumeOnFiles("stopped");
        Assert.That(directory.AllSamples().Select(s => s.Step).Distinct(), Is.EqualTo(new[] { 0, stop, 8 }));
        Assert.That(directory.AllSamples().Count() % 3, Is.Zero, "as many of each step");
        Assert.That(_trained.FinalTensors("stopped"), Is.EqualTo(_trained.FinalTensors("without")));
        Assert.That(Log("stopped"), Is.EqualTo(Log("without")));
    }

    [Test]
    public void OptionsComeBackFromTheirText()
    {
        foreach (var options in Family.Info.Presets.Select(p => Family.Defaults(p.Name)).Append(Options))
        {
            Assert.That(OptionsJson.Parse(options.ToJson()), Is.EqualTo(options));
        }

        var defaults = Family.Info.Presets.Select(p => p.Name);
        Assert.That(defaults, Does.Contain(TrainingOptions.ReferencePreset).And.Unique);
    }

    [Test]
    public async Task HelpShowsItsOwnOptionsOnly()
    {
        var (code, help, _) = await Run("train", name, "--help");
        Assert.That(code, Is.EqualTo(ExitCode.Done));
        var own = OptionDescription.Of(Options.GetType()).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var shown = System.Text.RegularExpressions.Regex.Matches(
            help, @"^  (?:-\w, )?--([a-z0-9-]+)", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            foreach (var option in OptionDescription.Of(Options.GetType()))
            {
                var isShown = shown.Contains(option.Name) || shown.Contains("no-" + option.Name);
                Assert.That(
                    isShown, Is.EqualTo(option.Attribute is not { FromData: true }),
                    $"{option.Name}: what only the data tell is no option of the command line");
            }

            foreach (var option in Foreign(own))
            {
                Assert.That(shown, Does.Not.Contain(option).And.Not.Contain("no-" + option), option);
            }
        });
    }

    [Test]
    public async Task OptionsOfOtherFamiliesAreRefused()
    {
        var own = OptionDescription.Of(Options.GetType()).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var foreign = Foreign(own).ToList();
        string[] asked = ["train", name, "--data", Data, "--out", _trained.PathOf("refused")];

        // The command is built once for all of them, and run for one.
        var command = new RootCommand { TrainCommand.For(Family) };
        foreach (var option in foreign)
        {
            Assert.That(Application.Problems(command.Parse([.. asked, "--" + option, "1"])), Has.One.Matches(Refusal(option)));
        }

        var (code, _, errors) = await Run([.. asked, "--" + foreign[0], "1"]);
        Assert.That(code, Is.EqualTo(ExitCode.WrongUsage));
        Assert.That(errors, Does.Match(Refusal(foreign[0])));
        Assert.That(Directory.Exists(_trained.PathOf("refused")), Is.False);

        string Refusal(string option) => $"--{option} is an option of .+, not of {name}";
    }

    [Test]
    public async Task ItIsListed()
    {
        var (_, json, _) = await Run("families", "--json");
        var entry = JsonDocument.Parse(json).RootElement.EnumerateArray().Single(f => f.GetProperty("name").GetString() == name);
        foreach (var field in new[] { "title", "summary", "paper", "data", "input" })
        {
            Assert.That(entry.GetProperty(field).GetString(), Is.Not.Empty, field);
        }

        Assert.That(
            entry.GetProperty("presets").EnumerateArray().Select(p => p.GetProperty("name").GetString()),
            Is.EqualTo(Family.Info.Presets.Select(p => p.Name)));
    }

    [Test]
    public async Task ABadDataSetIsOneSentence()
    {
        var empty = Directory.CreateDirectory(_trained.PathOf("empty")).FullName;
        await IsExplained(empty, empty);
        await IsExplained(_trained.PathOf("nowhere"), _trained.PathOf("nowhere"));

        var damaged = _trained.PathOf("damaged");
        _case.WriteData(damaged);
        var picture = Directory.EnumerateFiles(damaged, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .First(f => f.Contains("train", StringComparison.Ordinal));
        await File.WriteAllTextAsync(picture, "no picture");
        await IsExplained(damaged, picture);

        async Task IsExplained(string data, string named)
        {
            var (code, _, errors) = await Run("train", name, "--preset", Options.Preset, "--data", data, "--out", _trained.PathOf("never"));
            Assert.That(code, Is.AnyOf(ExitCode.Failed, ExitCode.WrongUsage), errors);
            Assert.That(errors.Trim().Split('\n'), Has.Length.EqualTo(1), errors);
            Assert.That(errors, Does.Contain(named).And.Not.Contain("   at "));
            Assert.That(new RunDirectory(_trained.PathOf("never")).Exists, Is.False);
        }
    }

    /// <summary>A checkpoint's networks, alone in a file of weights, are the same networks.</summary>
    [Test]
    public async Task NetworksGoOutAndComeBack()
    {
        _trained.TrainOnFiles("run", Options with { Steps = 2 });
        using var device = new CpuDevice(1);
        using var original = NetworkFile.Open(_trained.PathOf("run"));
        Assert.That(original.Networks.Select(n => n.Name), Is.EqualTo(Family.Networks(original.Networks[0].Options).Select(n => n.Name)));
        foreach (var generator in original.Networks.Where(n => n.IsGenerator))
        {
            var file = _trained.PathOf(generator.Name + ".safetensors");
            await DoInSilence(
                "export", "--model", _trained.PathOf("run"), "--to", "safetensors", "--network", generator.Name, "--out", file);
            await DoInSilence("import", "--from", file, "--out", _trained.PathOf("back-" + generator.Name));
            using var back = NetworkFile.Open(_trained.PathOf("back-" + generator.Name));
            Assert.That(Weights(back.Find(generator.Name), device), Is.EqualTo(Weights(generator, device)), generator.Name);
        }
    }

    /// <summary>A generator of one picture is a graph, too.</summary>
    [Test]
    public async Task GraphsAreWritten()
    {
        _trained.TrainOnFiles("graphs", Options with { Steps = 2 });
        using var device = new CpuDevice(1);
        using var original = NetworkFile.Open(_trained.PathOf("graphs"));
        var generators = original.Networks.Where(n => n.Graph is not null || (n.IsGenerator && n.Load(device) is Layer)).ToList();
        if (generators.Count == 0)
        {
            Assert.Ignore($"{name} makes pictures by networks that no graph holds alone");
        }

        foreach (var generator in generators)
        {
            var file = _trained.PathOf(generator.Name + ".onnx");
            var isRandom = Family.Generators(Options).Any(spec => spec.Conditions?.Steps is { RandomFrom: not null });
            string[] words =
                ["export", "--model", _trained.PathOf("graphs"), "--to", "onnx", "--network", generator.Name, "--out", file];
            await DoInSilence(isRandom ? [.. words, "--steps", "1"] : words);
            Assert.That(new FileInfo(file).Length, Is.Positive);
        }
    }

    /// <summary>
    /// By the verb that suits the family: translate where it turns pictures into others, generate where it draws them; both where it can.
    /// </summary>
    [Test]
    public async Task PicturesAreMade()
    {
        _trained.TrainOnFiles("made", Options);
        var options = Checkpoint.Read(new RunDirectory(_trained.PathOf("made")).Latest).Options;
        var (translates, generates) = (Family.Generators(options).Count > 0, Family.Generation(options) is not null);
        Assert.That(translates || generates);
        if (translates)
        {
            var picture = _trained.PathOf("map.png");
            PictureFile.Save(new Picture(new SyntheticFacades(1, 32).Draw(0).Labels), picture);
            var labels = Family.Generators(options)[0].Conditions?.Labels ?? [];
            await Makes(
                "translated.png", "translate",
                ["--input", picture, .. labels.Take(1).SelectMany(set => new[] { "--label", set.Names[0] })]);
        }

        if (generates)
        {
            await Makes("drawn/0001.png", "generate");
            LeavesTheModeOfTraining();
        }

        async Task Makes(string file, string verb, params string[] arguments)
        {
            var output = _trained.PathOf(Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : file);
            await DoInSilence([verb, "--model", _trained.PathOf("made"), "--out", output, "--device", "cpu", .. arguments]);
            Assert.That(File.Exists(_trained.PathOf(file)), file);
        }

        // A program may look at pictures between two steps.
        void LeavesTheModeOfTraining()
        {
            using var device = Device.Open("cpu");
            using var model = GanModel.Create(options, device);
            foreach (var pictures in model.Generate(new GenerationRequest { Count = 1, StepsTaken = options.Steps ?? 0 }))
            {
                pictures.Dispose();
            }

            Assert.That(model.Networks.Where(n => !n.Network.Training).Select(n => n.Name), Is.Empty);
        }
    }

    [Test]
    [Exhaustive]
    public void ItsStepIsMeasured()
    {
        using var device = new CpuDevice(0);
        using var step = BenchStep.OfTraining(Family, 64, 1, device);
        Assert.That(step.Run, Throws.Nothing);
    }

    /// <summary>Where nobody says which labels there are, and in which phase, the step is measured all the same.</summary>
    [Test]
    [Exhaustive]
    public async Task ThePresetsStepIsMeasured()
    {
        if (Family.Info.Presets.All(p => p.Name != TrainingOptions.SmallPreset))
        {
            Assert.Ignore($"{name} has no preset {TrainingOptions.SmallPreset}");
        }

        var said = await DoInSilence(
            "bench", "step", "--workload", name, "--preset", TrainingOptions.SmallPreset, "--device", "cpu", "--steps", "1", "--json");
        Assert.That(JsonDocument.Parse(said).RootElement.GetProperty("replayed_steps").GetInt64(), Is.Positive);
    }

    private static IEnumerable<string> Foreign(HashSet<string> own) => FamilyCatalog.All
        .SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name).Distinct(StringComparer.Ordinal)
            .Where(o => !own.Contains(o));

    private static Dictionary<string, float[]> Weights(StoredNetwork stored, Device device) =>
        stored.Load(device).NamedTensors().Where(t => t.Tensor.Role != TensorRole.Counter)
            .ToDictionary(t => t.Name, t => t.Value.ToArray(), StringComparer.Ordinal);

    private List<string> Log(string run) =>
    [
        .. File.ReadLines(new RunDirectory(_trained.PathOf(run)).Log).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return string.Join(
                ' ', document.RootElement.EnumerateObject().Where(p => p.Name != "seconds").Select(p => $"{p.Name}={p.Value}"));
        }),
    ];
}
