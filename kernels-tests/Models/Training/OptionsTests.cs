using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Training;

public sealed class OptionsTests
{
    [Test]
    public void DefaultsAreTheReferences()
    {
        var pix2pix = new Pix2PixOptions();
        Assert.That(
            (pix2pix.Generator.ToString(), pix2pix.Norm, pix2pix.GanMode, pix2pix.LambdaL1, pix2pix.Dropout),
            Is.EqualTo(("unet256", NormKind.Batch, GanMode.Vanilla, 100f, true)));
        var cyclegan = new CycleGanOptions();
        Assert.That(
            (cyclegan.Generator.ToString(), cyclegan.Norm, cyclegan.GanMode, cyclegan.PoolSize, cyclegan.Dropout),
            Is.EqualTo(("resnet9", NormKind.Instance, GanMode.Lsgan, 50, false)));
        foreach (var o in new TranslationOptions[] { pix2pix, cyclegan, CycleGanOptions.PyTorchGan() })
        {
            Assert.That(
                (o.Lr, o.Beta1, o.LoadSize, o.CropSize, o.BatchSize, o.Epochs, o.EpochsDecay),
                Is.EqualTo((2e-4f, 0.5f, 286, 256, 1, 100, 100)));
            Assert.That(o.Problems(), Is.Empty);
        }
    }

