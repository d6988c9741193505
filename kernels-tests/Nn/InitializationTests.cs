using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Nn;

/// <summary>Distributions of first weights, and on what they depend.</summary>
internal sealed class InitializationTests
{
    private readonly Device _device = Device.Open("cpu", threads: 2);

    [OneTimeTearDown]
    public void CloseDevice() => _device.Dispose();

    [TestCase(Initialization.Normal, 0.02)]
    [TestCase(Initialization.Xavier, 0.05 * 0.05892556509887896)] // 0.05·√(2/(32·9 + 32·9))
    [TestCase(Initialization.Kaiming, 0.08333333333333333)] // √(2/(32·9)), whatever the gain
    public void WeightsHaveTheDeviation(Initialization scheme, double deviation)
    {
        var gain = scheme == Initialization.Normal ? 0.02f : 0.05f;
        var layer = new Conv2d(32, 32, 3).Initialize(7, scheme, gain).To(_device);
        var (mean, found) = Statistics(layer.Weight);
        Assert.That(found, Is.EqualTo(deviation).Within(0.03 * deviation), "9,216 draws: 1 % standard error");
        Assert.That(mean, Is.EqualTo(0).Within(0.05 * deviation));
        Assert.That(layer.Bias!.Value.ToArray(), Is.All.Zero);
    }

    [Test]
    public void FansOfATransposedConvolutionFollowTheReference()
    {
        // Weight [in 8, out 32, 4, 4]: the reference takes fan-in from the second extent.
        var layer = new ConvTranspose2d(8, 32, 4).Initialize(3, Initialization.Kaiming).To(_device);
        Assert.That(Statistics(layer.Weight).Deviation, Is.EqualTo(Math.Sqrt(2 / (32.0 * 16))).Within(5).Percent);
    }

    [Test]
    public void BatchNormIsDrawnAroundOneAndAffineInstanceNormIsOne()
    {
        var batch = new BatchNorm2d(4096).Initialize(3, Initialization.Kaiming, gain: 0.02f).To(_device);
        var (mean, deviation) = Statistics(batch.Weight);
        Assert.That(mean, Is.EqualTo(1).Within(0.002));
        Assert.That(deviation, Is.EqualTo(0.02).Within(5).Percent);
        Assert.That(batch.Bias.Value.ToArray(), Is.All.Zero);
        Assert.That(batch.RunningVariance.Value.ToArray(), Is.All.EqualTo(1));
        Assert.That(new InstanceNorm2d(5, affine: true).Initialize(3).To(_device).Weight!.Value.ToArray(), Is.All.EqualTo(1));
    }

    [TestCase(6, 5, 3, TestName = "OrthogonalRowsWhereTheyAreFewer")]
    [TestCase(40, 2, 3, TestName = "OrthogonalColumnsWhereTheyAreFewer")]
    public void Orthogonal(int outputs, int inputs, int kernel)
    {
        const float Gain = 0.5f;
        var layer = new Conv2d(inputs, outputs, kernel).Initialize(3, Initialization.Orthogonal, Gain).To(_device);
        var w = layer.Weight.Value.ToArray();
        var columns = w.Length / outputs;
        var byRows = outputs <= columns;
        var (count, length) = byRows ? (outputs, columns) : (columns, outputs);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double dot = 0;
                for (var k = 0; k < length; k++)
                {
                    dot += byRows ? (double)w[(i * columns) + k] * w[(j * columns) + k] : (double)w[(k * columns) + i] * w[(k * columns) + j];
                }

                Assert.That(dot, Is.EqualTo(i == j ? Gain * Gain : 0).Within(1e-7), $"vectors {i} and {j}");
            }
        }
    }

    [Test]
    public void NumbersDependOnTheSeedAndThePositionOnly()
    {
        static Sequential Network() => new(new Conv2d(3, 8, 3), new BatchNorm2d(8), new Conv2d(8, 3, 3));
        float[] All(Module module) => [.. module.NamedTensors().SelectMany(t => t.Value.ToArray())];
        var early = All(Network().Initialize(5).To(_device));
        using var other = Device.Open("cpu", threads: 1);
        Assert.That(All(Network().To(other).Initialize(5)), Is.EqualTo(early), "on a device already, with another number of threads");
        Assert.That(All(Network().Initialize(6).To(_device)), Is.Not.EqualTo(early));
        Assert.That(early[..216], Is.Not.EqualTo(early[^219..^3]), "two layers of one shape count");
    }

    private static (double Mean, double Deviation) Statistics(ModuleTensor tensor)
    {
        var values = Array.ConvertAll(tensor.Value.ToArray(), x => (double)x);
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}
