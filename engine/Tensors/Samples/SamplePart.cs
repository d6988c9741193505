namespace IlgpuGan.Tensors.Samples;

/// <summary>A run of a step's samples that a network normalises separately from the others.</summary>
/// <param name="First">index of its first sample in the batch</param>
/// <param name="Count">number of samples, at least 1</param>
internal readonly record struct SamplePart(int First, int Count)
{
    /// <summary>Whether a sample belongs to the part.</summary>
    public bool Has(int sample) => sample >= First && sample < First + Count;

    /// <summary>
    /// The weight of a sample that makes a mean over all samples of the step the mean over this part: 0 outside of it.
    /// </summary>
    /// <param name="sample">index in the batch</param>
    /// <param name="total">number of samples of the step</param>
    public float WeightOf(int sample, int total) => Has(sample) ? (float)total / Count : 0;
}
