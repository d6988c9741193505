using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Cli;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The models that come along do what their cards say.</summary>
public sealed partial class ZooTests : CommandFixture
{
    private const long MostBytes = 12_000_000;

    /// <summary>Of 256 levels: other vectors round otherwise.</summary>
    private const int MostLevels = 2;

    private const double ScoreTolerance = 0.002;

    /// <summary>Of every drawn set.</summary>
    private const int KeptBack = 20;

    /// <summary>The models of photographs, and the sets, not all of which may be passed on, that they learnt from.</summary>
    private static readonly Dictionary<string, string> s_photographs = new() { ["facades-cmp"] = "facades", ["monet"] = "monet2photo" };

    /// <summary>What was kept back of each model's pairs, as its card's commands draw or split them, into a folder's <c>val</c>.</summary>
    private static readonly Dictionary<string, Action<string>> s_keptBack = new()
    {
        ["day-night"] = folder => WriteScenes(folder, first: 1, side: 128, seed: 2),
        ["day-night-cyclegan"] = folder => WriteScenes(folder, first: 400, side: 64, seed: 1),
        ["edges-shapes"] = folder => Drawn("edges-shapes").Write(folder, "val", 800, KeptBack, 64, seed: 1),
        ["facades"] = folder => new SyntheticFacades(KeptBack, 128, first: 800).WriteTo(Path.Combine(folder, "val")),
        ["facades-cmp"] = folder => SplitBuilder.Split(SharedData.Require("facades/train"), folder, val: 0.1, test: 0, seed: 1),
    };

    private static readonly string[] s_names = [.. ZooModel.All.Select(m => m.Name)];

    private static readonly string[] s_withPairs = [.. s_keptBack.Keys];

    private static readonly string s_folder = Path.Combine(Sources.Root, "models", "zoo");

