using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// The same training in float32 and on tensor cores: with factors of TF32 or bfloat16 in every convolution and both of its gradients, the
/// losses follow those of float32. On the driver that executes PTX, so without a card.
/// </summary>
[Exhaustive]
[TestFixture(ProductRung.TensorCore)]
[TestFixture(ProductRung.ChannelsLast)]
internal sealed class PrecisionCurveTests(ProductRung rung)
{
    private const int Side = 16, Steps = 8;

    private static readonly TranslationOptions s_options = TinyRun.Pix2Pix with
    {
        Generator = GeneratorKind.UNet(4), Ngf = 4, Ndf = 4, NLayersD = 1, LoadSize = Side + 2, CropSize = Side, BatchSize = 2, Lr = 5e-4f,
        Eager = true,
    };

    private readonly Dictionary<ProductPrecision, Dictionary<string, float[]>> _curves = [];

    /// <summary>What another network on the device makes, before the trainings and after each.</summary>
    private readonly List<float[]> _beside = [];

    private GpuDevice _device = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _device = PtxDriver.Open();

        // Small layers would keep to float32; with float32 there is no such kernel, and the table decides.
        ((GpuKernels)_device.Kernels).Products.Forced = new ProductVariant(rung, TileShape.Medium, 1);
        _beside.Add(Beside());
        foreach (var precision in Enum.GetValues<Precision>())
        {
            using var trainer = GanModel.Create(s_options with { Precision = precision }, _device);
            long step = 0;
            var losses = new SyntheticFacades(4, Side).Shuffled(seed: 3, batchSize: 2).On(_device, count: Steps)
                .SelectMany(pair => trainer.Step(pair, step++).Select(loss => (loss.Name, loss.Value)).ToList()).ToList();
            _curves.Add(
                Enum.Parse<ProductPrecision>(precision.ToString()),
                losses.GroupBy(loss => loss.Name).ToDictionary(group => group.Key, group => group.Select(loss => loss.Value).ToArray()));
            _beside.Add(Beside());
        }

        float[] Beside()
        {
            using var step = _device.Step();
            var network = (Layer)FamilyCatalog.Of(s_options).Networks(s_options)[0].Create().Initialize(1).To(_device).Eval();
            return network.Forward(Tensor.Normal(new RandomKey(1, 0, 0, 0), new Shape(1, 3, Side, Side), _device)).ToArray();
        }
    }

    [OneTimeTearDown]
    public void Close() => _device.Dispose();

    /// <summary>
    /// Before weights have moved losses differ by what rounding the factors costs; later by what training makes of it. Off by a share of
    /// how large a loss is at most.
    /// </summary>
    [TestCase(ProductPrecision.Tf32, 1e-4, 4e-3)]
    [TestCase(ProductPrecision.Bf16, 1e-3, 1e-2)]
    public void LossesFollowThoseOfFloat32(ProductPrecision precision, double first, double all)
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, expected) in _curves[ProductPrecision.Fp32])
            {
                var off = expected.Zip(_curves[precision][name], (a, b) => Math.Abs(a - b) / expected.Max(Math.Abs)).ToList();
                TestContext.Out.WriteLine($"{precision} {name}: {off[0]:E1} at first, {off.Max():E1} at most in {Steps} steps");
                Assert.That(off[0], Is.LessThan(first), $"{name}, first step");
                Assert.That(off.Max(), Is.LessThan(all), name);
                Assert.That(off.Max(), Is.Positive, $"{name}: factors were not rounded");
            }
        });
    }

    /// <summary>A training's precision is that of its own steps: others who share its device have the bits of float32.</summary>
    [Test]
    public void NothingElseOnTheDeviceIsRounded() => Assert.That(_beside, Is.All.EqualTo(_beside[0]));

    [Test]
    public void TrainingLearnsInEachPrecision() =>
        Assert.That(_curves.Values.Select(curves => curves["G_L1"]).Select(curve => curve[^3..].Average() / curve[0]), Is.All.LessThan(1));

    [Test]
    public void AllThreeProductsOfAConvolutionRanOnTensorCores()
    {
        var launched = KernelCatalog.All.Where(entry => _device.Queue.Kernels.Contains(entry.Method)).Select(entry => entry.Name).ToList();
        if (rung == ProductRung.ChannelsLast)
        {
            Assert.That(launched, Has.Member("channels-last/turns-tf32").And.Member("channels-last/turns-bf16"));
            Assert.That(launched, Has.Member("channels-last/gradient-tf32").And.Member("channels-last/gradient-bf16"));
            return;
        }

        foreach (var precision in new[] { "tf32", "bf16" })
        {
            Assert.That(launched, Has.Some.StartsWith($"product/tensor-core-medium-{precision}").And.Some.EndsWith("along-columns"));
            Assert.That(launched, Has.Some.StartsWith($"product/tensor-core-medium-{precision}").And.Some.EndsWith("along-depth"));
        }
    }
}
