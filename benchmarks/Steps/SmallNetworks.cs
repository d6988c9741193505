using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>Networks of the small steps that <c>models/</c> does not have.</summary>
internal static class SmallNetworks
{
    private const int Colours = 3;

    /// <summary>
    /// Five 3×3 convolutions without padding (Shaham et al. 2019). A level's generator maps [N, 3, H, W] to [N, 3, H − 10, W − 10] in
    /// (−1, 1), its discriminator to [N, 1, H − 10, W − 10].
    /// </summary>
    public static Sequential SinGan(int outputs, int width = 16)
    {
        var layers = new Sequential();
        var inside = Colours;
        for (var i = 0; i < 4; i++)
        {
            layers.Append(new Conv2d(inside, width, 3)).Append(new BatchNorm2d(width)).Append(new LeakyRelu());
            inside = width;
        }

        layers.Append(new Conv2d(inside, outputs, 3));
        return outputs == Colours ? layers.Append(new Tanh()) : layers;
    }
}
