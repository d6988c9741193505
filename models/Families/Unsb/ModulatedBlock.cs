using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>
/// A residual block whose first norm is scaled and shifted by the latent code and the time: x + f(s·norm(conv(x)) + b), where f is a ReLU,
/// a convolution and a norm. [N, C, H, W], code [N, n] and time [1, n]. As the published program computes it, there is no first
/// convolution, no time, and the scale starts near 0 in place of 1. State-dict keys are the published program's.
/// </summary>
internal sealed class ModulatedBlock : Module
{
    private readonly Sequential _first;
    private readonly Linear _style;
    private readonly Sequential _last;
    private readonly Linear? _time;

    /// <param name="channels">C</param>
    /// <param name="numbers">length of code and time</param>
    /// <param name="seesTime">false for the block as the published program computes it</param>
    public ModulatedBlock(int channels, int numbers, bool seesTime)
    {
        _first = Add("conv_block", seesTime
            ? new Sequential(new ReflectionPad2d(1), new Conv2d(channels, channels, 3), new InstanceNorm2d(channels))
            : new Sequential(new InstanceNorm2d(channels)));
        _style = Add("adaptive.style_net", new Linear(numbers, 2 * channels));
        _last = Add("conv_fin", new Sequential(
            new Relu(), new ReflectionPad2d(1), new Conv2d(channels, channels, 3), new InstanceNorm2d(channels)));
        _time = seesTime ? Add("Dense_time", new Linear(numbers, channels)) : null;
    }

    public Tensor Forward(Tensor x, Tensor code, Tensor? time)
    {
        var (scale, shift) = Style(code, time);
        using var normalized = _first.Forward(x);
        using var scaled = normalized.Multiply(scale);
        using var shifted = scaled.Add(shift);
        scale.Dispose();
        shift.Dispose();
        using var y = _last.Forward(shifted);
        return y.Add(x);
    }

    /// <summary>The same with a code and a time that become constants of the graph.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="x">name of the input</param>
    /// <param name="name">of the constants</param>
    /// <param name="code">[1, n]</param>
    /// <param name="time">[1, n]; null for a block that does not see it</param>
    public string Export(GraphWriter graph, string x, string name, Tensor code, Tensor? time)
    {
        var (scale, shift) = Style(code, time);
        var scaled = graph.Node("Mul", [_first.Export(graph, x), Constant("scale", scale)]);
        return graph.Node("Add", [_last.Export(graph, graph.Node("Add", [scaled, Constant("shift", shift)])), x]);

        string Constant(string kind, Tensor value) => graph.Constant(
            $"{name}_{kind}", n => NamedArray.From(n, [1, value.Shape[1], 1, 1], value.ToArray()));
    }

    /// <summary>Scale and shift of the first norm, [N, C, 1, 1].</summary>
    private (Tensor Scale, Tensor Shift) Style(Tensor code, Tensor? time)
    {
        using var style = _style.Forward(code);
        var channels = style.Shape[1] / 2;
        using var scale = style.Slice(1, 0, channels);
        using var shift = style.Slice(1, channels, channels);
        if (_time is null)
        {
            return (Planes(scale), Planes(shift));
        }

        using var scaleFromOne = scale.Affine(1, 1);
        using var ofTime = _time.Forward(time!);
        using var shiftInTime = shift.Add(ofTime);
        return (Planes(scaleFromOne), Planes(shiftInTime));

        Tensor Planes(Tensor x) => x.Reshape(-1, channels, 1, 1);
    }
}
