using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Sums of a group: Σ dy, and Σ dy · (x − mean) · r with r = 1/√(variance + ε), both multiplied by <see cref="NormLayout.Unit"/>.
/// </summary>
internal readonly record struct NormGradientSums(float Gradient, float Normalized)
{
    /// <summary>
    /// From Σ dy and Σ dy · (x − mean), in the unit, and Σ (x − mean), by which the second sum is corrected for the mean's rounding.
    /// </summary>
    public static NormGradientSums Corrected(float gradient, float product, float deviation, float variance, NormTailShape g) => new(
        gradient, (product - (gradient / g.Groups.GroupElements * deviation)) / MathF.Sqrt(variance + g.Epsilon));

    /// <summary>Writes a part's Σ dy, Σ dy · (x − mean) and Σ (x − mean), as [3, part, group].</summary>
    public static void Write(
        ArrayView<float> sums, NormTailShape g, int group, int part, (Compensated Gradient, Compensated Product, Compensated Deviation) of)
    {
        var place = (part * g.Groups.Groups) + group;
        var all = g.Groups.Parts * g.Groups.Groups;
        sums[place] = of.Gradient.Value;
        sums[all + place] = of.Product.Value;
        sums[(2 * all) + place] = of.Deviation.Value;
    }

    /// <summary>The sums of a group, joined in order from what <see cref="Write"/> wrote of its parts.</summary>
    public static NormGradientSums Joined(ArrayView<float> sums, float variance, NormTailShape g, int group)
    {
        var all = g.Groups.Parts * g.Groups.Groups;
        var gradient = default(Compensated);
        var product = default(Compensated);
        var deviation = default(Compensated);
        for (var part = 0; part < g.Groups.Parts; part++)
        {
            var place = (part * g.Groups.Groups) + group;
            gradient = gradient.Add(sums[place]);
            product = product.Add(sums[all + place]);
            deviation = deviation.Add(sums[(2 * all) + place]);
        }

        return Corrected(gradient.Value, product.Value, deviation.Value, variance, g);
    }
}
