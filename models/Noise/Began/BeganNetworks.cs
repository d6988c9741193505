using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Began;

/// <summary>
/// BEGAN's networks (Berthelot et al. 2017, section 3.5): 3×3 convolutions with ELU between 8 pixels and the picture's side.
/// </summary>
internal static class BeganNetworks
{
    /// <summary>Codes [N, Nz] to unbounded pictures [N, C, S, S]: the generator, and the discriminator's decoder.</summary>
    public static VectorToPicture Decoder(BeganOptions o)
    {
        const int side = BeganOptions.SmallestSide;
        var layers = new Sequential(new Linear(o.Nz, o.Width * side * side), new Reshape(o.Width, side, side));
        for (var level = 0; level < o.Levels; level++)
        {
            layers.AppendAll(Convolution(o.Width, o.Width), new Elu(), Convolution(o.Width, o.Width), new Elu());
            if (level < o.Levels - 1)
            {
                layers.Append(new Upsample(2));
            }
        }

        return new VectorToPicture("main", layers.Append(Convolution(o.Width, o.OutputNc)));
    }

    /// <summary>Pictures [N, C, S, S] to codes [N, Nz].</summary>
    public static Sequential Encoder(BeganOptions o)
    {
        var layers = new Sequential(Convolution(o.OutputNc, o.Width), new Elu());
        var inside = o.Width;
        for (var level = 1; level <= o.Levels; level++)
        {
            var width = level * o.Width;
            layers.AppendAll(Convolution(inside, width), new Elu(), Convolution(width, width), new Elu());
            if (level < o.Levels)
            {
                // TensorFlow's SAME: for even sides it pads only at the bottom and right.
                layers.AppendAll(new Conv2d(width, width, 3, 2, new Margins(0, 1, 0, 1)), new Elu());
            }

            inside = width;
        }

        return layers.AppendAll(new Flatten(), new Linear(inside * BeganOptions.SmallestSide * BeganOptions.SmallestSide, o.Nz));
    }

    private static Conv2d Convolution(int inside, int outside) => new(inside, outside, 3, 1, 1);
}

/// <summary>BEGAN's discriminator: pictures [N, C, S, S] through a code and back. Keys <c>encoder</c> and <c>decoder</c>.</summary>
internal sealed class BeganAutoEncoder : Layer
{
    private readonly Sequential _encoder;
    private readonly VectorToPicture _decoder;

    public BeganAutoEncoder(BeganOptions o) =>
        (_encoder, _decoder) = (Add("encoder", BeganNetworks.Encoder(o)), Add("decoder", BeganNetworks.Decoder(o)));

    public override Tensor Forward(Tensor x)
    {
        using var code = _encoder.Forward(x);
        return _decoder.Forward(code);
    }

    public override string Export(GraphWriter graph, string x) => _decoder.Export(graph, _encoder.Export(graph, x));
}
