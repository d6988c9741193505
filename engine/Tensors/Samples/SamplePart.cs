namespace IlgpuGan.Tensors.Samples;

/// <summary>Some of a step's samples, which a network is shown apart from the others.</summary>
/// <param name="First">of them, by its number in the batch</param>
/// <param name="Count">how many, at least 1</param>
public readonly record struct SamplePart(int First, int Count)
{
    /// <summary>Whether a sample is one of them.</summary>
    public bool Has(int sample) => sample >= First && sample < First + Count;

    /// <summary>
    /// What a sample counts in the mean over all of the step's, so that this is the mean over the part: 0 where it is none of it.
    /// </summary>
    /// <param name="sample">its number in the batch</param>
    /// <param name="total">samples of the step</param>
    public float WeightOf(int sample, int total) => Has(sample) ? (float)total / Count : 0;
}
