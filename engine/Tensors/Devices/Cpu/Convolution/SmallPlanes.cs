using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Lookup tables for the <see cref="BandLayout.Pixels"/> layout of small planes: the source of each output pixel at each tap position. With
/// them a plane is copied at once; row by row, the overhead of a short row would exceed the copy.
/// </summary>
internal sealed unsafe class SmallPlanes
{
    /// <summary>Pixels that one permutation picks from a window.</summary>
    private const int Chunk = 8;

    /// <summary>Input elements from which a permutation can pick.</summary>
    private const int Window = 2 * Lanes.Count;

    private readonly Correlation _correlation;
    private readonly int _positions;

    /// <summary>[position, pixel]: all bits set if the source is inside the plane; 0 otherwise, and beyond the last pixel.</summary>
    private readonly int[] _masks;

    /// <summary>[position, pixel]: index of the source in its plane; −1 if it is outside.</summary>
    private readonly int[] _sources;

    /// <summary>[position, chunk]: start of the chunk's window in a plane; −1 if the sources don't fit into a window.</summary>
    private readonly int[] _windows;

    /// <summary>[position, pixel]: index of the source in the chunk's window.</summary>
    private readonly int[] _picks;

    /// <param name="correlation">without a border</param>
    /// <param name="positions">the distinct positions that taps read</param>
    public SmallPlanes(Correlation correlation, (int Y, int X)[] positions)
    {
        var c = _correlation = correlation;
        _positions = positions.Length;
        Pixels = c.Rows * c.Columns;
        IsShift = c is { StrideY: 1, StrideX: 1 } && (c.Rows, c.Columns) == (c.InH, c.InW);
        _masks = GC.AllocateArray<int>(_positions * Pitch, pinned: true);
        _sources = GC.AllocateArray<int>(_positions * Pitch, pinned: true);
        _picks = GC.AllocateArray<int>(_positions * Pitch, pinned: true);
        _windows = GC.AllocateArray<int>(_positions * Pitch / Chunk, pinned: true);
        for (var position = 0; position < _positions; position++)
        {
            var masks = _masks.AsSpan(position * Pitch, Pitch);
            var sources = _sources.AsSpan(position * Pitch, Pitch);
            sources.Fill(-1);
            for (var pixel = 0; pixel < Pixels; pixel++)
            {
                var y = (pixel / c.Columns * c.StrideY) + positions[position].Y;
                var x = (pixel % c.Columns * c.StrideX) + positions[position].X;
                if ((uint)y < (uint)c.InH && (uint)x < (uint)c.InW)
                {
                    (masks[pixel], sources[pixel]) = (-1, (y * c.InW) + x);
                }
            }

            for (var chunk = 0; chunk < Pitch; chunk += Chunk)
            {
                var seen = sources.Slice(chunk, Chunk).ToArray().Where(s => s >= 0).DefaultIfEmpty(0).ToArray();
                var first = seen.Min();
                _windows[((position * Pitch) + chunk) / Chunk] = seen.Max() - first < Window ? first : -1;
                for (var i = chunk; i < chunk + Chunk; i++)
                {
                    _picks[(position * Pitch) + i] = Math.Max(sources[i] - first, 0);
                }
            }
        }

        Shifts = [.. positions.Select(position => (position.Y * c.InW) + position.X)];
    }

    /// <summary>Pixels of an output plane.</summary>
    private int Pixels { get; }

    /// <summary>Whether each pixel's source has the pixel's own index plus a constant shift.</summary>
    private bool IsShift { get; }

    /// <summary>The shift at each position.</summary>
    private int[] Shifts { get; }

    /// <summary>Table entries per position.</summary>
    private int Pitch => CorrelationPlan.RoundUp(Pixels, Chunk) + Lanes.Count;

    /// <summary>Copies the sources of some pixels at a position; pixels are numbered across images.</summary>
    /// <param name="position">index of the position</param>
    /// <param name="input">the first channel in the first image</param>
    /// <param name="channel">the channel to read</param>
    /// <param name="first">the first pixel</param>
    /// <param name="count">number of pixels</param>
    /// <param name="to">destination</param>
    public void Fill(int position, float* input, int channel, int first, int count, float* to)
    {
        var plane = (nint)_correlation.InH * _correlation.InW;
        var (image, pixel) = Math.DivRem(first, Pixels);
        var copy = new PlaneCopy
        {
            From = input + ((((nint)image * _correlation.InputPlanes) + channel) * plane),
            Next = _correlation.InputPlanes * plane, Pixel = pixel, Count = count, To = to, Lowest = input,
            End = input + (((((nint)_correlation.Images - 1) * _correlation.InputPlanes) + _correlation.Channels) * plane),
        };
        fixed (int* masks = &_masks[position * Pitch], sources = &_sources[position * Pitch], picks = &_picks[position * Pitch])
        fixed (int* windows = &_windows[position * Pitch / Chunk])
        {
            if (IsShift)
            {
                Shift(masks, Shifts[position], Pixels, copy);
            }
            else
            {
                Pick(masks, sources, windows, picks, Pixels, copy);
            }
        }
    }

    /// <summary>Copies whole vectors, with lanes masked where the source is outside the plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shift(int* masks, int shift, int pixels, in PlaneCopy copy)
    {
        float* from = copy.From, to = copy.To, lowest = copy.Lowest, end = copy.End;
        var (pixel, next) = (copy.Pixel, copy.Next);
        for (var last = to + copy.Count; to < last; from += next, pixel = 0)
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

            // The last vector of a plane extends into the next plane's destination.
            to -= pixel - stop;
        }
    }

    /// <summary>Picks eight pixels at a time out of two vectors where the processor can; else one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick(int* masks, int* sources, int* windows, int* picks, int pixels, in PlaneCopy copy)
    {
        float* from = copy.From, to = copy.To, end = copy.End;
        var (pixel, next) = (copy.Pixel, copy.Next);
        for (var last = to + copy.Count; to < last; from += next, pixel = 0)
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

    /// <summary>Picks eight elements of a window. Needs <see cref="Avx2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Picked(float* window, Vector256<int> picks)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.PermuteVar16x32x2(
                Vector512.Load(window), picks.ToVector512Unsafe(), Vector512.Load(window + Lanes.Count)).GetLower();
        }

        // A permutation picks from eight; bits 3 and 4 select which eight of the four, shifted to the sign bit that a blend tests.
        var isOdd = (picks << 28).AsSingle();
        var lower = Avx.BlendVariable(
            Avx2.PermuteVar8x32(Vector256.Load(window), picks), Avx2.PermuteVar8x32(Vector256.Load(window + 8), picks), isOdd);
        var upper = Avx.BlendVariable(
            Avx2.PermuteVar8x32(Vector256.Load(window + 16), picks), Avx2.PermuteVar8x32(Vector256.Load(window + 24), picks), isOdd);
        return Avx.BlendVariable(lower, upper, (picks << 27).AsSingle());
    }

    /// <summary>Pixels of one channel, across images, that are copied to a destination.</summary>
    private struct PlaneCopy
    {
        /// <summary>The plane of the first image that is read.</summary>
        public float* From;

        /// <summary>Distance to the plane of the next image.</summary>
        public nint Next;

        /// <summary>The first pixel, in its plane.</summary>
        public int Pixel;

        /// <summary>Number of pixels.</summary>
        public int Count;

        public float* To;

        /// <summary>The first float of the input.</summary>
        public float* Lowest;

        /// <summary>The end of the input.</summary>
        public float* End;
    }
}
