using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>What the suites of convolutions share, and where a picture is read in place.</summary>
public sealed class ConvolutionTests
{
    /// <summary>The processor's best and the ones it would use with less; the runtime emulates those that the processor lacks.</summary>
    internal static readonly MicroKernel[] Kernels =
    [
        MicroKernel.Best,
        MicroKernel.Of512Bits(),
        MicroKernel.Of256Bits(),
        MicroKernel.Of128Bits(),
    ];

    /// <summary>Places of a group's numbers are counted with 32 bits: 256 channels of 4096 × 4096 pixels are 2³² numbers.</summary>
    [TestCase("1 127 4096 4096 16 1 1 1 0 1", nameof(BandLayout.InPlace))]
    [TestCase("1 256 4096 4096 16 1 1 1 0 1", nameof(BandLayout.Rows))]
    [TestCase("1 64 8194 8192 16 3 1 1 0 1", nameof(BandLayout.Rows))]
    public void LargePicturesAreReadInPlaceOnlyWhereTheirPlacesCanBeCounted(string shape, string layout)
    {
        var plan = new CorrelationPlan(Correlation.Forward(Geometry(shape)), MicroKernel.Best);
        Assert.That(plan.Layout.ToString(), Is.EqualTo(layout));
        Assert.That(plan.Phases[0].Offsets, Is.Ordered.And.All.Not.Negative);
    }

    internal static ConvGeometry Geometry(string shape) => Convolutions.Parse(shape);

    internal static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = random.NextSingle() * 2 - 1;
        }

        return numbers;
    }

    internal static double RelativeError(float[] actual, double[] expected) => TestsCommon.RelativeError.Of(actual, expected);
}
