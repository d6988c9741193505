using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Training by replay ends with the same bits as training step by step, whatever the model and its options.</summary>
internal sealed class ReplayedTrainingTests
{
    private const int Side = 32;
    private static readonly int[] s_ofOne = [1, 1, 1, 1, 1];

    private static readonly Pix2PixOptions s_pix2pix = TinyRun.Pix2Pix;
    private static readonly CycleGanOptions s_cycleGan = TinyRun.CycleGan;

    private static IEnumerable<TestCaseData> Options()
    {
        foreach (var mode in Enum.GetValues<GanMode>())
        {
            foreach (var norm in Enum.GetValues<NormKind>())
            {
                yield return Case($"pix2pix {mode} {norm}", s_pix2pix with { GanMode = mode, Norm = norm });
            }

            yield return Case($"cyclegan {mode}", s_cycleGan with { GanMode = mode });
        }

        yield return Case("pix2pix by L1 alone", s_pix2pix with { LambdaGan = 0 });
        yield return Case(
            "pix2pix without dropout, pixel discriminator", s_pix2pix with { Dropout = false, Discriminator = DiscriminatorKind.Pixel });
        yield return Case("pix2pix with a ResNet", s_pix2pix with { Generator = GeneratorKind.ResNet(1), Norm = NormKind.Batch });
        yield return Case("cyclegan without identity", s_cycleGan with { LambdaIdentity = 0 });
        yield return Case("cyclegan without pools, batch norm", s_cycleGan with { PoolSize = 0, Norm = NormKind.Batch });
        yield return Case("cyclegan, smooth", s_cycleGan with { Generator = GeneratorKind.ResNet(1, ScalingKind.Smooth) });
        yield return Case("cyclegan, antialiased", s_cycleGan with { Generator = GeneratorKind.ResNet(1, ScalingKind.Antialias) });
        yield return Case("cyclegan with a U-Net", s_cycleGan with { Generator = GeneratorKind.UNet(5) });
        yield return Case("cyclegan of other channels", s_cycleGan with { InputNc = 1, OutputNc = 4, LambdaIdentity = 0 });
        yield return Case("pytorch-gan", CycleGanOptions.PyTorchGan() with
        {
            Generator = GeneratorKind.ResNet(1, scaling: ScalingKind.Upsample), Ngf = 4, Ndf = 4, PoolSize = 2, CropSize = Side,
        });
    }

    [TestCaseSource(nameof(Options))]
    public void EndsWithTheSameBits(TranslationOptions options) =>
        Assert.That(Train(options, s_ofOne), Is.EqualTo(Train(options with { Eager = true }, s_ofOne)));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void ForAnyNumberOfThreads(int threads)
    {
        Assert.That(Train(s_pix2pix, s_ofOne, threads), Is.EqualTo(Train(s_pix2pix with { Eager = true }, s_ofOne, 2)));
        Assert.That(Train(s_cycleGan, s_ofOne, threads), Is.EqualTo(Train(s_cycleGan with { Eager = true }, s_ofOne, 2)));
    }

    [Test]
    public void OnOtherDevices([Values("opencl", "cuda")] string name, [Values("cyclegan", "pix2pix")] string model)
    {
        var device = TestDevices.Open(name);
        TranslationOptions options = model == "pix2pix"
            ? s_pix2pix with { Generator = GeneratorKind.UNet(4), Ngf = 2, Ndf = 2, NLayersD = 1 }
            : s_cycleGan with { Ngf = 2, Ndf = 2, NLayersD = 1, PoolSize = 1 };
        var steps = Enumerable.Repeat((1, (16, 16)), 5).ToArray();
        Assert.That(Train(options, steps, device), Is.EqualTo(Train(options with { Eager = true }, steps, device)));
    }

    /// <summary>Batches of 2, 2 and 1, a learning rate that falls when it does no good, and a stop now and then.</summary>
    [TestCase("pix2pix")]
    [TestCase("cyclegan")]
    public void ARunMayTurnEagerAndBack(string model)
    {
        using var runs = new TinyRun();
        var options = (
            model == "pix2pix" ? (TranslationOptions)s_pix2pix : s_cycleGan) with { BatchSize = 2, Steps = 16,
            LrPolicy = LearningRatePolicy.Plateau };
        runs.Train("eager", options with { Eager = true });
        runs.Train("turns", options, stopAfter: 7);
        runs.Resume("turns", o => o with { Eager = true }, stopAfter: 2);
        runs.Resume("turns", o => o with { Eager = false });
        Assert.That(runs.FinalTensors("turns"), Is.EqualTo(runs.FinalTensors("eager")));
    }

