namespace IlgpuGan.Models.Networks;

/// <summary>How a generator halves and doubles the sides of its maps.</summary>
public enum ScalingKind
{
    /// <summary>Convolutions and transposed convolutions of stride 2, as the reference.</summary>
    Strided,

    /// <summary>Convolutions of stride 2; nearest-neighbour upsampling and a convolution: no checkerboard artifacts.</summary>
    Upsample,

    /// <summary>
    /// Convolutions of stride 1 alone: a blur with stride 2 after them halves, bilinear upsampling before them doubles (Zhang 2019, "Making
    /// convolutional networks shift-invariant again"). Neither makes checkerboard artifacts, nor do maps depend on where a pixel falls in a
    /// grid.
    /// </summary>
    Antialias,

    /// <summary>
    /// As <see cref="Antialias"/>, with layer norms in the decoder, as MUNIT's (Huang et al. 2018). An instance norm gives every map the
    /// same variance: a map that has little to say puts all of it into one spot, which without a grid shows as a dark droplet.
    /// </summary>
    Smooth,

    /// <summary>
    /// As <see cref="Smooth"/>, for paintings: without norms in the encoder, which take a flat sky's colour away, within a border of
    /// reflection that is cut off again, and with noise where a photograph is smooth. Not made by training, but by folding the encoder's
    /// norms of a smooth one into its convolutions.
    /// </summary>
    Painting,
}

/// <summary>Layers of <see cref="ScalingKind.Antialias"/> and <see cref="ScalingKind.Smooth"/>, with neither weights nor keys.</summary>
internal static class Antialiasing
{
    private static readonly float[] s_binomial = [1, 2, 1];

    /// <summary>A blur by [1, 2, 1] along rows and columns, with reflection padding, and every second pixel of it.</summary>
    public static Layer Halving() => new Blur(s_binomial, down: 2);

    /// <summary>
    /// Twice the sides, between the centres of pixels: the numbers of CUT's transposed convolution by the fixed filter [1, 3, 3, 1].
    /// </summary>
    public static Layer Doubling() => new Upsample(2, UpsampleMode.Bilinear);
}