    [Test]
    public void AllThatLiesInTheFolderIsInTheLibraryAndSmall()
    {
        var files = Directory.GetFiles(s_folder);
        Assert.That(files.Sum(f => new FileInfo(f).Length), Is.LessThanOrEqualTo(MostBytes));
        Assert.That(
            files.Select(f => Path.GetFileName(f)),
            Is.EquivalentTo([.. s_names.SelectMany(n => new[] { $"{n}.safetensors", $"{n}.md", $"{n}.png" }), "monet.jpg", "README.md"]));
        Assert.That(s_names, Is.EquivalentTo(s_keptBack.Keys.Union(s_photographs.Keys)));
        var page = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        Assert.That(s_names, Is.All.Matches<string>(name => page.Contains($"[{name}]({name}.md)", StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(s_names))]
    public void ACardSaysWhereTheModelComesFrom(string name)
    {
        var model = ZooModel.Find("zoo:" + name);
        var card = model.Card.Split('\n');
        Assert.That(card[0], Is.EqualTo("# " + name));
        Assert.That(model.Summary, Does.EndWith("."));
        foreach (var row in new[] { "network", "data", "licence", "steps", "seed", "scores", "time", "limits" })
        {
            Assert.That(card.Count(line => line.StartsWith($"| {row} | ", StringComparison.Ordinal)), Is.EqualTo(1), row);
        }

        using var file = NetworkFile.Open(model.Path);
        var options = file.Networks[0].Options;
        Assert.That(card.Count(line => line.StartsWith($"ilgpugan train {options.Model} ", StringComparison.Ordinal)), Is.EqualTo(1));
        var distils = card.SingleOrDefault(line => line.StartsWith("ilgpugan distill ", StringComparison.Ordinal));
        var trains = distils ?? card.Single(line => line.StartsWith("ilgpugan train ", StringComparison.Ordinal));
        var length = options.Steps is { } steps ? $"--steps {steps}" : $"--epochs {options.Epochs} --epochs-decay {options.EpochsDecay} ";
        Assert.That(trains, Does.Contain(length).And.Contain($"--seed {options.Seed}"));
        Assert.That(
            s_photographs.TryGetValue(name, out var set) ? trains.Contains($" --data {set} ", StringComparison.Ordinal)
                : card.Any(line => line.StartsWith("ilgpugan data synth ", StringComparison.Ordinal)));
        Assert.That(card, Has.Some.StartsWith(distils is null ? "ilgpugan export " : "cp "));
        Assert.That(card, Has.Some.StartsWith($"| steps | {options.Steps}").And.Some.StartsWith($"| seed | {options.Seed} |"));
    }

    /// <summary>Halves are read as the floats that they are.</summary>
    [TestCaseSource(nameof(s_names))]
    public void ConvolutionsAreInSixteenBits(string name)
    {
        using var inLibrary = ZooModel.OpenTensors("zoo:" + name);
        using var onDisk = TensorFile.Open(Path.Combine(s_folder, name + ".safetensors"));
        Assert.That(inLibrary.Entries.Select(e => e.ToString()), Is.EqualTo(onDisk.Entries.Select(e => e.ToString())));
        Assert.That(inLibrary.Entries.Where(e => e.Shape.Length == 4).Select(e => e.Type), Is.All.EqualTo(ElementType.F16));
        foreach (var entry in onDisk.Entries.Where(e => e.Type == ElementType.F16))
        {
            var bytes = onDisk.Read(entry.Name).Bytes;
            var widened = inLibrary.Read(entry.Name).ToSingle();
            for (var i = 0; i < widened.Length; i++)
            {
                Assert.That(widened[i], Is.EqualTo((float)BitConverter.ToHalf(bytes.Span[(2 * i)..])));
            }
        }
    }

    [TestCaseSource(nameof(s_names))]
    public async Task ItsPictureIsWhatItMakes(string name)
    {
        var model = ZooModel.Find("zoo:" + name);
        Assert.That(model.Inputs, Has.Count.EqualTo(model.Outputs.Count).And.Count.GreaterThan(2));
        Directory.CreateDirectory(In("in"));
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            PictureFile.Save(model.Inputs[i], In("in", $"{i}.png"));
        }

        await Do("translate", "--model", model.Path, "--input", In("in"), "--out", In("out"), "--device", "cpu");
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            Assert.That(Apart(PictureFile.Load(In("out", $"{i}.png")), model.Outputs[i]), Is.LessThanOrEqualTo(MostLevels), $"picture {i}");
        }
    }

    /// <summary>Each way that it knows, by the pairs kept back, whether it has learnt from pairs or not.</summary>
    [TestCaseSource(nameof(s_withPairs))]
    public void ItsScoresAreMeasuredAgain(string name)
    {
        s_keptBack[name](In("data"));
        var path = ZooModel.Prefix + name;
        var said = Scores().Matches(ZooModel.Find(path).Card);
        Assert.That(said.Select(s => s.Groups["way"].Value), Is.EqualTo(WaysOf(path)), "ways that the card has scores of");
        foreach (Match scores in said)
        {
            var way = scores.Groups["way"].Value;
            var report = RunEvaluation.Run(
                new EvaluationRequest
                {
                    Model = path, Data = In("data"), Labels = false, Direction = way.Length > 0 ? Enum.Parse<Direction>(way, true) : null,
                },
                SampleNetworks.Cpu).Report;
            Assert.Multiple(() =>
            {
                Assert.That(report.Mean!.L1, Is.EqualTo(Number("l1")).Within(ScoreTolerance), way);
                Assert.That(report.Mean.Psnr, Is.EqualTo(Number("psnr")).Within(100 * ScoreTolerance), way);
                Assert.That(report.Mean.Ssim, Is.EqualTo(Number("ssim")).Within(2 * ScoreTolerance), way);
                Assert.That(report.Images, Has.Count.EqualTo((int)Number("count")), way);
                Assert.That(report.Baseline!.L1, Is.EqualTo(Number("baseline")).Within(ScoreTolerance), way);
                Assert.That(report.Mean.L1, Is.LessThan(report.Baseline.L1), "it has learnt something");
            });

            double Number(string group) => ZooTests.Number(scores.Groups[group]);
        }
    }

