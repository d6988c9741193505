namespace IlgpuGan.Models.Data;

/// <summary>The fields of a sample, which are those of all samples of its set.</summary>
/// <param name="Owner">the sample's name</param>
/// <param name="Names">of the fields, in order</param>
internal sealed record SampleFields(string Owner, IReadOnlyList<string> Names)
{
    public static SampleFields Of(Sample sample) => new(sample.Name, [.. sample.Fields.Select(field => field.Name)]);

    /// <summary>Requires that another sample of the set has these fields, in this order.</summary>
    /// <exception cref="PictureException">it has others</exception>
    public void Require(SampleFields other)
    {
        if (!Names.SequenceEqual(other.Names))
        {
            throw new PictureException(
                $"{other.Owner}: has the fields {string.Join(", ", other.Names)}, but {Owner} has {string.Join(", ", Names)}; give all " +
                    "samples of a set the same fields, in the same order");
        }
    }
}
