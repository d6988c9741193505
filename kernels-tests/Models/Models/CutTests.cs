using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Losses;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>CUT: sizes of its networks, its features, and what a step leaves and changes.</summary>
public sealed class CutTests : OnCpu
{
    private const int Side = 32;

    private static readonly CutOptions s_tiny = new()
    {
        Blocks = 1, Ngf = 4, Ndf = 4, NLayersD = 2, Nnf = 8, NumPatches = 12, NceLayers = "0,4,8,12", LoadSize = Side + 4, CropSize = Side,
        Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    private static readonly CutOptions s_tinyFast = s_tiny with { LambdaNce = 10, NceIdentity = false, FlipEquivariance = true };

    /// <summary>A mirrored picture of the target domain is to be left as it is, not to be mirrored back.</summary>
    [Test]
    public void TheIdentityTermComparesWithWhatTheGeneratorSaw([Values] bool mirrored)
    {
        using var model = (CutModel)GanModel.Create(s_tinyFast with { LambdaNce = 0, LambdaIdentity = 1, InitGain = 1 }, _device);
        using var drawn = Tensor.Full(new Shape(1, 1, 1, 1), mirrored ? 0 : 1, _device);
        model.FixedDraws = (_, _) => drawn;
        var shape = new Shape(1, 3, Side, Side);
        using var batch = Batch.OfPair(Random(1, shape), Random(2, shape));
        float expected;
        using (GradMode.NoGrad())
        {
            using var step = _device.Step();
            var seen = mirrored ? batch.B.Flip(3) : batch.B;
            expected = model.Generator.Forward(seen).L1Loss(seen).Item();
        }

        Assert.That(model.Step(batch, 0).Single(l => l.Name == "idt").Value, Is.EqualTo(expected).Within(1e-4));
    }

    private static readonly CutOptions s_sin = CutOptions.SmallSin() with
    {
        CropsPerEpoch = 12, CropSize = 16, BatchSize = 3, Blocks = 2, Ngf = 1, Ndf = 1, Nnf = 8, NceLayers = "0,2,3", Device = "cpu",
        Steps = 6, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    [Test]
    public void NoiseIsOfTrainingAndItsStrengthIsLearnt()
    {
        using var step = _device.Step();
        var generator = new StyleGenerator(blocks: 2, ngf: 1).Initialize(1, Initialization.Normal, 1).To(_device);
        generator.Noise = shape => Tensor.Normal(new RandomKey(1, 1, 1, 1), shape, _device);
        var x = Random(1, new Shape(1, 3, 8, 8));
        var strength = generator.NamedTensors().Single(t => t.Name.EndsWith("noise.weight", StringComparison.Ordinal)).Tensor.Value;
        var still = generator.Forward(x).ToArray();
        generator.Forward(x).Square().Sum().Backward();
        Assert.That(strength.Gradient!.Item(), Is.Not.Zero);
        strength.CopyFrom([0.5f]);
        Assert.That(generator.Forward(x).ToArray(), Is.Not.EqualTo(still));
        generator.Eval();
        Assert.That(generator.Forward(x).ToArray(), Is.EqualTo(still));
    }

    /// <summary>Samples, and what is evaluated, are the translations that the saved generator makes.</summary>
    [Test]
    public void SamplesOfSinCutAreMadeWithoutNoise()
    {
        using var model = (CutModel)GanModel.Create(s_sin, _device);
        foreach (var strength in model.Generator.NamedTensors().Where(t => t.Name.EndsWith("noise.weight", StringComparison.Ordinal)))
        {
            strength.Value.CopyFrom([0.5f]);
        }

        using var constants = GradMode.NoGrad();
        using var step = _device.Step();
        var shape = new Shape(1, 3, 16, 16);
        using var batch = Batch.OfPair(Random(1, shape), Random(2, shape));
        var shown = model.Show(batch)[1].Picture.ToArray();
        Assert.That(model.Generator.Training);
        Assert.That(shown, Is.Not.EqualTo(model.Generator.Forward(batch.A).ToArray()));
        Assert.That(shown, Is.EqualTo(model.Generator.Eval().Forward(batch.A).ToArray()));
    }

    /// <summary>Two pictures larger than a crop, as SinCUT learns from them.</summary>
    [Test]
    public void CropsOfTwoPicturesAreLearntFrom()
    {
        using var folder = new Data.PictureFolderFixture();
        foreach (var (name, number) in new[] { ("trainA", 1), ("trainB", 2) })
        {
            Directory.CreateDirectory(folder.PathOf(name));
            PictureFile.Save(new Picture(new SyntheticFacades(3, 40).Draw(number).Photo), Path.Combine(folder.PathOf(name), "one.png"));
        }

        var options = s_sin with { Data = folder.Root };
        Train("run", 6);
        File.Copy(Path.Combine(folder.PathOf("trainB"), "one.png"), Path.Combine(folder.PathOf("trainB"), "two.png"));
        Fails.With<PictureException>(() => Train("other", 1), "holds 2 pictures");

        void Train(string name, int steps)
        {
            using var run = IlgpuGan.Models.Training.TrainingRun.Create(folder.PathOf(name), options with { Steps = steps });
            Assert.That(run.StepsPerEpoch, Is.EqualTo(4));
            run.Train(observer: null, CancellationToken.None);
        }
    }

    private Tensor Random(uint stream, Shape shape) => Tensor.Normal(new RandomKey(1, stream, 0, 0), shape, _device);
}
