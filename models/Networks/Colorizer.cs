using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// A network from L to a and b of CIELAB (<see cref="Lab"/>) as one from pictures to pictures: [N, 3, H, W] to [N, 3, H, W] in [−1, 1]. Of
/// its input only the lightness is read, which its output has exactly.
/// </summary>
internal sealed class Colorizer : Layer
{
    private readonly Sequential _layers;

    /// <param name="network">[N, 1, H, W] to [N, 2, H, W]</param>
    public Colorizer(Layer network) =>
        _layers = Add("layers", new Sequential(new Lightness(), new BesideLightness(network), new Colours()));

    public override Tensor Forward(Tensor x) => _layers.Forward(x);

    public override string Export(GraphWriter graph, string x) => _layers.Export(graph, x);

    /// <summary>[N, 3, H, W] to L, [N, 1, H, W].</summary>
    internal sealed class Lightness : Layer
    {
        public override Tensor Forward(Tensor x) => Lab.Lightness(x);

        public override string Export(GraphWriter graph, string x) => Lab.ExportLightness(graph, x);
    }

    /// <summary>L, a and b, [N, 3, H, W], to pictures.</summary>
    internal sealed class Colours : Layer
    {
        public override Tensor Forward(Tensor x) => Lab.ToRgb(x);

        public override string Export(GraphWriter graph, string x) => Lab.ExportToRgb(graph, x);
    }

    private sealed class BesideLightness : SkipBlock
    {
        public BesideLightness(Layer network)
            : base(SkipConnection.Concat) => Layers = Add("beside", new Sequential(network));

        public override Sequential Layers { get; }
    }
}
