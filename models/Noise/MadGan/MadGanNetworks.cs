using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.MadGan;

/// <summary>MAD-GAN's perceptrons. Inside, values are in [0, 1]; pictures are rescaled from and to [−1, 1].</summary>
internal static class MadGanNetworks
{
    private const float DropoutOfHidden = 0.3f;

    /// <summary>The layers that generators share: codes [N, Nz] to features [N, width].</summary>
    public static VectorToPicture Shared(MadGanOptions o) => new("model", Hidden(o, 0, o.SharedLayers));

    /// <summary>Codes or shared features to points [N, 1 or 2] in [0, 1], or to pictures [N, C, S, S] in [−1, 1].</summary>
    public static VectorToPicture Generator(MadGanOptions o)
    {
        var widths = Widths.Parse(o.GWidths);
        var layers = Hidden(o, o.SharedLayers, widths.Count);
        layers.AppendAll(new Linear(InputsOf(o, widths.Count), o.Numbers), new Sigmoid());
        return o.Points
            ? new VectorToPicture("model", layers)
            : new VectorToPicture("model", layers.Append(new Rescale(2, -1)), after: new Reshape(o.OutputNc, o.ImageSize, o.ImageSize));
    }

    /// <summary>Number of inputs of a generator's layer; the output layer follows the hidden ones.</summary>
    internal static int InputsOf(MadGanOptions o, int layer) => layer == 0 ? o.Nz : Widths.Parse(o.GWidths)[layer - 1];

    private static Sequential Hidden(MadGanOptions o, int first, int end)
    {
        var layers = new Sequential();
        for (var layer = first; layer < end; layer++)
        {
            layers.AppendAll(new Linear(InputsOf(o, layer), InputsOf(o, layer + 1)), o.Points ? new PRelu() : new Relu());
        }

        return layers;
    }

    /// <summary>Points or pictures to logits [N, generators + 1]: one class per generator, and the last for real data.</summary>
    public static PictureDiscriminator Discriminator(MadGanOptions o)
    {
        var (layers, inputs) = (new Sequential(), o.Numbers);
        if (!o.Points)
        {
            layers.Append(new Rescale(0.5f, 0.5f));
        }

        foreach (var width in Widths.Parse(o.DWidths))
        {
            layers.AppendAll(new Linear(inputs, width), new LeakyRelu());
            if (o.Dropout)
            {
                layers.Append(new Dropout(DropoutOfHidden));
            }

            inputs = width;
        }

        return new PerceptronDiscriminator(layers.Append(new Linear(inputs, o.Generators + 1)));
    }
}
