using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>Normalisation with given statistics.</summary>
internal static class NormalizeKernels
{
    /// <summary>
    /// y = (x − mean) · weight/√(variance + ε) + bias. A row is one channel of one picture, <paramref name="inner"/> elements. Grid X
    /// counts rows, Y the pieces of a row, or as many of them as a grid may have, so that a group of threads has one mean.
    /// </summary>
    public static void Apply(
        NormalizationArgs norm, ArrayView<float> y, int channels, int inner, byte perInstance, float epsilon)
    {
        var index = Grid.IdxX;
        var channel = index % channels;
        var group = perInstance != 0 ? index : channel;
        var row = NormFactors.Of(norm.Mean[group], norm.Variance[group], norm, channel, epsilon);
        var width = Group.DimX * Element.PerThread;
        var pieces = (inner + width - 1) / width;
        for (var piece = Grid.IdxY; piece < pieces; piece += Grid.DimY)
        {
            var first = (piece * width) + Group.IdxX;
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
}
