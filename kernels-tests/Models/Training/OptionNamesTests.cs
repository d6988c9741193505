using System.Text.RegularExpressions;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Messages name options as whoever reads them gives them: on a command line, or as properties.</summary>
[NonParallelizable]
public sealed partial class OptionNamesTests
{
    /// <summary>The exceptions whose messages are translated for programs.</summary>
    private static readonly string[] s_translating =
    [
        nameof(OptionsException), nameof(RunException), nameof(PictureException), nameof(InteropException), nameof(DeviceException),
        nameof(ExportException), nameof(NonFiniteLossException), nameof(ShapeException),
    ];

    /// <summary>
    /// Options of verbs that the library has no public type for, and what texts make options of.
    /// </summary>
    private static readonly string[] s_ofVerbs = ["csv", "results", "split", "model", "no", "families"];

    [SetUp]
    public void BeAProgram() => OptionNames.AreTyped = false;

    [TearDown]
    public void BeTheCommandAgain() => OptionNames.AreTyped = true;

    [Test]
    public void AProgramReadsNamesOfProperties()
    {
        using var device = Device.Open("cpu", threads: 1);
        var settings = new TranslationSettings { Tile = 3 };
        Assert.That(
            () => Translator.Open("zoo:facades", device, settings), Message().StartsWith("Tile 3 ").And.Message.Contains(" Overlap "));
        OptionNames.AreTyped = true;
        Assert.That(
            () => Translator.Open("zoo:facades", device, settings), Message().StartsWith("--tile 3 ").And.Message.Contains(" --overlap "));

        static NUnit.Framework.Constraints.ResolvableConstraintExpression Message() => Throws.TypeOf<OptionsException>().With.Message;
    }

    [TestCase("more than --patience allows", "more than Patience allows")]
    [TestCase("a.png: --crop-size 9 is too large", "a.png: CropSize 9 is too large")]
    [TestCase("--instance-feat can't be combined with --no-label-maps", "InstanceFeat can't be combined with LabelMaps = false")]
    [TestCase("resume it with --resume run, or choose another --out", "resume it with TrainingRun.Resume run, or choose another folder")]
    [TestCase("a -- b, c--d, x/--e", "a -- b, c--d, x/--e")]
    [TestCase("train with --data x: ilgpugan data split --data a --out x", "train with Data x: ilgpugan data split --data a --out x")]
    [TestCase("'ilgpugan train a --steps 1' or --steps 2", "'ilgpugan train a --steps 1' or Steps 2")]
    public void AMessageIsTranslated(string typed, string expected)
    {
        Exception[] each =
        [
            new RunException(typed), new PictureException(typed), new OptionsException(typed), new InteropException(typed),
            new DeviceException(typed), new ExportException(typed),
        ];
        Assert.That(each.Select(e => e.Message), Is.All.EqualTo(expected));
        Assert.That(new OptionsException(typed).Typed, Is.EqualTo(typed));
    }

    /// <summary>What a user of the library does wrong is told in words of C#.</summary>
    [Test]
    public void MistakesOfAProgramAreNamedInItsWords()
    {
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        Action[] mistakes =
        [
            () => TrainingRun.Create(runs.PathOf("run"), TinyRun.Pix2Pix with { Data = "nowhere" }, TinyRun.Data(TinyRun.Pix2Pix)),
            () => TrainingRun.Create(runs.PathOf("new"), TinyRun.Pix2Pix with { Data = "nowhere", CropSize = 33 }),
            () => TrainingRun.Create(runs.PathOf("new"), new Pix2PixOptions()),
            () => TrainingRun.Create(runs.PathOf("new"), new Pix2PixOptions { Data = runs.PathOf("run"), LambdaL1 = 0, LambdaGan = 0 }),
            () => TrainingRun.Resume(runs.PathOf("run"), o => o with { Lr = -1 }, TinyRun.Data(TinyRun.Pix2Pix)),
            () => TrainingRun.Create(
                runs.PathOf("new"), new Pix2PixOptions { Precision = Precision.Bf16, Data = "d" }, TinyRun.Data(TinyRun.Pix2Pix)),
            () => Translator.Open("zoo:facades", null, new TranslationSettings { Exact = true, DropoutSeed = 1 }),
            () => Translator.Open("zoo:facades", null, new TranslationSettings { InstanceMaps = new Dictionary<string, string>() }),
            () => Translator.Open("zoo:facades", null, new TranslationSettings { Samples = 2 }),
        ];
        foreach (var mistake in mistakes)
        {
            var told = Assert.Catch(() => mistake())!.Message;
            TestContext.Out.WriteLine(told);
            Assert.That(told, Does.Not.Match("(?<![\\w-])--[a-z]"));
        }
    }

    /// <summary>Each option in a text of the libraries is a property of a public type, or has its words for programs.</summary>
    [Test]
    public void EachOptionHasItsWordsInCSharp()
    {
        Type[] packages = [typeof(Tensor), typeof(TrainingRun), typeof(NoiseFamilies), typeof(Image)];
        var types = packages.SelectMany(t => t.Assembly.GetExportedTypes());
        var known = types.SelectMany(t => t.GetProperties()).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var left = Texts().SelectMany(t => Option().Matches(Command().Replace(t.Text, "")).Select(o => (t.File, Option: o.Groups[1].Value)))
            .Where(o => !OptionNames.OfCommands.ContainsKey(o.Option) && !s_ofVerbs.Contains(o.Option)
            && Words().Match(OptionNames.In("--" + o.Option)).Value is var word && !known.Contains(word));
        Assert.That(string.Join('\n', left.Select(o => $"{o.File}: --{o.Option}").Distinct()), Is.Empty);
    }

    [Test]
    public void NoOtherExceptionNamesOptions()
    {
        var wrong = Sources().SelectMany(s => Throw().Matches(s.Text).Where(t => Option().IsMatch(t.Value)
                && !t.Value.Contains(nameof(OptionNames), StringComparison.Ordinal) && !s_translating.Contains(t.Groups[1].Value))
            .Select(t => $"{s.File}: {t.Groups[1].Value}"));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>Literals of the libraries that are not the help of options.</summary>
    private static IEnumerable<(string File, string Text)> Texts() =>
        Sources().SelectMany(s => Literal().Matches(Help().Replace(s.Text, "")).Select(l => (s.File, l.Value)));

    private static IEnumerable<(string File, string Text)> Sources() => new[] { "engine", "models" }
        .SelectMany(room => Directory.EnumerateFiles(Path.Combine(TestsCommon.Sources.Root, room), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar)
            .Any(part => part is "obj" or "bin" or "samples" or "Reporting" or "Experiments" or "Claims"))
        .Select(file => (Path.GetFileName(file), Comment().Replace(File.ReadAllText(file), "")));

    [GeneratedRegex(@"(?<![\w-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")]
    private static partial Regex Option();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\b(?:ilgpugan|convmv|data synth) .*")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\[Option\((?s:.*?)\)\]")]
    private static partial Regex Help();

    [GeneratedRegex(@"throw new (\w+)\((?:""(?:[^""\\\n]|\\.)*""|[^;""])*;")]
    private static partial Regex Throw();
}
