using System.Runtime.CompilerServices;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Rung 2: the same sums as a matrix product. Three loops instead of six, but slower: the innermost runs down a column.</summary>
internal sealed unsafe class NaiveProduct : IRung
{
    private readonly Im2Col _im2col = new();

    public string Name => "matrix product";

    public string Change => "the taps laid out as columns (im2col), three loops: row, column, sum";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var columns = _im2col.Of(layer, x);
        for (var i = 0; i < layer.Filters; i++)
        {
            for (var j = 0; j < layer.Pixels; j++)
            {
                float sum = 0;
                for (var k = 0; k < layer.Depth; k++)
                {
                    sum += w[i * layer.Depth + k] * columns[k * layer.Pixels + j];
                }

                y[i * layer.Pixels + j] = sum;
            }
        }
    }
}
