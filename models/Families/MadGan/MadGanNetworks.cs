using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families.MadGan;

/// <summary>MAD-GAN's perceptrons. They work on [0, 1]; pictures are brought there and back.</summary>
internal static class MadGanNetworks
{
    private const float DropoutOfHidden = 0.3f;

    /// <summary>[N, numbers] to points [N, 1 or 2] in [0, 1], or to pictures [N, C, S, S] in [−1, 1].</summary>
    public static CodeGenerator Generator(MadGanOptions o)
    {
        var (layers, inputs) = (new Sequential(), o.Nz);
        foreach (var width in Widths.Parse(o.GWidths))
        {
            layers.AppendAll(new Linear(inputs, width), o.Points ? new PReLU() : new ReLU());
            inputs = width;
        }

        layers.AppendAll(new Linear(inputs, o.Numbers), new Sigmoid());
        return o.Points
            ? new CodeGenerator("model", layers)
            : new CodeGenerator("model", layers.Append(new Rescale(2, -1)), behind: new Reshape(o.OutputNc, o.ImageSize, o.ImageSize));
    }

    /// <summary>Points or pictures to raw scores [N, generators + 1]: of each generator, and last of being real.</summary>
    public static Judge Discriminator(MadGanOptions o)
    {
        var (layers, inputs) = (new Sequential(), o.Numbers);
        if (!o.Points)
        {
            layers.Append(new Rescale(0.5f, 0.5f));
        }

        foreach (var width in Widths.Parse(o.DWidths))
        {
            layers.AppendAll(new Linear(inputs, width), new LeakyReLU());
            if (o.Dropout)
            {
                layers.Append(new Dropout(DropoutOfHidden));
            }

            inputs = width;
        }

        return new PerceptronJudge(layers.Append(new Linear(inputs, o.Generators + 1)));
    }
}
