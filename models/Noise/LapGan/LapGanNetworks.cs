using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.LapGan;

/// <summary>LAPGAN's networks (Denton et al. 2015): perceptrons at the coarsest level, convolutions at the others.</summary>
internal static class LapGanNetworks
{
    /// <summary>Codes followed by labels, [N, Nz + labels], to the coarsest pictures. Values are not bounded.</summary>
    public static Layer Base(LapGanOptions o)
    {
        var (side, width) = (o.BaseSize, o.BaseWidthG);
        return new VectorToPicture(
            "model",
            new Sequential(
                new Linear(o.Nz + o.LabelCount, width), new Relu(), new Linear(width, width), o.LabelCount > 0 ? new Relu() : new Sigmoid(),
                new Linear(width, o.OutputNc * side * side)),
            after: new Reshape(o.OutputNc, side, side));
    }

    /// <summary>The coarsest pictures to raw scores [N, 1].</summary>
    public static PictureDiscriminator BaseDiscriminator(LapGanOptions o)
    {
        var layers = new Sequential();
        var inputs = (o.OutputNc * o.BaseSize * o.BaseSize) + o.LabelCount;
        for (var i = 0; i < 2; i++, inputs = o.BaseWidthD)
        {
            layers.AppendAll(new Linear(inputs, o.BaseWidthD), new Relu());
            if (o.Dropout)
            {
                layers.Append(new Dropout());
            }
        }

        return new PerceptronDiscriminator(layers.Append(new Linear(inputs, 1)));
    }
}

/// <summary>
/// Concatenates a plane to pictures that a linear layer computes from the label. Key <c>plane</c>; without labels it does nothing.
/// </summary>
internal sealed class LabelPlane : Module
{
    private readonly Linear? _plane;
    private readonly int _side;

    public LabelPlane(int labels, int side)
    {
        _side = side;
        _plane = labels > 0 ? Add("plane", new Linear(labels, side * side)) : null;
    }

    /// <summary>Number of planes that it adds.</summary>
    public int Count => _plane is null ? 0 : 1;

    /// <summary>[N, C, side, side] and [N, labels] to [N, C + Count, side, side].</summary>
    public Tensor Concat(Tensor x, Tensor? labels)
    {
        if (_plane is null)
        {
            return x.Share();
        }

        using var numbers = _plane.Forward(labels!);
        using var plane = numbers.Relu().Reshape(x.Shape[0], 1, _side, _side);
        return TensorOps.Concat(1, x, plane);
    }

    /// <summary>The concatenation as graph nodes.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="parts">names of [N, C, side, side], then of the labels if there are any</param>
    public string Concat(GraphWriter graph, IReadOnlyList<string> parts)
    {
        var pictures = parts.Take(parts.Count - Count);
        string[] all = _plane is null
            ? [.. pictures]
            : [.. pictures, new Reshape(1, _side, _side).Export(graph, new Relu().Export(graph, _plane.Export(graph, parts[^1])))];
        return graph.Node("Concat", all, OnnxAttribute.Integer("axis", 1));
    }
}

/// <summary>
/// The residual [N, C, S, S] of a level, from noise [N, 1, S, S] and the enlarged picture of the level below [N, C, S, S].
/// </summary>
internal sealed class ResidualGenerator : Module
{
    private readonly LabelPlane _label;
    private readonly Sequential _model;

    public ResidualGenerator(LapGanOptions o, int side)
    {
        _label = Add("label", new LabelPlane(o.LabelCount, side));
        _model = Add("model", new Sequential(
            new Conv2d(1 + o.OutputNc + _label.Count, o.Nfc, 7, 1, 3), new Relu(), new Conv2d(o.Nfc, o.Nfc, 7, 1, 3), new Relu(),
            new Conv2d(o.Nfc, o.OutputNc, 5, 1, 2)));
    }

    public Tensor Forward(Tensor noise, Tensor coarse, Tensor? labels)
    {
        using var both = TensorOps.Concat(1, noise, coarse);
        using var input = _label.Concat(both, labels);
        return _model.Forward(input);
    }

    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) =>
        [_model.Export(graph, _label.Concat(graph, inputs))];
}

/// <summary>Pictures of a level above the coarsest, [N, C, S, S], to raw scores [N, 1].</summary>
internal sealed class ResidualDiscriminator : PictureDiscriminator
{
    private readonly LabelPlane _label;

    public ResidualDiscriminator(LapGanOptions o, int side)
        : this(o, side, new LabelPlane(o.LabelCount, side))
    {
    }

    private ResidualDiscriminator(LapGanOptions o, int side, LabelPlane label)
        : base(Layers(o, side, label.Count))
    {
        _label = Add("label", label);
        Add("model", Main);
    }

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        using var input = _label.Concat(x, labels);
        return Main.Forward(input);
    }

    private static Sequential Layers(LapGanOptions o, int side, int planes)
    {
        var reduced = ((side - 4 - 5) / 2) + 1; // Convolutions of 5 pixels without borders, the second with stride 2.
        var layers = new Sequential(
            new Conv2d(o.OutputNc + planes, o.Nfc, 5), new Relu(), new Conv2d(o.Nfc, o.Nfc, 5, 2), new Flatten(), new Relu());
        return (o.Dropout ? layers.Append(new Dropout()) : layers).Append(new Linear(o.Nfc * reduced * reduced, 1));
    }
}
