using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>How the parameters of a launcher delegate correspond to those of its kernel.</summary>
internal sealed class LauncherSignature
{
    private readonly bool _isImplicit;

    /// <exception cref="ArgumentException">The delegate's parameters are not the kernel's.</exception>
    public LauncherSignature(KernelDefinition definition, Type delegateType)
    {
        _isImplicit = definition.IsImplicit;
        Types = [.. delegateType.GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)];
        HasStream = Types.Length > 0 && Types[0] == typeof(AcceleratorStream);
        Dimension = HasStream ? 1 : 0;
        Type[] kernelTypes = [.. definition.Method.GetParameters().Select(parameter => parameter.ParameterType)];
        Type[] expected = _isImplicit ? kernelTypes : [typeof(KernelConfig), .. kernelTypes];
        if (!Types.AsSpan(Dimension).SequenceEqual(expected))
        {
            string wanted = string.Join(", ", expected.Select(type => type.Name));
            throw new ArgumentException($"A launcher of '{definition}' takes an optional stream and then ({wanted}), not " +
                $"({string.Join(", ", Types.Select(type => type.Name))}).");
        }
    }

    /// <summary>The delegate's parameter types.</summary>
    public Type[] Types { get; }

    /// <summary>Whether the first parameter is the stream.</summary>
    public bool HasStream { get; }

    /// <summary>The position of the extent or configuration.</summary>
    public int Dimension { get; }

    /// <summary>The position of a kernel parameter's argument.</summary>
    public int ArgumentOf(int kernelParameter) => Dimension + kernelParameter + (_isImplicit ? 0 : 1);
}
