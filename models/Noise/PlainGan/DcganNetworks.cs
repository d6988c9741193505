using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>DCGAN's networks (Radford et al. 2015, section 3) for pictures of any side that is a power of two.</summary>
public static class DcganNetworks
{
    /// <summary>Side at which upsampling starts and downsampling ends.</summary>
    private const int Seed = 4;

    /// <summary>
    /// [N, numbers, 1, 1] to pictures [N, channels, side, side] in (−1, 1): transposed convolutions, each with twice the channels of the
    /// next.
    /// </summary>
    /// <param name="numbers">length of the latent code, plus that of the label if there is one</param>
    /// <param name="width">channels of the last hidden layer</param>
    /// <param name="side">side of the pictures in pixels, 8 or more</param>
    /// <param name="channels">channels of the pictures</param>
    public static Sequential Generator(int numbers, int width, int side, int channels = 3)
    {
        var layers = new Sequential();
        var inside = numbers;
        for (var level = int.Log2(side / Seed) - 1; level >= 0; level--)
        {
            var (outside, isFirst) = (width << level, layers.Count == 0);
            layers.AppendAll(
                new ConvTranspose2d(inside, outside, Seed, isFirst ? 1 : 2, isFirst ? 0 : 1, bias: false), new BatchNorm2d(outside),
                    new Relu());
            inside = outside;
        }

        return layers.AppendAll(new ConvTranspose2d(inside, channels, Seed, 2, 1), new Tanh());
    }

    /// <summary>
    /// Pictures [N, channels, side, side] to raw scores [N, 1, 1, 1]: convolutions, each with twice the channels of the one before.
    /// </summary>
    /// <param name="channels">channels of the pictures, plus the planes of the label if there is one</param>
    /// <param name="width">channels of the first layer</param>
    /// <param name="side">side of the pictures in pixels, 8 or more</param>
    /// <param name="norm">norm of all layers but the first and the last</param>
    public static Sequential Discriminator(int channels, int width, int side, NormKind norm = NormKind.Batch)
    {
        var layers = new Sequential(new Conv2d(channels, width, Seed, 2, 1), new LeakyRelu());
        var inside = width;
        for (var level = 1; level < int.Log2(side / Seed); level++, inside *= 2)
        {
            layers.Append(new Conv2d(inside, 2 * inside, Seed, 2, 1, bias: norm != NormKind.Batch));
            if (norm != NormKind.None)
            {
                layers.Append(norm.Layer(2 * inside));
            }

            layers.Append(new LeakyRelu());
        }

        return layers.Append(new Conv2d(inside, 1, Seed));
    }
}
