using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Modules one after another, named 0, 1, 2, …. Each intermediate handle is released as soon as the next module has read it:
/// only what a gradient needs stays in memory.
/// </summary>
public sealed class Sequential : Module
{
    public Sequential(params ReadOnlySpan<Module> modules)
    {
        foreach (var module in modules)
        {
            Append(module);
        }
    }

    /// <summary>Puts a module at the end. Returns this.</summary>
    public Sequential Append(Module module)
    {
        Add(Children.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);
        return this;
    }

    public override Tensor Forward(Tensor x) => Run(x, isOwned: false);

    public override Tensor Consume(Tensor x) => Run(x, isOwned: true);

    /// <param name="isOwned">nobody else reads x</param>
    private Tensor Run(Tensor x, bool isOwned)
    {
        var current = x;
        for (var i = 0; i < Children.Count; i++)
        {
            var module = Children[i].Module;
            if (BorderOf(module, i + 1) is var (border, convolution))
            {
                // The border is never written: the convolution reads it where it shows.
                using var layer = OpProfile.Enter(convolution);
                var next = convolution.ForwardBehind(border, current);
                if (IsOurs(current))
                {
                    current.Dispose();
                }

                (current, i) = (next, i + 1);
            }
            else
            {
                using var layer = OpProfile.Enter(module);
                current = IsOurs(current) ? module.Consume(current) : module.Forward(current);
            }
        }

        return current;

        bool IsOurs(Tensor tensor) => isOwned || !ReferenceEquals(tensor, x);
    }

    /// <summary>A border of equal width all around and the convolution that follows it, where nothing is recorded; else null.</summary>
    private (Padding2d Border, Conv2d Convolution)? BorderOf(Module module, int next) =>
        !GradMode.IsEnabled && module is Padding2d { Mode: not PadMode.Constant, IsEven: true } border
        && next < Children.Count && Children[next].Module is Conv2d { Padding: 0 } convolution
            ? (border, convolution)
            : null;
}

/// <summary>Returns its input: keeps the place of a layer that was left out.</summary>
public sealed class Identity : Module
{
    public override Tensor Forward(Tensor x) => x;
}
