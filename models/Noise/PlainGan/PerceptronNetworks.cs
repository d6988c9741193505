using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>The networks of a GAN without convolutions.</summary>
internal static class PerceptronNetworks
{
    /// <summary>[N, inputs] to [N, outputs] in (−1, 1): hidden layers with batch norm on all but the first.</summary>
    public static Sequential Generator(int inputs, IReadOnlyList<int> widths, int outputs)
    {
        var layers = new Sequential();
        foreach (var (i, width) in widths.Index())
        {
            layers.Append(new Linear(inputs, width));
            if (i > 0)
            {
                layers.Append(new BatchNorm2d(width));
            }

            layers.Append(new LeakyRelu());
            inputs = width;
        }

        return layers.AppendAll(new Linear(inputs, outputs), new Tanh());
    }

    /// <summary>[N, inputs] to raw scores [N, 1].</summary>
    public static Sequential Discriminator(int inputs, IReadOnlyList<int> widths)
    {
        var layers = new Sequential();
        foreach (var width in widths)
        {
            layers.AppendAll(new Linear(inputs, width), new LeakyRelu());
            inputs = width;
        }

        return layers.Append(new Linear(inputs, 1));
    }
}
