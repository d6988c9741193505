using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
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
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public Sequential Append(Layer layer)
    {
        KernelRecording.Current?.Refuse("appends a layer to a network", "make the network before the step");
        _layers.Add(Add(Count.ToString(System.Globalization.CultureInfo.InvariantCulture), layer));
        return this;
    }

    public override Tensor Forward(Tensor x)
    {
        var current = x;
        for (var i = 0; i < Count; i++)
        {
            var module = _layers[i];
            Tensor y;
            if (module is Padding2d border && i + 1 < Count && ReadsBorder(border, _layers[i + 1]) is { } convolution)
            {
                using var layer = Profile?.Enter(convolution);
                y = convolution.ForwardPadded(border, current);
                i++;
            }
            else
            {
                using var layer = Profile?.Enter(module);
                y = module.Forward(current);
            }

            if (!ReferenceEquals(current, x) && !ReferenceEquals(current, y))
            {
                current.Dispose();
            }

            current = y;
        }

        return current;
    }

    /// <summary>x + f(x): a residual block.</summary>
    public Tensor ForwardResidual(Tensor x)
    {
        var y = Forward(x);
        var sum = y.Add(x);
        if (!ReferenceEquals(x, y))
        {
            y.Dispose();
        }

        return sum;
    }

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

    /// <summary>
    /// The convolution behind a border, if it can read the border where it shows: the border is then never written, nor kept for a
    /// gradient, and the bits are the same.
    /// </summary>
    private static Conv2d? ReadsBorder(Padding2d border, Layer next) =>
        border is { Mode: not PadMode.Constant, Margins: { Top: >= 0 } m } && m == m.Top
            && next is Conv2d { Padding.IsZero: true } convolution ? convolution : null;
}

/// <summary>Returns its input: a placeholder that keeps the numbering of layers.</summary>
public sealed class Identity : Layer
{
    public override Tensor Forward(Tensor x) => x;

    public override string Export(GraphWriter graph, string x) => x;
}
