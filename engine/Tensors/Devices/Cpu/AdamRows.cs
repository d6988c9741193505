using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Adam's update of a contiguous run of weights.</summary>
internal static unsafe class AdamRows
{
    /// <summary>Updates <paramref name="count"/> weights and their moments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(float* weight, float* gradient, float* first, float* second, long count, in AdamCoefficients c)
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var (w, m, v) = Update(
                Vector512.Load(weight + i), Vector512.Load(gradient + i), Vector512.Load(first + i), Vector512.Load(second + i), c);
            w.Store(weight + i);
            m.Store(first + i);
            v.Store(second + i);
        }

        if (i < count)
        {
            var rest = count - i;
            var (w, m, v) = Update(
                Lanes.Load(weight + i, rest), Lanes.Load(gradient + i, rest), Lanes.Load(first + i, rest), Lanes.Load(second + i, rest), c);
            Lanes.Store(w, weight + i, rest);
            Lanes.Store(m, first + i, rest);
            Lanes.Store(v, second + i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> W, Vector512<float> M, Vector512<float> V) Update(
        Vector512<float> w, Vector512<float> g, Vector512<float> m, Vector512<float> v, in AdamCoefficients c)
    {
        g = Lanes.MultiplyAdd(Vector512.Create(c.WeightDecay), w, g);
        m = Lanes.MultiplyAdd(Vector512.Create(c.OneMinusBeta1), g, m * c.Beta1);
        v = Lanes.MultiplyAdd(Vector512.Create(c.OneMinusBeta2) * g, g, v * c.Beta2);
        var denominator = Lanes.MultiplyAdd(Vector512.Sqrt(v), Vector512.Create(c.InverseRootCorrection), Vector512.Create(c.Epsilon));
        return ((w * c.WeightKept) - (m * c.StepSize / denominator), m, v);
    }
}

/// <summary>A parameter with its Adam coefficients, for a kernel that computes its gradient piece by piece.</summary>
internal readonly unsafe struct AdamTarget(AdamSlot slot, AdamCoefficients coefficients)
{
    /// <summary>Updates the weights from <paramref name="start"/> on.</summary>
    public void Update(nint start, float* gradient, long count) => AdamRows.Update(
        slot.Weight.Pointer() + start, gradient, slot.FirstMoment.Pointer() + start, slot.SecondMoment.Pointer() + start, count,
        coefficients);
}
