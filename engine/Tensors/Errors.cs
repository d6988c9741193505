using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors;

/// <summary>Shapes that do not fit; the message names the op, the shapes and the cause.</summary>
public sealed class ShapeException(string message) : ArgumentException(OptionNames.In(message))
{
    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, [InterpolatedStringHandlerArgument(nameof(isWrong))] Reason reason)
    {
        if (isWrong)
        {
            throw new ShapeException(reason.ToString());
        }
    }
}

/// <summary>A requested device is not available, or failed; the message says why and what to do.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : InvalidOperationException(OptionNames.In(message), inner)
{
    /// <summary>The op that was being computed; null if there was none.</summary>
    public string? Op { get; init; }

    /// <summary>Whether memory ran out, or an array has more elements than kernels can index. The device still works.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>The same exception with the op that was being computed.</summary>
    /// <param name="op">name of the op</param>
    /// <param name="call">text in front of the message: the op's name, with or without shapes</param>
    internal DeviceException During(string op, string call) => new($"{call}: {Message}", this) { Op = op, IsOutOfMemory = IsOutOfMemory };
}

/// <summary>A use of the gradient graph that has no meaning, for example a second backward through a released graph.</summary>
public sealed class AutodiffException(string message) : InvalidOperationException(message);
