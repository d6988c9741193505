using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Networks;

/// <summary>How a block's input takes part in its output.</summary>
public enum SkipConnection
{
    /// <summary>Not at all: f(x).</summary>
    None,

    /// <summary>Beside the result, before it: x and f(x) along the channels.</summary>
    Beside,

    /// <summary>x + f(x).</summary>
    Sum,
}

/// <summary>Layers with a way around them.</summary>
/// <param name="skip">the way around</param>
internal abstract class SkipBlock(SkipConnection skip) : Module
{
    public SkipConnection Skip { get; } = skip;

    /// <summary>f.</summary>
    public abstract Sequential Layers { get; }

    public override Tensor Forward(Tensor x) => Join(x, Layers.Forward(x));

    /// <summary>A sum goes where x was, so that a chain of blocks stays in one place.</summary>
    public override Tensor Consume(Tensor x)
    {
        if (Skip == SkipConnection.None)
        {
            return Layers.Consume(x);
        }

        var y = Layers.Forward(x);
        if (Skip == SkipConnection.Sum)
        {
            using (y)
            {
                return x.AddInPlace(y);
            }
        }

        using (x)
        {
            return Join(x, y);
        }
    }

    private Tensor Join(Tensor x, Tensor y)
    {
        if (Skip == SkipConnection.None)
        {
            return y;
        }

        using (y)
        {
            return Skip == SkipConnection.Sum ? x.Add(y) : TensorOps.Concat(1, x, y);
        }
    }
}
