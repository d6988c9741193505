using System.Runtime.CompilerServices;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Rung 3: the two inner loops are exchanged, and every array is read and written in memory order.</summary>
internal sealed unsafe class LoopOrder : IRung
{
    private readonly Im2Col _im2col = new();

    public string Name => "loop order";

    public string Change => "row, sum, column: the innermost loop runs along rows, in memory's order";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var columns = _im2col.Of(layer, x);
        Array.Clear(y);
        for (var i = 0; i < layer.Filters; i++)
        {
            var sums = y.AsSpan(i * layer.Pixels, layer.Pixels);
            for (var k = 0; k < layer.Depth; k++)
            {
                var factor = w[i * layer.Depth + k];
                var row = new ReadOnlySpan<float>(columns + k * layer.Pixels, sums.Length);
                for (var j = 0; j < sums.Length; j++)
                {
                    sums[j] += factor * row[j];
                }
            }
        }
    }
}
