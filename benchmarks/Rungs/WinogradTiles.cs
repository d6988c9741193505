using System.Numerics;
using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Rung 10: Winograd's F(2 × 2, 3 × 3) (Lavin and Gray 2016). Four outputs of a tile need 36 multiplications; evaluating input and filter
/// at 4 × 4 points, multiplying there and interpolating back needs 16. The products of all channels and filters at a point are a matrix
/// product again.
/// </summary>
internal sealed unsafe class WinogradTiles<TVector, TSimd> : IRung
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private const int Points = 16;

    private readonly Scratch _filters = new();
    private readonly Scratch _inputs = new();
    private readonly Scratch _products = new();
    private readonly BlockedProduct<TVector, TSimd>[] _product =
        [.. Enumerable.Range(0, Points).Select(_ => new BlockedProduct<TVector, TSimd>())];

    public string Name => "Winograd";

    public string Change => "16 multiplications where there were 36, paid for with additions";

    public bool UsesThreads => true;

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        // Rows of tiles are padded to whole vectors; outputs beyond the picture are computed from zeros and dropped.
        var across = ((layer.Width + 1) / 2 + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        var down = (layer.Height + 1) / 2;
        var tiles = across * down;
        var (filters, channels) = (layer.Filters, layer.Channels);
        var u = (nint)_filters.Floats((long)Points * filters * channels);
        var v = (nint)_inputs.Floats((long)Points * channels * tiles);
        var m = (nint)_products.Floats((long)Points * filters * tiles);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, filters, parallel, f => EvaluateFilter(w, (float*)u, f, filters, channels));
        Parallel.For(0, channels, parallel, c => EvaluateInput(layer, x, (float*)v, c, across, down));
        Parallel.For(0, Points, parallel, p =>
        {
            var right = (nint)((float*)v + (nint)p * channels * tiles);
            _product[p].Run(
                (float*)u + (nint)p * filters * channels,
                (k, depth, column, columns, strip) =>
                    PackedTile<TVector, TSimd>.PackRight((float*)right + (nint)k * tiles + column, tiles, columns, depth, strip),
                (float*)m + (nint)p * filters * tiles, filters, tiles, channels, threads: 1);
        });
        Parallel.For(0, filters, parallel, f => Interpolate(layer, (float*)m, y, f, across, down));
    }

    /// <summary>u[p][f][c]: each filter at the points 0, 1, −1, ∞ in both directions, G·g·Gᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EvaluateFilter(float[] w, float* u, int f, int filters, int channels)
    {
        Span<float> half = stackalloc float[12];
        for (var c = 0; c < channels; c++)
        {
            var g = w.AsSpan((f * channels + c) * 9, 9);
            for (var i = 0; i < 3; i++)
            {
                (half[i], half[3 + i], half[6 + i], half[9 + i]) =
                    (g[i], 0.5f * (g[i] + g[3 + i] + g[6 + i]), 0.5f * (g[i] - g[3 + i] + g[6 + i]), g[6 + i]);
            }

            for (var i = 0; i < 4; i++)
            {
                var row = half.Slice(3 * i, 3);
                Set(i, 0, row[0]);
                Set(i, 1, 0.5f * (row[0] + row[1] + row[2]));
                Set(i, 2, 0.5f * (row[0] - row[1] + row[2]));
                Set(i, 3, row[2]);
            }

            void Set(int i, int j, float value) => u[((4 * i + j) * filters + f) * channels + c] = value;
        }
    }

    /// <summary>v[p][c][tile]: each 4 × 4 input tile (of stride 2) at the same points, Bᵀ·d·B; a vector of tiles at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EvaluateInput(Convolution3x3 layer, float[] x, float* v, int c, int across, int down)
    {
        // Even and odd columns of four input rows are separated, so that the same column of neighbouring tiles is contiguous.
        var pitch = across + 1;
        var apart = stackalloc float[8 * pitch];
        var line = stackalloc float[2 * pitch];
        var plane = (nint)layer.Channels * across * down;
        for (var ty = 0; ty < down; ty++)
        {
            for (var i = 0; i < 4; i++)
            {
                Separate(layer, x, c, 2 * ty + i, line, pitch, apart + 2 * i * pitch);
            }

            for (var tx = 0; tx < across; tx += Vector<float>.Count)
            {
                var to = v + (nint)(c * down + ty) * across + tx;
                for (var j = 0; j < 4; j++)
                {
                    // Column j of the tiles is column j / 2 of the even or odd ones.
                    var column = apart + j % 2 * pitch + j / 2 + tx;
                    var (d0, d1, d2, d3) = (
                        Vector.Load(column), Vector.Load(column + 2 * pitch), Vector.Load(column + 4 * pitch),
                        Vector.Load(column + 6 * pitch));
                    (d0 - d2).Store(to + j * plane);
                    (d1 + d2).Store(to + (4 + j) * plane);
                    (d2 - d1).Store(to + (8 + j) * plane);
                    (d1 - d3).Store(to + (12 + j) * plane);
                }

                for (var i = 0; i < 16; i += 4)
                {
                    var (e0, e1, e2, e3) = (
                        Vector.Load(to + i * plane), Vector.Load(to + (i + 1) * plane), Vector.Load(to + (i + 2) * plane),
                        Vector.Load(to + (i + 3) * plane));
                    (e0 - e2).Store(to + i * plane);
                    (e1 + e2).Store(to + (i + 1) * plane);
                    (e2 - e1).Store(to + (i + 2) * plane);
                    (e1 - e3).Store(to + (i + 3) * plane);
                }
            }
        }
    }

    /// <summary>Separates a row: its even columns, then its odd ones, with zeros beyond the picture.</summary>
    private static void Separate(Convolution3x3 layer, float[] x, int c, int row, float* line, int pitch, float* apart)
    {
        var whole = new Span<float>(line, 2 * pitch);
        whole.Clear();
        if (row < layer.InHeight)
        {
            x.AsSpan((c * layer.InHeight + row) * layer.InWidth, layer.InWidth).CopyTo(whole);
        }

        for (var j = 0; j < pitch; j++)
        {
            (apart[j], apart[pitch + j]) = (line[2 * j], line[2 * j + 1]);
        }
    }

    /// <summary>y from m[p][f][tile]: the 2 × 2 outputs of each tile, Aᵀ·m·A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interpolate(Convolution3x3 layer, float* m, float[] y, int f, int across, int down)
    {
        var (left, right, line) = (Lines(), Lines(), new float[2 * across]);
        var plane = (nint)layer.Filters * across * down;
        for (var row = 0; row < layer.Height; row++)
        {
            for (var tx = 0; tx < across; tx += Vector<float>.Count)
            {
                var from = m + (nint)(f * down + row / 2) * across + tx;
                var (s0, s1, s2, s3) = (
                    Sum(from, plane, row), Sum(from + plane, plane, row), Sum(from + 2 * plane, plane, row),
                    Sum(from + 3 * plane, plane, row));
                (s0 + s1 + s2).CopyTo(left, tx);
                (s1 - s2 - s3).CopyTo(right, tx);
            }

            for (var j = 0; j < across; j++)
            {
                (line[2 * j], line[2 * j + 1]) = (left[j], right[j]);
            }

            line.AsSpan(0, layer.Width).CopyTo(y.AsSpan((f * layer.Height + row) * layer.Width));
        }

        float[] Lines() => new float[across];
    }

    /// <summary>Interpolates one column of a tile's points to an even or an odd output row.</summary>
    private static Vector<float> Sum(float* column, nint plane, int row)
    {
        var (inner, outer) = (Vector.Load(column + 4 * plane), Vector.Load(column + 8 * plane));
        return row % 2 == 0 ? Vector.Load(column) + inner + outer : inner - outer - Vector.Load(column + 12 * plane);
    }
}
