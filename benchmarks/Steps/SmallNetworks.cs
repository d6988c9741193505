using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>The networks of a small GAN that are not among the models.</summary>
internal static class SmallNetworks
{
    private const int Colours = 3;

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