    /// <summary>What an editor shows of an option is what the command line shows.</summary>
    [Test]
    public void EveryOptionHasItsHelpAsSummary()
    {
        var members = new[] { typeof(TrainingOptions), typeof(NoiseOptions) }
            .SelectMany(t => XDocument.Load(Path.ChangeExtension(t.Assembly.Location, ".xml")).Descendants("member"))
            .ToDictionary(m => m.Attribute("name")!.Value, m => m);
        var wrong = FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType()))
            .Where(o => o.Attribute is not null)
            .Select(o => (o.Property.DeclaringType, o.Property.Name, o.Attribute!.Help)).Distinct()
            .Where(o => DocumentationOf(o.DeclaringType!, o.Name) is var told && told != o.Help && told != "inherited")
            .Select(o => $"{o.DeclaringType!.Name}.{o.Name}");
        Assert.That(wrong, Is.Empty);

        string? DocumentationOf(Type type, string name) => members.GetValueOrDefault($"P:{type.FullName}.{name}") is not { } member ? null
            : member.Element("inheritdoc") is not null ? "inherited"
            : Regex.Replace(Typed(member.Element("summary")!).Trim(), @"\s+", " ");

        // A reference to another option is that option on the command line.
        static string Typed(XElement summary) => string.Concat(summary.Nodes().Select(
            node => node is XElement see ? "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(see.Attribute("cref")!.Value.Split('.')[^1])
                : ((XText)node).Value));
    }

    /// <summary>Reading is written by hand, so a kind of value that it does not know would be noticed here.</summary>
    [TestCaseSource(nameof(Families))]
    public void EveryOptionIsReadAsItWasWritten(Family family)
    {
        var defaults = family.Defaults();
        foreach (var option in OptionDescription.Of(defaults.GetType()))
        {
            var options = option.With(defaults, Other(option.Get(defaults), option.Type));
            Assert.That(options, Is.Not.EqualTo(defaults), option.Name);
            Assert.That(OptionsJson.Parse(options.ToJson()), Is.EqualTo(options), option.Name);
        }

        Assert.That(OptionsJson.Parse($"{{\"model\": \"{family.Info.Name}\"}}"), Is.EqualTo(defaults));
    }

    /// <summary>Runs go on with the options.json that they have: names and values stay, whatever the properties are called.</summary>
    [Test]
    public void OptionsOfTheFirstReleaseAreRead()
    {
        var lines = File.ReadAllLines(Path.Combine(Sources.Root, "kernels-tests", "Models", "Training", "fixtures", "options.jsonl"));
        Assert.That(lines, Has.Length.EqualTo(26));
        foreach (var line in lines)
        {
            var read = JsonDocument.Parse(OptionsJson.Parse(line).ToJson()).RootElement;
            foreach (var option in JsonDocument.Parse(line).RootElement.EnumerateObject())
            {
                Assert.That(read.GetProperty(option.Name).GetRawText(), Is.EqualTo(option.Value.GetRawText()), option.Name);
            }
        }
    }

    [TestCaseSource(nameof(Families))]
    public void EveryOptionSaysWhatItIs(Family family)
    {
        foreach (var option in OptionDescription.Of(family.Defaults().GetType()).Where(o => o.Name is not ("preset" or "data")))
        {
            Assert.That(option.Attribute?.Help, Does.EndWith("."), option.Name);
            Assert.That(option.Type != typeof(bool) || option.Attribute!.Off is not null, option.Name);
        }
    }

    /// <summary>An option without effect under others is not refused, so its help says so.</summary>
    [TestCase("wgan", "beta1", "where another optimiser trains")]
    [TestCase("r3gan", "init-type", "networks with a published one of their own")]
    [TestCase("stargan", "init-gain", "under --init-type default")]
    [TestCase("cut", "n-layers-d", "if it is a PatchGAN")]
    [TestCase("bicyclegan", "lambda-gan", "clr-gan has none")]
    [TestCase("bicyclegan", "lambda-gan2", "under --variant bicycle and clr-gan")]
    [TestCase("bicyclegan", "lambda-l1", "clr-gan has none")]
    [TestCase("bicyclegan", "lambda-kl", "under --variant bicycle and cvae-gan")]
    [TestCase("bicyclegan", "lambda-z", "under --variant bicycle and clr-gan")]
    [TestCase("triplegan", "batch-c", "with --two-networks all")]
    [TestCase("triplegan", "labelled-d", "with --two-networks")]
    [TestCase("triplegan", "d-widths", "with --two-networks")]
    [TestCase("triplegan", "noise-d", "with --two-networks")]
    public void OptionsSayWhenTheyApply(string family, string option, string when) => Assert.That(
        OptionDescription.Of(FamilyCatalog.Find(family)!.Defaults().GetType()).Single(o => o.Name == option).Attribute!.Help,
        Does.Contain(when));

    [TestCaseSource(nameof(Families))]
    public void EveryPresetIsSound(Family family)
    {
        foreach (var preset in family.Info.Presets)
        {
            Assert.That(family.Defaults(preset.Name).Problems(), Is.Empty, preset.Name);
            Assert.That(family.Defaults(preset.Name).Preset, Is.EqualTo(preset.Name));
        }

        Assert.That(() => family.Defaults("none"), Throws.TypeOf<OptionsException>().With.Message.StartsWith("--preset none "));
    }

    [TestCaseSource(nameof(Families))]
    public void WhatIsNoMemberIsNamed(Family family)
    {
        var defaults = family.Defaults();
        foreach (var option in OptionDescription.Of(defaults.GetType()).Where(o => o.Type.IsEnum))
        {
            var options = option.With(defaults, Enum.ToObject(option.Type, 99));
            Fails.Starting<OptionsException>(() => options.Validated(family), $"--{option.Name} must be one of ", ", not 99");
        }
    }

    /// <summary>An option that several families have is of one kind, so that a resume can read it before it knows whose it is.</summary>
    [Test]
    public void OptionsOfOneNameAreOfOneKind()
    {
        foreach (var same in FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).GroupBy(o => o.Name))
        {
            Assert.That(same.Select(o => o.Type).Distinct().Count(), Is.EqualTo(1), same.Key);
        }
    }

    /// <summary>What an earlier version wrote, which had one record for all models.</summary>
    [Test]
    public void OptionsOfOtherFamiliesAreReadOver() =>
        Assert.That(
            OptionsJson.Parse("{\"model\": \"pix2pix\", \"lambda-a\": 3, \"pool-size\": 0, \"ngf\": 8}"),
            Is.EqualTo(new Pix2PixOptions { Ngf = 8 }));

    private static IEnumerable<Family> Families() => FamilyCatalog.All;

    /// <summary>A value other than the one that is given.</summary>
    private static object Other(object? value, Type type) => value switch
    {
        int number => number + 1,
        float number => number + 0.1f,
        long number => number + 1,
        ulong number => number + (1UL << 63),
        bool flag => !flag,
        string text => text + "ä\"\\",
        GeneratorKind => GeneratorKind.ResNet(7, scaling: ScalingKind.Upsample),
        Enum => Enum.GetValues(type).Cast<object>().Last(member => !member.Equals(value)),
        null => 1L << 40,
        _ => throw new AssertionException($"a new kind of option: {type}"),
    };

    [TestCase("{\"crop-size\": 2.5}", "crop-size")]
    [TestCase("{\"crop-size\": \"256\"}", "crop-size")]
    [TestCase("{\"flip\": 1}", "flip")]
    [TestCase("{\"data\": null}", "data")]
    [TestCase("{\"model\": \"pix2pixx\"}", "pix2pix, cyclegan")]
    [TestCase("[1]", "no options")]
    [TestCase("{\"model\": \"pix2pix\", \"a\\u001b[2J\\u2028\": 1}", "no option 'a\uFFFD[2J\uFFFD'")]
    [TestCase("{\"loadsize\": 3}", "loadsize")]
    [TestCase("{\"norm\": \"layer\"}", "norm")]
    [TestCase("{\"generator\": \"unet100\"}", "unet100")]
    [TestCase("{\n\"norm\": t", "options.json: is damaged at line 2")]
    [TestCase("null", "no options")]
    public void BadJsonIsNamed(string json, string part) =>
        Fails.With<OptionsException>(() => OptionsJson.Parse(json, "options.json"), part);

    [Test]
    public void OnlyWhatDecidesNoBitMayChange()
    {
        var stored = new Pix2PixOptions();
        Assert.That(() => (stored with { Epochs = 300, Threads = 1, LogFreq = 1 }).RequireResumable(stored), Throws.Nothing);
        Fails.With<OptionsException>(
            () => (stored with { Epochs = 300, Ngf = 32, Lr = 1e-3f }).RequireResumable(stored),
            "--ngf is 32 but the run has 64", "--lr is 0.001");
    }

    /// <summary>Checkpoints are float32, and any device computes so; no other change of the precision is needed to go on.</summary>
    [TestCase(Precision.Tf32)]
    [TestCase(Precision.Bf16)]
    public void ARunOfTensorCoresGoesOnInFloat32(Precision precision)
    {
        var (rounded, full) = (new Pix2PixOptions { Precision = precision }, new Pix2PixOptions());
        Assert.That(() => full.RequireResumable(rounded), Throws.Nothing);
        Assert.That(full.DifferencesFrom(rounded).Single().Name, Is.EqualTo("precision"));
        Fails.With<OptionsException>(() => rounded.RequireResumable(full), "--precision is", "but the run has fp32");
        using var device = Device.Open("cpu");
        Fails.With<OptionsException>(() => GanModel.Create(rounded, device), "cpu computes in fp32", "--precision fp32");
    }
}
