using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>Normalisation with given statistics.</summary>
internal static class NormalizeKernels
{
    /// <summary>
    /// y = (x − mean) · weight/√(variance + ε) + bias. A row is one channel of one picture, <paramref name="inner"/> elements. Grid X
    /// counts rows, Y the pieces of a row, so that a group of threads has one mean.
    /// </summary>
    public static void Apply(
        NormalizationArgs norm, ArrayView<float> y, int channels, int inner, byte perInstance, float epsilon)
    {
        var index = Grid.IdxX;
        var channel = index % channels;
        var group = perInstance != 0 ? index : channel;
        var row = NormFactors.Of(norm.Mean[group], norm.Variance[group], norm, channel, epsilon);
        var first = (Grid.IdxY * Group.DimX * Element.PerThread) + Group.IdxX;
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = first + (k * Group.DimX);
            if (column < inner)
            {
                var i = (index * inner) + column;
                y[i] = row.Of(norm.X[i]);
            }
        }
    }
}
