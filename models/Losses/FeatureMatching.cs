namespace IlgpuGan.Models.Losses;

/// <summary>
/// How far what a discriminator sees in a fake is from what it sees in the real picture (Wang et al. 2018, "High-resolution image synthesis
/// and semantic manipulation with conditional GANs", section 3.3).
/// </summary>
public static class FeatureMatching
{
    /// <summary>Σ over discriminators and over their layers but the last, which are the scores, of mean |fake − real|.</summary>
    /// <param name="fake">of each discriminator what each of its layers makes of the fake, [N, C, H, W]</param>
    /// <param name="real">the same of the real picture; constants</param>
    public static Tensor Of(IReadOnlyList<IReadOnlyList<Tensor>> fake, IReadOnlyList<IReadOnlyList<Tensor>> real) =>
        fake.Zip(real, (ofFake, ofReal) => ofFake.Zip(ofReal).SkipLast(1).Select(pair => Distance(pair.First, pair.Second)))
            .SelectMany(distances => distances)
            .Aggregate((sum, distance) => sum + distance);

    private static Tensor Distance(Tensor fake, Tensor real)
    {
        using var constant = real.Detach();
        return fake.L1Loss(constant);
    }
}
