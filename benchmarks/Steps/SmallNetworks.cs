using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>The networks of three small GANs.</summary>
internal static class SmallNetworks
{
    private const int Colours = 3;

    /// <summary>DCGAN (Radford et al. 2015) for 32²: [N, noise, 1, 1] to pictures [N, 3, 32, 32].</summary>
    public static Sequential DcganGenerator(int noise = 64, int width = 32)
    {
        var layers = new Sequential();
        var inside = noise;
        foreach (var outside in new[] { 4 * width, 2 * width, width })
        {
            var (stride, padding) = layers.Children.Count == 0 ? (1, 0) : (2, 1);
            layers.Append(new ConvTranspose2d(inside, outside, 4, stride, padding, bias: false)).Append(new BatchNorm2d(outside))
                .Append(new ReLU());
            inside = outside;
        }

        return layers.Append(new ConvTranspose2d(inside, Colours, 4, 2, 1)).Append(new Tanh());
    }

    /// <summary>Pictures [N, 3, 32, 32] to raw scores [N, 1, 1, 1]; a critic has no batch norm.</summary>
    public static Sequential DcganDiscriminator(bool batchNorm, int width = 32)
    {
        var layers = new Sequential(new Conv2d(Colours, width, 4, 2, 1), new LeakyReLU());
        foreach (var inside in new[] { width, 2 * width })
        {
            layers.Append(new Conv2d(inside, 2 * inside, 4, 2, 1, bias: !batchNorm));
            if (batchNorm)
            {
                layers.Append(new BatchNorm2d(2 * inside));
            }

            layers.Append(new LeakyReLU());
        }

        return layers.Append(new Conv2d(4 * width, 1, 4));
    }

    /// <summary>
    /// Five convolutions 3×3 without padding (Shaham et al. 2019): [N, 3, H, W] to [N, 3, H − 10, W − 10] in (−1, 1) is a level's
    /// generator, to [N, 1, H − 10, W − 10] its discriminator.
    /// </summary>
    public static Sequential SinGan(int outputs, int width = 16)
    {
        var layers = new Sequential();
        var inside = Colours;
        for (var i = 0; i < 4; i++)
        {
            layers.Append(new Conv2d(inside, width, 3)).Append(new BatchNorm2d(width)).Append(new LeakyReLU());
            inside = width;
        }

        layers.Append(new Conv2d(inside, outputs, 3));
        return outputs == Colours ? layers.Append(new Tanh()) : layers;
    }
}
