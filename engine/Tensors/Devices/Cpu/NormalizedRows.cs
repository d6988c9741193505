namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A norm's moments and coefficients, by group and by block of channels. Coefficients come from the moments that are in memory, rounded to
/// float32, whether a task has just set them or an earlier call did: so fused and single calls have the same bits.
/// </summary>
internal readonly unsafe struct NormalizedRows(Normalization norm, NormPlan plan, float slope)
{
    public NormPlan Plan => plan;

    public DeviceSpan X => norm.X;

    public DeviceSpan Mean => norm.Mean;

    public DeviceSpan Variance => norm.Variance;

    public void SetMoments(int group, (float Mean, float Variance) moments) =>
        (norm.Mean.Pointer()[group], norm.Variance.Pointer()[group]) = moments;

    public NormRow Row(int group) => NormGroups.Row(
        norm.Mean.Pointer()[group], norm.Variance.Pointer()[group], norm.Weight, norm.Bias, plan.Channel(group), norm.Epsilon, slope);

    /// <summary>
    /// The coefficients of a block's channels, for each of their columns; zeros in the columns that round the block up to whole vectors,
    /// which are computed with but not stored.
    /// </summary>
    /// <param name="block">the channels</param>
    /// <param name="memory">three times the block's width, which the result points into</param>
    public ColumnCoefficients Columns(in ColumnBlock block, float* memory)
    {
        var columns = new ColumnCoefficients
        {
            Mean = memory, Scale = memory + block.Width, Shift = memory + (2L * block.Width), Slope = slope,
        };
        new Span<float>(memory, 3 * block.Width).Clear();
        for (var channel = 0; channel < block.Count; channel++)
        {
            var row = Row(block.First + channel);
            block.Fill(columns.Mean, channel, row.Mean);
            block.Fill(columns.Scale, channel, row.Scale);
            block.Fill(columns.Shift, channel, row.Shift);
        }

        return columns;
    }

    /// <param name="partials">of all groups, by group and part; those of this group must be complete</param>
    /// <param name="group">the group</param>
    public (float Dy, float X, float Term) GradientFactors(GradientSums* partials, int group) => NormGroups.GradientFactors(
        NormGroups.Join(partials, plan, group), norm.Variance.Pointer()[group], norm.Weight, plan.Channel(group), plan.GroupSize,
        norm.Epsilon);
}
