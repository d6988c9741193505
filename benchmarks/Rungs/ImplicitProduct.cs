using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Rung 9: the strips are packed directly from the picture. The array of columns, nine times as large as the input, is neither written nor
/// read, and no thread waits for the one that wrote it.
/// </summary>
internal sealed unsafe class ImplicitProduct<TVector, TSimd> : IRung
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private readonly BlockedProduct<TVector, TSimd> _product = new();

    public string Name => "implicit product";

    public string Change => "strips packed straight from the picture: no columns in memory";

    public bool UsesThreads => true;

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        fixed (float* a = w, picture = x, c = y)
        {
            var from = (nint)picture;
            _product.Run(
                a, (k, depth, column, columns, strip) => Pack(layer, (float*)from, k, depth, column, columns, strip),
                c, layer.Filters, layer.Pixels, layer.Depth, threads);
        }
    }

    /// <summary>
    /// Packs a strip. Row k of the columns is channel k / 9 shifted by tap k % 9; its pixels form runs, one for each row of the picture.
    /// </summary>
    private static void Pack(Convolution3x3 layer, float* x, int k, int depth, int column, int columns, float* strip)
    {
        var width = PackedTile<TVector, TSimd>.Width;
        for (var d = 0; d < depth; d++)
        {
            var (channel, tap) = Math.DivRem(k + d, Convolution3x3.Taps);
            var to = new Span<float>(strip + d * width, width);
            for (int done = 0, run; done < columns; done += run)
            {
                var (row, left) = Math.DivRem(column + done, layer.Width);
                run = Math.Min(columns - done, layer.Width - left);
                var start = (channel * layer.InHeight + row + tap / 3) * layer.InWidth + left + tap % 3;
                new ReadOnlySpan<float>(x + start, run).CopyTo(to[done..]);
            }

            to[columns..].Clear();
        }
    }
}
