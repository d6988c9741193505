using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The batch of a step, for losses over parts of it. Without split samples, parts are slices of the batch. With split samples, each sample
/// runs through all networks, and its losses have a weight in the parts that contain it, 0 in the others.
/// </summary>
/// <param name="Count">number of samples of the whole batch</param>
/// <param name="Sample">with split samples, the sample's index; else null</param>
/// <param name="Samples">with split samples, all of them; else null</param>
internal readonly record struct BatchView(int Count, int? Sample, SampleReduction? Samples)
{
    public SamplePart All => new(0, Count);

    /// <summary>The first samples of the batch, at most this many.</summary>
    public SamplePart First(int most) => new(0, Math.Min(most, Count));

    /// <summary>Until disposed, norms use the statistics of a part.</summary>
    public IDisposable? NormScope(SamplePart part) => Samples?.NormalizeOver(part);

    /// <summary>A part of rows [N, …]; with split samples, the sample's own row.</summary>
    public Tensor Of(SamplePart part, Tensor rows) =>
        Sample is not null || part.Count == rows.Shape[0] ? rows.Share() : rows.Slice(0, part.First, part.Count);

    /// <summary>Two parts, concatenated; null if the sample is in neither.</summary>
    public Tensor? Both(SamplePart first, Tensor ofFirst, SamplePart second, Tensor ofSecond)
    {
        if (Sample is not { } sample)
        {
            return TensorOps.Concat(0, Of(first, ofFirst), Of(second, ofSecond));
        }

        return (first.Has(sample), second.Has(sample)) switch
        {
            (true, true) => TensorOps.Concat(0, ofFirst, ofSecond),
            (true, false) => ofFirst.Share(),
            (false, true) => ofSecond.Share(),
            _ => null,
        };
    }

    /// <summary>The sample's weight in the mean over a part.</summary>
    public float WeightOf(SamplePart part) => Sample is { } sample ? part.WeightOf(sample, Count) : 1;

    /// <summary>The weight of the sample's own mean in the mean over two parts.</summary>
    public float WeightOfBoth(SamplePart first, SamplePart second) => Sample is { } sample
        ? (float)Count * ((first.Has(sample) ? 1 : 0) + (second.Has(sample) ? 1 : 0)) / (first.Count + second.Count)
        : 1;

    public Tensor Cost(Tensor mean, float weight) => Sample is null ? mean : mean * weight;

    /// <summary>Rows [N, …] of the whole batch; with split samples, those that each makes of its own. Differentiable.</summary>
    public Tensor Rows(Tensor rows, Func<Tensor, Tensor> ofSample) =>
        Samples?.MeanOfRows(ofSample(rows) * Count, Sample!.Value, Count) ?? rows;

    /// <summary>Features [N, C, H, W] with their channel of <see cref="TensorOps.MinibatchDeviation"/> over the whole batch.</summary>
    /// <param name="features">of the batch, or of the sample</param>
    /// <param name="groupOf">number of samples that are compared with each other, of as many</param>
    /// <param name="epsilon">added to the variance</param>
    public Tensor MinibatchDeviation(Tensor features, Func<int, int> groupOf, float epsilon) =>
        Samples?.MinibatchDeviation(features, Sample!.Value, groupOf(Count), epsilon)
        ?? features.MinibatchDeviation(groupOf(features.Shape[0]), epsilon);

    /// <summary>With split samples: the data of another sample of the step.</summary>
    /// <param name="own">this sample's data, without gradients and of the same shape for all</param>
    /// <param name="from">for each index in the batch, the index of the sample whose data it gets</param>
    public Tensor Exchange(Tensor own, Func<int, int> from) =>
        Samples!.Exchange(own, all => [.. Enumerable.Range(0, all.Count).Select(number => all[from(number)])]);
}
