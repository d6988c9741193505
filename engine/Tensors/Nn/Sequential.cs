using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A chain of layers, named 0, 1, 2, …. An intermediate tensor is disposed as soon as the next layer has read it, so only tensors that a
/// gradient needs stay in memory.
/// </summary>
public sealed class Sequential : Layer
{
    private readonly List<Layer> _layers = [];

    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        foreach (var layer in layers)
        {
            Append(layer);
        }
    }

    public int Count => _layers.Count;

    public Layer this[int index] => _layers[index];

    /// <summary>Adds a layer at the end. Returns this.</summary>
    public Sequential Append(Layer layer)
    {
        _layers.Add(Add(Count.ToString(System.Globalization.CultureInfo.InvariantCulture), layer));
        return this;
    }

    public override Tensor Forward(Tensor x) => Run(x, isOwned: false, around: null);

    public override Tensor Consume(Tensor x) => Run(x, isOwned: true, around: null);

    /// <summary>x + f(x): a residual block. While nothing is recorded, a norm at its end adds x in the same pass.</summary>
    public Tensor ForwardResidual(Tensor x) => Run(x, isOwned: false, around: x);

    /// <summary>
    /// x + f(x) where the caller gives up x. While nothing is recorded, the sum is written over x, so that a chain of residual blocks uses
    /// one block of memory and leaves larger ones free for later layers.
    /// </summary>
    public Tensor ConsumeResidual(Tensor x) => Run(x, isOwned: false, around: x, isAroundOwned: true);

    public override string Export(GraphWriter graph, string x)
    {
        for (var i = 0; i < Count; i++)
        {
            if (ConvolutionNodes.Fold(graph, _layers[i], i + 1 < Count ? _layers[i + 1] : null, x) is { } folded)
            {
                (x, i) = (folded, i + 1);
            }
            else
            {
                x = _layers[i].Export(graph, x);
            }
        }

        return x;
    }

    /// <param name="x">input</param>
    /// <param name="isOwned">whether the caller gives up x</param>
    /// <param name="around">the residual connection: added to the result; null for none</param>
    /// <param name="isAroundOwned">whether the caller gives up <paramref name="around"/></param>
    private Tensor Run(Tensor x, bool isOwned, Tensor? around, bool isAroundOwned = false)
    {
        var current = x;
        for (var i = 0; i < Count; i++)
        {
            var module = _layers[i];
            var next = i + 1 < Count ? _layers[i + 1] : null;
            if (LayerFusion.JoinsBorder(module, next))
            {
                var (border, convolution) = ((Padding2d)module, (Conv2d)next!);
                using var layer = OpProfile.Enter(convolution);
                var y = convolution.ForwardPadded(border, current);
                if (IsOurs(current))
                {
                    current.Dispose();
                }

                (current, i) = (y, i + 1);
            }
            else if (IsOurs(current) && LayerFusion.BehindNorm(module, next, around) is { } epilogue)
            {
                using var layer = OpProfile.Enter(module);
                var intoAround = next is null && isAroundOwned && around!.IsExclusive;
                current = ((Norm2d)module).Consume(current, intoAround ? epilogue with { Into = around } : epilogue);
                if (next is null)
                {
                    if (isAroundOwned && !intoAround)
                    {
                        around!.Dispose();
                    }

                    return current;
                }

                i++;
            }
            else
            {
                using var layer = OpProfile.Enter(module);
                current = IsOurs(current) ? module.Consume(current) : module.Forward(current);
            }
        }

        if (isAroundOwned)
        {
            using (current)
            {
                return around!.AddInPlace(current);
            }
        }

        return around is null ? current : IsOurs(current) ? current.AddInPlace(around) : current.Add(around);

        bool IsOurs(Tensor tensor) => isOwned || !ReferenceEquals(tensor, x);
    }
}

/// <summary>Returns its input: a placeholder that keeps the numbering of layers.</summary>
public sealed class Identity : Layer
{
    public override Tensor Forward(Tensor x) => x;

    public override string Export(GraphWriter graph, string x) => x;
}
