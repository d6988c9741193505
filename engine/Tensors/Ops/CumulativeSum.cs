namespace IlgpuGan.Tensors.Ops;

// A scan by doubling (Hillis and Steele 1986): after k rounds each element is the sum of the last 2ᵏ elements up to it. All devices add in
// the same order.
public static partial class TensorOps
{
    /// <summary>y[…, k, …] = Σ x[…, j, …] over j ≤ k, along a dimension.</summary>
    /// <param name="x">of any shape</param>
    /// <param name="axis">the dimension, a negative one counted from the end</param>
    /// <param name="exclusive">leave out element k itself: j &lt; k</param>
    /// <param name="reverse">sum from the end: j ≥ k, or j &gt; k</param>
    public static Tensor CumulativeSum(this Tensor x, int axis, bool exclusive = false, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var along = x.Shape.Axis("cumulative_sum", axis);
        var extent = x.Shape[along];
        var sums = exclusive ? x.Shifted(along, 1, reverse) : x.Whole();
        for (var distance = 1L; distance < extent; distance *= 2)
        {
            using var shorter = sums;
            using var shifted = shorter.Shifted(along, (int)distance, reverse);
            sums = shorter.Add(shifted);
        }

        return sums;
    }

    /// <summary>Shifts the elements along a dimension and fills up with zeros.</summary>
    private static Tensor Shifted(this Tensor x, int axis, int distance, bool towardsStart)
    {
        var extent = x.Shape[axis];
        if (distance >= extent)
        {
            return Tensor.Zeros(x.Shape, x.Device);
        }

        using var zeros = Tensor.Zeros(x.Shape.With(axis, distance), x.Device);
        using var kept = x.Slice(axis, towardsStart ? distance : 0, extent - distance);
        return towardsStart ? Concat(axis, kept, zeros) : Concat(axis, zeros, kept);
    }
}