    /// <summary>Without pairs, the outputs are held against the other set.</summary>
    [Exhaustive]
    [TestCase("monet")]
    public void ScoresWithoutPairsAreMeasuredAgain(string name)
    {
        var path = ZooModel.Prefix + name;
        var report = RunEvaluation.Run(
            new EvaluationRequest { Model = path, Data = SharedData.Require(s_photographs[name]), Split = "test" },
            SampleNetworks.Cpu).Report;
        var said = PatchScores().Match(ZooModel.Find(path).Card);
        Assert.That(report.SlicedWasserstein!.Mean, Is.EqualTo(Number(said.Groups["patches"])).Within(0.5));
        Assert.That(report.SlicedWasserstein.RealToReal, Is.EqualTo(Number(said.Groups["real"])).Within(0.5));
        Assert.That(report.TwoSample!.Pictures, Is.EqualTo(Number(said.Groups["count"])));
    }

    /// <summary>A model of many answers gives different ones, as far apart as its card says.</summary>
    [Test]
    public async Task ItsAnswersAreAsFarApartAsTheCardSays()
    {
        const string Name = "edges-shapes";
        s_keptBack[Name](In("data"));
        var translated = In("in");
        Directory.CreateDirectory(translated);
        foreach (var file in Directory.GetFiles(In("data", "val"), "*.png"))
        {
            var pair = PictureFile.Load(file);
            PictureFile.Save(pair.Crop(0, 0, pair.Height, pair.Height), Path.Combine(translated, Path.GetFileName(file)));
        }

        await Do(
            "translate", "--model", ZooModel.Prefix + Name, "--input", translated, "--out", In("out"), "--samples", "4", "--device", "cpu");
        var apart = Directory.GetFiles(In("out"), "*.png").GroupBy(f => f[..f.LastIndexOf('-')])
            .Select(answers => Diversity.MeanDistance([.. answers.Select(f => PictureFile.Load(f))])).ToList();
        Assert.That(apart, Has.Count.EqualTo(KeptBack));
        var said = Answers().Match(ZooModel.Find(ZooModel.Prefix + Name).Card);
        Assert.That(said.Success, "the card does not say how far its answers are apart");
        Assert.That(
            apart.Average(), Is.EqualTo(double.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture)).Within(2 * ScoreTolerance));
    }

    [Test]
    public async Task TheyAreListedAndCardsAreShown()
    {
        var listed = JsonDocument.Parse(await Do("models", "--json")).RootElement.EnumerateArray().ToList();
        Assert.That(listed.Select(m => m.GetProperty("model").GetString()), Is.EqualTo(ZooModel.All.Select(m => m.Path)));
        Assert.That(listed.Select(m => m.GetProperty("bytes").GetInt64()), Is.All.GreaterThan(100_000));
        var text = await Do("models");
        foreach (var model in ZooModel.All)
        {
            Assert.That(text, Does.Contain(model.Path).And.Contain(model.Summary));
            Assert.That(await Do("models", model.Name), Does.StartWith("# " + model.Name).And.Contain("| limits |"));
            Assert.That(await Do("models", model.Path), Is.EqualTo(await Do("models", model.Name)));
        }
    }

    /// <summary>Wherever a file with networks may stand.</summary>
    [Test]
    public async Task AModelIsInspectedExportedImportedAndTrainedOn()
    {
        var model = ZooModel.Find("zoo:facades");
        Assert.That(await Do("inspect", model.Path), Does.StartWith("zoo:facades: safetensors, "));
        await Do("export", "--model", model.Path, "--to", "onnx", "--out", In("g.onnx"), "--batch-norm", "picture");
        await Do("import", "--from", model.Path, "--out", In("run"));
        PictureFile.Save(model.Inputs[0], In("a.png"));
        foreach (var from in new[] { model.Path, In("run"), In("g.onnx") })
        {
            await Do("translate", "--model", from, "--input", In("a.png"), "--out", In("b.png"), "--device", "cpu");
            Assert.That(Apart(PictureFile.Load(In("b.png")), model.Outputs[0]), Is.LessThanOrEqualTo(MostLevels), from);
        }

        var data = await DrawnData();
        await Do(
            "train", "pix2pix", "--data", data, "--out", In("on"), "--init-from", model.Path, "--generator", "unet128-upsample",
            "--ngf", "8", "--ndf", "4", "--no-dropout", "--load-size", "128", "--crop-size", "128", "--steps", "0");
        using var file = NetworkFile.Open(In("on"));
        using var theirs = NetworkFile.Open(model.Path);
        Assert.That(
            file.Find(theirs.Networks[0].Name).Load(SampleNetworks.Cpu).Parameters.First().Tensor.Value.ToArray(),
            Is.EqualTo(theirs.Networks[0].Load(SampleNetworks.Cpu).Parameters.First().Tensor.Value.ToArray()));
        var refused = await Run("generate", "--model", model.Path, "--out", In("made"));
        Assert.That(refused.Error, Does.StartWith("zoo:facades: translates pictures and does not generate"));
    }

    [Test]
    public void TheLibraryOpensThemByName()
    {
        var model = ZooModel.All[0];
        var translator = Translator.Open(model.Path, SampleNetworks.Cpu);
        var made = translator.Translate(model.Inputs[0], "input");
        Assert.That(made.Width, Is.EqualTo(model.Inputs[0].Width));
        Assert.That(() => Translator.Open("zoo:", SampleNetworks.Cpu), Throws.TypeOf<RunException>());
    }

    /// <summary>The largest difference of two pictures, in levels.</summary>
    private static int Apart(Picture one, Picture other) => one.Layers[0].Bytes.Zip(other.Layers[0].Bytes, (a, b) => Math.Abs(a - b)).Max();

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    private static IlgpuGan.Models.Data.DrawnData Drawn(string name) =>
        IlgpuGan.Models.Data.DrawnData.Kinds.Single(kind => kind.Name == name);

    /// <summary>Scenes kept back, each by day and by night, as pairs.</summary>
    private static void WriteScenes(string folder, int first, int side, ulong seed)
    {
        var halves = Path.Combine(folder, "halves");
        Drawn("day-night").Write(halves, "val", first, KeptBack, side, seed);
        PairBuilder.Combine(Path.Combine(halves, "valA"), Path.Combine(halves, "valB"), Path.Combine(folder, "val"));
    }

    /// <summary>The directions of a model that knows several; one without a name where it knows no choice.</summary>
    private static IEnumerable<string> WaysOf(string path)
    {
        using var file = NetworkFile.Open(path);
        var ways = file.Networks.Where(n => n.IsGenerator).Select(n => n.Generator!.Direction).Distinct().ToList();
        return ways.Count > 1 ? ways.Select(way => OptionsJson.TextOf(way)) : [""];
    }

    [GeneratedRegex(
        @"(?<way>AtoB|BtoA)?(?:: )?L1 (?<l1>[\d.]+), PSNR (?<psnr>[\d.]+) dB, SSIM (?<ssim>[\d.]+) on the (?<count>\d+) pairs kept back; " +
        @"the best single colour has L1 (?<baseline>[\d.]+),")]
    private static partial Regex Scores();

    [GeneratedRegex(
        @"patches of (?<count>\d+) outputs are (?<patches>[\d.]+) from those of paintings \(×1000; paintings among themselves " +
        @"(?<real>[\d.]+)\)")]
    private static partial Regex PatchScores();

    [GeneratedRegex(@"\| answers \| four to an outline are ([\d.]+) apart")]
    private static partial Regex Answers();
}
