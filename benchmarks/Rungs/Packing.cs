using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Rung 6: both factors are first copied into the order in which the tile reads them. Rung 5 reads, for every k, a cache line of b on
/// another page and six lines of a; now both are streams that the hardware prefetcher fetches ahead.
/// </summary>
internal sealed unsafe class Packing<TVector, TSimd> : IRung
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private const int Rows = PackedTile<TVector, TSimd>.Rows;

    private readonly Im2Col _im2col = new();
    private readonly Scratch _panels = new();
    private readonly Scratch _strips = new();

    public string Name => "packing";

    public string Change => "both factors copied into the order in which the tile reads them";

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var (rows, columns, depth, width) = (layer.Filters, layer.Pixels, layer.Depth, PackedTile<TVector, TSimd>.Width);
        var b = _im2col.Of(layer, x);
        var panels = _panels.Floats((long)(rows + Rows) * depth);
        var strips = _strips.Floats((long)(columns + width) * depth);
        fixed (float* a = w, c = y)
        {
            for (var i = 0; i < rows; i += Rows)
            {
                PackedTile<TVector, TSimd>.PackLeft(a + (nint)i * depth, depth, Math.Min(Rows, rows - i), depth, panels + (nint)i * depth);
            }

            for (var j = 0; j < columns; j += width)
            {
                PackedTile<TVector, TSimd>.PackRight(b + j, columns, Math.Min(width, columns - j), depth, strips + (nint)j * depth);
            }

            for (var i = 0; i < rows; i += Rows)
            {
                for (var j = 0; j < columns; j += width)
                {
                    PackedTile<TVector, TSimd>.Run(
                        depth, panels + (nint)i * depth, strips + (nint)j * depth, c + (nint)i * columns + j, columns,
                        Math.Min(Rows, rows - i), Math.Min(width, columns - j), accumulate: false);
                }
            }
        }
    }
}