    [Test]
    public void WithBatchesOfAllSizes([Values] bool cycle)
    {
        int[] batches = [2, 2, 1, 2, 1, 1, 3, 2, 3, 1, 2, 2];
        TranslationOptions options = cycle ? s_cycleGan : s_pix2pix;
        Assert.That(Train(options, batches), Is.EqualTo(Train(options with { Eager = true }, batches)));
    }

    /// <summary>
    /// Pictures that keep their sizes meet in the pools: slots grow, and what is shown may be of another size than what is offered.
    /// </summary>
    [Test]
    public void WithPicturesOfSeveralSizes()
    {
        (int, int)[] sizes =
            [(32, 32), (32, 32), (32, 32), (32, 48), (32, 32), (32, 48), (32, 32), (32, 32), (32, 48), (32, 32), (32, 32), (32, 32)];
        Assert.That(Train(s_cycleGan, sizes), Is.EqualTo(Train(s_cycleGan with { Eager = true }, sizes)));
    }

    [Test]
    public void LossesMayBeReadBehindTheNextStepButNotBehindTheOneAfter()
    {
        using var device = Device.Open("cpu", 1);
        using var trainer = GanModel.Create(s_pix2pix, device);
        using var once = GanModel.Create(s_pix2pix, device);
        using var pair = Noise(0, 1, (Side, Side), s_pix2pix, device);
        var expected = once.Step(pair, 0).ToList();
        var first = trainer.Step(pair, 0);
        trainer.Step(pair, 1);
        Assert.That(first, Is.EqualTo(expected));
        trainer.Step(pair, 2);
        Assert.That(first, Is.EqualTo(expected), "all were copied at once");
        var unread = trainer.Step(pair, 3);
        trainer.Step(pair, 4);
        trainer.Step(pair, 5);
        Assert.That(() => unread[0], Throws.InvalidOperationException.With.Message.Contains("before the step after the next"));
    }

    private static TestCaseData Case(string name, TranslationOptions options) => new TestCaseData(options).SetArgDisplayNames(name);

    private static List<string> Train(TranslationOptions options, int[] batches, int threads = 2) =>
        Train(options, [.. batches.Select(batch => (batch, (Side, Side)))], threads);

    private static List<string> Train(TranslationOptions options, (int, int)[] sizes) =>
        Train(options, [.. sizes.Select(size => (1, size))], 2);

    private static List<string> Train(TranslationOptions options, (int Batch, (int, int) Size)[] steps, int threads)
    {
        using var device = Device.Open("cpu", threads);
        return Train(options, steps, device);
    }

    /// <summary>The bits of all losses, weights, moments, statistics and pooled images, as text.</summary>
    private static List<string> Train(TranslationOptions options, (int Batch, (int, int) Size)[] steps, Device device)
    {
        using var trainer = GanModel.Create(options, device);
        var bits = new List<string>();
        for (var step = 0; step < steps.Length; step++)
        {
            trainer.LearningRate = options.Lr * (1 + (step / 2));
            using var pair = Noise(step, steps[step].Batch, steps[step].Size, options, device);
            bits.AddRange(trainer.Step(pair, step).Select(l => $"{step} {l.Name} {BitConverter.SingleToInt32Bits(l.Value):x8}"));
        }

        Assert.That(trainer.StepCounts[StepPath.Replayed], options.Eager ? Is.Zero : Is.Positive);
        using var scope = device.Step();
        bits.AddRange(trainer.Networks.SelectMany(n => n.Network.NamedTensors(n.Name)).Select(t => Line(t.Name, t.Value)));
        bits.AddRange(trainer.Optimizers.SelectMany(o => o.Optimizer.State()).Select(s => Line(s.Name, s.Value)));
        bits.AddRange(trainer.Pools.SelectMany(p => p.Pool.Images().Select(image => Line(p.Name, image))));
        return bits;
    }

    private static string Line(string name, Tensor value) =>
        $"{name} {value.Shape} {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(value.ToArray())))}";

    private static Batch Noise(int step, int batch, (int Height, int Width) size, TranslationOptions options, Device device)
    {
        return Batch.OfPair(Draw(1, options.InputNc), Draw(2, options.OutputNc));

        Tensor Draw(uint stream, int channels) =>
            Tensor.Uniform(new RandomKey(5, stream, (uint)step, 0), new Shape(batch, channels, size.Height, size.Width), device)
                .Affine(2, -1);
    }
}
