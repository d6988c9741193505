using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Which numbers of a small plane the pixels of an output plane see at each place that a tap reads: tables by which
/// <see cref="BandLayout.Pixels"/> are laid out plane by plane. Row by row, more work would go into a row of few pixels than into
/// copying it.
/// </summary>
internal sealed unsafe class SmallPlanes
{
    /// <summary>Pixels that are picked out of a window together.</summary>
    private const int Chunk = 8;

    /// <summary>Numbers of the input that a permutation can pick from.</summary>
    private const int Window = 2 * Lanes.Count;

    private readonly Correlation _correlation;
    private readonly int _places;

    /// <summary>For each place and pixel all bits or none, whether the pixel sees anything; none behind the last pixel.</summary>
    private readonly int[] _masks;

    /// <summary>For each place and pixel where in a plane what it sees lies; −1 for nothing.</summary>
    private readonly int[] _sources;

    /// <summary>For each place and chunk where its window begins in a plane; −1 for one too far apart.</summary>
    private readonly int[] _windows;

    /// <summary>For each place and pixel where in its chunk's window what it sees lies.</summary>
    private readonly int[] _picks;

    /// <param name="correlation">without a border</param>
    /// <param name="places">every place that a tap reads</param>
    public SmallPlanes(Correlation correlation, (int Y, int X)[] places)
    {
        var c = _correlation = correlation;
        _places = places.Length;
        Pixels = c.Rows * c.Columns;
        IsShift = c is { StrideY: 1, StrideX: 1 } && (c.Rows, c.Columns) == (c.InH, c.InW);
        _masks = GC.AllocateArray<int>(_places * Pitch, pinned: true);
        _sources = GC.AllocateArray<int>(_places * Pitch, pinned: true);
        _picks = GC.AllocateArray<int>(_places * Pitch, pinned: true);
        _windows = GC.AllocateArray<int>(_places * Pitch / Chunk, pinned: true);
        for (var place = 0; place < _places; place++)
        {
            var masks = _masks.AsSpan(place * Pitch, Pitch);
            var sources = _sources.AsSpan(place * Pitch, Pitch);
            sources.Fill(-1);
            for (var pixel = 0; pixel < Pixels; pixel++)
            {
                var y = (pixel / c.Columns * c.StrideY) + places[place].Y;
                var x = (pixel % c.Columns * c.StrideX) + places[place].X;
                if ((uint)y < (uint)c.InH && (uint)x < (uint)c.InW)
                {
                    (masks[pixel], sources[pixel]) = (-1, (y * c.InW) + x);
                }
            }

            for (var chunk = 0; chunk < Pitch; chunk += Chunk)
            {
                var seen = sources.Slice(chunk, Chunk).ToArray().Where(s => s >= 0).DefaultIfEmpty(0).ToArray();
                var first = seen.Min();
                _windows[((place * Pitch) + chunk) / Chunk] = seen.Max() - first < Window ? first : -1;
                for (var i = chunk; i < chunk + Chunk; i++)
                {
                    _picks[(place * Pitch) + i] = Math.Max(sources[i] - first, 0);
                }
            }
        }

        Shifts = [.. places.Select(place => (place.Y * c.InW) + place.X)];
    }

    /// <summary>Pixels of an output plane.</summary>
    private int Pixels { get; }

    /// <summary>Whether a pixel sees what lies where it lies itself, shifted by as much for all pixels.</summary>
    private bool IsShift { get; }

    /// <summary>By how much, for each place.</summary>
    private int[] Shifts { get; }

    /// <summary>Entries of the tables for each place.</summary>
    private int Pitch => CorrelationPlan.RoundUp(Pixels, Chunk) + Lanes.Count;

