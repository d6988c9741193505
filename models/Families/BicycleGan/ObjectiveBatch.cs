namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>The samples of one objective.</summary>
/// <param name="A">inputs to translate</param>
/// <param name="RealA">inputs of the real pairs for the objective's discriminator</param>
/// <param name="RealB">targets of these pairs; in the first objective those of <paramref name="A"/></param>
/// <param name="Weight">of the objective's losses</param>
internal sealed record ObjectiveBatch(Tensor A, Tensor RealA, Tensor RealB, float Weight)
{
    public static ObjectiveBatch Whole(Batch batch) => new(batch.A, batch.A, batch.B, Weight: 1);

    /// <summary>
    /// The samples of each objective. The inputs of a batch's first half are used by both objectives; the second half has the real samples
    /// of the second discriminator; the middle sample of an odd batch is in both halves.
    /// </summary>
    /// <remarks>
    /// With split samples, one of the first half computes the first objective, and its partner in the second half computes the second one
    /// with the first sample's input: each has half of the work, and the means are those of the batch.
    /// </remarks>
    public static (ObjectiveBatch? TowardsTarget, ObjectiveBatch? FromRandom) Halves(Batch batch, BatchView view)
    {
        var half = (view.Count + 1) / 2;
        var rest = view.Count - half;
        if (view.Sample is not { } number)
        {
            var (a, b) = (batch.A.Slice(0, 0, half), batch.B.Slice(0, 0, half));
            return (
                new ObjectiveBatch(a, a, b, Weight: 1),
                new ObjectiveBatch(a, batch.A.Slice(0, rest, half), batch.B.Slice(0, rest, half), Weight: 1));
        }

        var partners = view.Exchange(batch.A, sample => sample < rest ? sample : sample - rest);
        var whole = Whole(batch) with { Weight = view.Count / (float)half }; // Makes means over all samples those over half of them.
        return (number < half ? whole : null, number >= rest ? whole with { A = partners } : null);
    }
}
