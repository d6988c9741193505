namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Statistics and coefficients of a normalisation group from sums over its parts, for the plain and the fused kernels.</summary>
internal static unsafe class NormGroups
{
    /// <summary>
    /// Mean and Σ (x − mean)² of a part, in one pass over deviations from the mean of a sample: there is no large cancellation as long as
    /// that lies within two standard deviations of the mean. Otherwise in a second pass around the mean just found.
    /// </summary>
    public static (double Mean, double Squares) PartMoments(float* x, in NormPlan plan, int group, int part)
    {
        double count = plan.PartSize(part);
        var runs = plan.Runs(part);
        _ = runs.MoveNext();
        var centre = NormRows.Sample(x + plan.Start(group, runs), runs.Count);
        var (mean, squares) = MomentsAround(centre, x, plan, group, part);
        var (offset, variance) = (mean - centre, squares / count);
        return offset * offset > 4 * variance ? MomentsAround((float)mean, x, plan, group, part) : (mean, squares);
    }

    private static (double Mean, double Squares) MomentsAround(float centre, float* x, in NormPlan plan, int group, int part)
    {
        double count = plan.PartSize(part);
        var (deviations, squares) = (0.0, 0.0);
        for (var runs = plan.Runs(part); runs.MoveNext();)
        {
            var (deviation, square) = NormRows.Deviations(x + plan.Start(group, runs), runs.Count, centre);
            deviations += deviation;
            squares += square;
        }

        return (centre + (deviations / count), squares - (deviations * deviations / count));
    }

    /// <summary>Mean and variance of a group from those of its parts, joined in order (Chan, Golub and LeVeque 1979).</summary>
    /// <param name="partial">mean and Σ (x − mean)² of each part</param>
    public static (float Mean, float Variance) Join(double* partial, in NormPlan plan)
    {
        var (average, deviations) = (partial[0], partial[1]);
        double seen = plan.PartSize(0);
        for (var part = 1; part < plan.Parts; part++)
        {
            double more = plan.PartSize(part);
            var difference = partial[2 * part] - average;
            var total = seen + more;
            average += difference * more / total;
            deviations += partial[(2 * part) + 1] + (difference * difference * seen * more / total);
            seen = total;
        }

        return ((float)average, (float)(deviations / seen));
    }

    /// <summary>Sums of a group: those of its parts, added in order.</summary>
    public static GradientSums Join(GradientSums* partials, in NormPlan plan, int group)
    {
        var first = (long)group * plan.Parts;
        var sums = partials[first];
        for (var part = 1; part < plan.Parts; part++)
        {
            sums.Gradient += partials[first + part].Gradient;
            sums.Product += partials[first + part].Product;
            sums.Deviation += partials[first + part].Deviation;
        }

        return sums;
    }

    /// <summary>1 / √(variance + ε).</summary>
    public static double InverseDeviation(float variance, float epsilon) => 1 / Math.Sqrt((double)variance + epsilon);

    /// <summary>Coefficients of a row's normalisation.</summary>
    public static NormRow Row(float mean, float variance, DeviceSpan? weight, DeviceSpan? bias, int channel, float epsilon, float slope = 0)
    {
        var scale = InverseDeviation(variance, epsilon) * (weight is { } w ? w.Pointer()[channel] : 1);
        return new NormRow(mean, (float)scale, bias is { } b ? b.Pointer()[channel] : 0, slope);
    }

    /// <summary>
    /// Coefficients of dx = w·r · (dy − Σdy/m − (x − mean) · r² · Σdy·(x − mean)/m) with r = 1/√(variance + ε) and m elements in a group
    /// (mean and variance depend on every x): the factors of dy and of x − mean, and the constant term.
    /// </summary>
    public static (float Dy, float X, float Term) GradientFactors(
        in GradientSums sums, float variance, DeviceSpan? weight, int channel, long groupSize, float epsilon)
    {
        var r = InverseDeviation(variance, epsilon);
        var scale = r * (weight is { } w ? w.Pointer()[channel] : 1);
        return (
            (float)scale, (float)(-scale * r * r * sums.CentredProduct(groupSize) / groupSize),
            (float)(-scale * sums.Gradient / groupSize));
    }
}
