using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>
/// Reductions. Partial results are written as [part, output], first all <see cref="Compensated.High"/>, then all
/// <see cref="Compensated.Low"/>; with only one part, the result itself. Where groups of threads are counted
/// (<see cref="ArrivalCounters"/>), the last group of an output joins its parts and writes y; elsewhere <see cref="JoinParts"/> does. The
/// numbers of a mean are scaled down before they are added (<see cref="UnitOf"/>).
/// </summary>
internal static class ReduceKernels
{
    /// <summary>Bits of a float32's exponent; its mantissa lies below, its sign above, which a scale does not have.</summary>
    private const uint Exponent = 0x7F800000;

    /// <summary>The bits of 1.</summary>
    private const uint One = 0x3F800000;

    /// <summary>A group for each output (grid X) and part (grid Y): for long runs of neighbouring elements.</summary>
    public static void ByGroup<TReducer>(
        ArrayView<float> x, ArrayView<float> results, ArrayView<float> y, ArrayView<int> counters, ReduceGeometry g, float scale)
        where TReducer : struct, ICompensatedReducer
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var end = Math.Min((Grid.IdxY + 1) * g.PerPart, g.Reduced);
        var unit = UnitOf(scale);
        var sum = TReducer.Identity;
        for (var i = (Grid.IdxY * g.PerPart) + Group.IdxX; i < end; i += Group.DimX)
        {
            sum = TReducer.Join(sum, new Compensated(x[g.Place(Grid.IdxX, i)] * unit, 0));
        }

        sum = GroupTree.Join<TReducer>(sum, shared);
        if (Group.IdxX == 0)
        {
            Write(results, g, Grid.IdxX, Grid.IdxY, sum, scale);
        }

        if (ArrivalCounters.AreCounted(counters) && ArrivalCounters.IsLast(counters, Grid.IdxX, g.Parts) && Group.IdxX == 0)
        {
            y[Grid.IdxX] = Joined<TReducer>(results, g.Outputs, Grid.IdxX, g.Parts) * RestOf(scale);
        }
    }

    /// <summary>
    /// A thread for each output and part: for few elements an output, or where neighbouring elements belong to neighbouring outputs.
    /// </summary>
    public static void ByThread<TReducer>(
        ArrayView<float> x, ArrayView<float> results, ArrayView<float> y, ArrayView<int> counters, ReduceGeometry g, float scale)
        where TReducer : struct, ICompensatedReducer
    {
        var output = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (output < g.Outputs)
        {
            var end = Math.Min((Grid.IdxY + 1) * g.PerPart, g.Reduced);
            var unit = UnitOf(scale);
            var sum = TReducer.Identity;
            for (var i = Grid.IdxY * g.PerPart; i < end; i++)
            {
                sum = TReducer.Join(sum, new Compensated(x[g.Place(output, i)] * unit, 0));
            }

            Write(results, g, output, Grid.IdxY, sum, scale);
        }

        if (ArrivalCounters.AreCounted(counters) && ArrivalCounters.IsLast(counters, Grid.IdxX, g.Parts) && output < g.Outputs)
        {
            y[output] = Joined<TReducer>(results, g.Outputs, output, g.Parts) * RestOf(scale);
        }
    }

    /// <summary>Joins the parts of each output in order; a thread for each output.</summary>
    public static void JoinParts<TReducer>(ArrayView<float> partials, ArrayView<float> y, int parts, float scale)
        where TReducer : struct, ICompensatedReducer
    {
        var output = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (output < y.IntLength)
        {
            y[output] = Joined<TReducer>(partials, y.IntLength, output, parts) * RestOf(scale);
        }
    }

    /// <summary>
    /// The power of two in a scale, which is above 0 and at most 1. A mean's numbers are multiplied by it before they are added, since
    /// their sum may exceed float32; no bit changes thereby, but of numbers near the smallest one. A sum's unit is 1.
    /// </summary>
    public static float UnitOf(float scale) => Interop.IntAsFloat(Interop.FloatAsInt(scale) & Exponent);

    /// <summary>What is left of a scale without its <see cref="UnitOf"/>: from 1 to below 2.</summary>
    public static float RestOf(float scale) => Interop.IntAsFloat((Interop.FloatAsInt(scale) & ~Exponent) | One);

    /// <summary>The parts of an output, joined in order.</summary>
    private static float Joined<TReducer>(ArrayView<float> partials, int outputs, int output, int parts)
        where TReducer : struct, ICompensatedReducer
    {
        var sum = TReducer.Identity;
        for (var part = 0; part < parts; part++)
        {
            var place = (part * outputs) + output;
            sum = TReducer.Join(sum, new Compensated(partials[place], partials[(parts * outputs) + place]));
        }

        return sum.Value;
    }

    private static void Write(ArrayView<float> results, ReduceGeometry g, int output, int part, Compensated sum, float scale)
    {
        if (g.Parts == 1)
        {
            results[output] = sum.Value * RestOf(scale);
            return;
        }

        var place = (part * g.Outputs) + output;
        results[place] = sum.High;
        results[(g.Parts * g.Outputs) + place] = sum.Low;
    }
}
