using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Rungs 7 and 8: <see cref="BlockedProduct{TVector,TSimd}"/> over the columns of im2col, on one thread and on all.</summary>
/// <param name="threaded">whether this is rung 8</param>
internal sealed unsafe class CacheBlocking<TVector, TSimd>(bool threaded) : IRung
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private readonly Im2Col _im2col = new();
    private readonly BlockedProduct<TVector, TSimd> _product = new();

    public string Name => threaded ? "threads" : "cache blocking";

    public string Change => threaded
        ? "groups of columns shared out among the threads"
        : "the sum in blocks: a strip of one factor stays in the first cache, a block of the other in the second";

    public bool UsesThreads => threaded;

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var (rows, columns, depth) = (layer.Filters, layer.Pixels, layer.Depth);
        var right = (nint)_im2col.Of(layer, x);
        fixed (float* a = w, c = y)
        {
            _product.Run(
                a,
                (k, block, column, count, strip) =>
                    PackedTile<TVector, TSimd>.PackRight((float*)right + (nint)k * columns + column, columns, count, block, strip),
                c, rows, columns, depth, threaded ? threads : 1);
        }
    }
}
