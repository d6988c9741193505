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

    public override Tensor Forward(Tensor x)
    {
        var current = x;
        foreach (var (_, module) in Children)
        {
            using var layer = OpProfile.Enter(module);
            var next = module.Forward(current);
            if (!ReferenceEquals(current, x) && !ReferenceEquals(current, next))
            {
                current.Dispose();
            }

            current = next;
        }

        return current;
    }
}

/// <summary>Returns its input: keeps the place of a layer that was left out.</summary>
public sealed class Identity : Module
{
    public override Tensor Forward(Tensor x) => x;
}
