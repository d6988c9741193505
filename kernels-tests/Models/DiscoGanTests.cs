using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Nn;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Models;

[TestFixture]
public sealed class DiscoGanTests
{
    private static readonly DiscoGanOptions s_tiny = new() { LoadSize = 16, CropSize = 16, Downs = 2, Ngf = 4, Ndf = 4, BatchSize = 2, GanCurriculum = 2 };

    private static IFamily Family => FamilyCatalog.Find("discogan")!;

    [TestCase("reference", 5_513_856, 2_765_568)]
    [TestCase("small", 83_744, 42_944)]
    public void NetworksHaveThePublishedWeights(string preset, long generator, long discriminator) =>
        Assert.That(
            Family.Networks(Family.Defaults(preset)).Select(n => (n.Name, n.Create().ParameterCount)),
            Is.EqualTo(new[] { ("netG_A", generator), ("netG_B", generator), ("netD_A", discriminator), ("netD_B", discriminator) }));

    [Test]
    public void DefaultsAreTheAuthors()
    {
        var o = (DiscoGanOptions)Family.Defaults();
        Assert.That((o.StartingRate, o.DefaultRate, o.GanCurriculum, o.UpdateInterval, o.ModelArch), Is.EqualTo((0.01f, 0.5f, 10000, 3, DiscoGanArchitecture.DiscoGan)));
        Assert.That((o.CropSize, o.BatchSize, o.Flip, o.InitType, o.Lr, o.Beta1), Is.EqualTo((64, 64, false, Initialization.Default, 2e-4f, 0.5f)));
    }

    /// <summary>One step of three trains the discriminators, and no step trains both.</summary>
    [Test]
    public void TurnsAreOneToTwo()
    {
        using var device = new CpuDevice(1);
        using var model = GanModel.Create(s_tiny, device);
        using var batch = Family.Noise(s_tiny, device);
        var trained = new List<string>();
        for (var step = 0; step < 6; step++)
        {
            var before = Weights(model);
            model.Step(batch, step);
            trained.Add(string.Join(' ', Weights(model).Where(w => !w.Value.AsSpan().SequenceEqual(before[w.Key])).Select(w => w.Key)));
        }

        const string Discriminators = "netD_A netD_B";
        const string Generators = "netG_A netG_B";
        Assert.That(trained, Is.EqualTo(new[] { Discriminators, Generators, Generators, Discriminators, Generators, Generators }));
    }

    [TestCase(DiscoGanArchitecture.ReconGan, "netD_A netG_A netG_B")]
    [TestCase(DiscoGanArchitecture.Gan, "netD_A netG_A")]
    public void OneWayVariantsTrainWhatTheyUse(DiscoGanArchitecture architecture, string names)
    {
        using var device = new CpuDevice(1);
        using var model = GanModel.Create(s_tiny with { ModelArch = architecture }, device);
        using var batch = Family.Noise(s_tiny, device);
        var before = Weights(model);
        model.Step(batch, 0);
        model.Step(batch, 1);
        Assert.That(string.Join(' ', Weights(model).Where(w => !w.Value.AsSpan().SequenceEqual(before[w.Key])).Select(w => w.Key).Order()), Is.EqualTo(names));
    }

    [Test]
    public void PicturesThatTheDiscriminatorCantJudgeAreRefused() =>
        Assert.That(() => (s_tiny with { Downs = 3 }).Validated(), Throws.TypeOf<OptionsException>().With.Message.EqualTo(
            "--crop-size 16 is too small for --downs 3: the discriminator needs 32 pixels"));

    private static Dictionary<string, float[]> Weights(GanModel model) =>
        model.Networks.ToDictionary(n => n.Name, n => n.Network.Parameters.SelectMany(p => p.Value.ToArray()).ToArray(), StringComparer.Ordinal);
}
