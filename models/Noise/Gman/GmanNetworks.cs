using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>GMAN's networks (Durugkar et al. 2016, appendix): transposed convolutions, and convolutions of 3×3 with dropout.</summary>
internal static class GmanNetworks
{
    private const float Epsilon = 1e-3f;

    /// <summary>Codes [N, Nz] to pictures [N, C, S, S] in (−1, 1).</summary>
    public static VectorToPicture Generator(GmanOptions o)
    {
        // TensorFlow's SAME with stride 4 and a 3×3 kernel: no input reaches the last row and column, which get only the bias.
        var layers = new Sequential(
            new ConvTranspose2d(o.Nz, o.Width, 3, GmanOptions.FirstSide, outputPadding: 1), new BatchNorm2d(o.Width, epsilon: Epsilon),
            new Relu());
        var inside = o.Width;
        for (var level = 1; level < o.Doublings; level++, inside /= 2)
        {
            layers.AppendAll(Doubling(inside, inside / 2), new BatchNorm2d(inside / 2, epsilon: Epsilon), new Relu());
        }

        return new VectorToPicture("main", layers.AppendAll(Doubling(inside, o.OutputNc), new Tanh()), before: new Reshape(o.Nz, 1, 1));
    }

    /// <summary>Pictures [N, C, S, S] to raw scores [N, 1].</summary>
    /// <param name="o">widths and sides</param>
    /// <param name="number">index of the discriminator, from 0; they differ in their dropout rates</param>
    public static PictureDiscriminator Discriminator(GmanOptions o, int number)
    {
        var (layers, inside) = (new Sequential(), o.OutputNc);
        for (var level = o.Doublings - 1; level >= 0; level--)
        {
            var width = o.Width >> level;
            layers.AppendAll(level > 0 ? Halving(inside, width) : new Conv2d(inside, width, 3, 1, 1), new LeakyRelu());
            if (level > 0 && o.Dropout)
            {
                layers.Append(new Dropout(o.DropoutOf(number)));
            }

            inside = width;
        }

        return new ConvolutionalDiscriminator(
            layers.AppendAll(new Flatten(), new Linear(o.Width * GmanOptions.LastSide * GmanOptions.LastSide, 1)));
    }

    /// <summary>SAME for stride 2 and a 5×5 kernel: of the three excess rows, one is cropped at the top and two at the bottom.</summary>
    private static ConvTranspose2d Doubling(int inside, int outside) => new(inside, outside, 5, 2, new Margins(1, 2, 1, 2));

    /// <summary>SAME: for even sides it pads only at the bottom and right.</summary>
    private static Conv2d Halving(int inside, int outside) => new(inside, outside, 3, 2, new Margins(0, 1, 0, 1));
}
