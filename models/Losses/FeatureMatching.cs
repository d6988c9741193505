namespace IlgpuGan.Models.Losses;

/// <summary>
/// Feature matching: the distance between a discriminator's features of a fake and of the real picture (Wang et al. 2018, "High-resolution
/// image synthesis and semantic manipulation with conditional GANs", section 3.3).
/// </summary>
public static class FeatureMatching
{
    /// <summary>Σ over discriminators and their layers of mean |fake − real|, without the last layers, which are the scores.</summary>
    /// <param name="fake">the outputs [N, C, H, W] of each layer of each discriminator for the fake</param>
    /// <param name="real">the same for the real picture; no gradient flows into them</param>
    public static Tensor Of(IReadOnlyList<IReadOnlyList<Tensor>> fake, IReadOnlyList<IReadOnlyList<Tensor>> real) =>
        fake.Zip(real, (ofFake, ofReal) => ofFake.Zip(ofReal).SkipLast(1).Select(pair => pair.First.L1Loss(pair.Second.Detach())))
            .SelectMany(distances => distances)
            .Aggregate((sum, distance) => sum + distance);
}