    /// <summary>Lays out what pixels see at a place; pixels count through the images.</summary>
    /// <param name="place">which place</param>
    /// <param name="input">the first image's first channel</param>
    /// <param name="channel">whose planes are read</param>
    /// <param name="first">the first pixel</param>
    /// <param name="count">how many</param>
    /// <param name="to">where they go</param>
    public void Fill(int place, float* input, int channel, int first, int count, float* to)
    {
        var plane = (nint)_correlation.InH * _correlation.InW;
        var (image, pixel) = Math.DivRem(first, Pixels);
        var from = input + ((((nint)image * _correlation.InputPlanes) + channel) * plane);
        var next = _correlation.InputPlanes * plane;
        var end = input + (((((nint)_correlation.Images - 1) * _correlation.InputPlanes) + _correlation.Channels) * plane);
        fixed (int* masks = &_masks[place * Pitch], sources = &_sources[place * Pitch], picks = &_picks[place * Pitch])
        fixed (int* windows = &_windows[place * Pitch / Chunk])
        {
            if (IsShift)
            {
                Shift(masks, Shifts[place], Pixels, from, next, pixel, count, to, input, end);
            }
            else
            {
                Pick(masks, sources, windows, picks, Pixels, from, next, pixel, count, to, end);
            }
        }
    }

    /// <summary>Whole vectors of neighbours, without the lanes that see nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shift(
        int* masks, int shift, int pixels, float* from, nint next, int pixel, int count, float* to, float* lowest, float* end)
    {
        for (var last = to + count; to < last; from += next, pixel = 0)
        {
            var stop = Math.Min(pixels, pixel + (int)(last - to));
            for (; pixel < stop; pixel += Lanes.Count, to += Lanes.Count)
            {
                var source = from + shift + pixel;
                if (source >= lowest && source + Lanes.Count <= end && to + Lanes.Count <= last)
                {
                    (Vector512.Load(source).AsInt32() & Vector512.Load(masks + pixel)).AsSingle().Store(to);
                    continue;
                }

                for (var lane = 0; lane < Math.Min(Lanes.Count, stop - pixel); lane++)
                {
                    to[lane] = masks[pixel + lane] != 0 ? source[lane] : 0;
                }
            }

            // The last vector of a plane reaches into where the next one goes.
            to -= pixel - stop;
        }
    }

    /// <summary>Eight pixels at a time out of two vectors, where the processor can; else one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick(
        int* masks, int* sources, int* windows, int* picks, int pixels, float* from, nint next, int pixel, int count, float* to, float* end)
    {
        for (var last = to + count; to < last; from += next, pixel = 0)
        {
            var stop = Math.Min(pixels, pixel + (int)(last - to));
            while (pixel < stop)
            {
                var window = windows[pixel / Chunk];
                if (Avx2.IsSupported && window >= 0 && pixel % Chunk == 0 && (pixel + Chunk <= stop || stop == pixels)
                    && to + Chunk <= last && from + window + Window <= end)
                {
                    var source = from + window;
                    (Picked(source, Vector256.Load(picks + pixel)).AsInt32() & Vector256.Load(masks + pixel)).AsSingle().Store(to);
                    pixel += Chunk;
                    to += Chunk;
                }
                else
                {
                    *to++ = sources[pixel] >= 0 ? from[sources[pixel]] : 0;
                    pixel++;
                }
            }

            to -= pixel - stop;
        }
    }

    /// <summary>Eight of a window's numbers. Only where <see cref="Avx2"/> is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Picked(float* window, Vector256<int> picks)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.PermuteVar16x32x2(
                Vector512.Load(window), picks.ToVector512Unsafe(), Vector512.Load(window + Lanes.Count)).GetLower();
        }

        // A permutation picks out of eight; which eight of the four say bits 3 and 4, brought to where a blend looks.
        var isOdd = (picks << 28).AsSingle();
        var lower = Avx.BlendVariable(
            Avx2.PermuteVar8x32(Vector256.Load(window), picks), Avx2.PermuteVar8x32(Vector256.Load(window + 8), picks), isOdd);
        var upper = Avx.BlendVariable(
            Avx2.PermuteVar8x32(Vector256.Load(window + 16), picks), Avx2.PermuteVar8x32(Vector256.Load(window + 24), picks), isOdd);
        return Avx.BlendVariable(lower, upper, (picks << 27).AsSingle());
    }
}
