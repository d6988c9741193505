namespace IlgpuGan.Tensors;

/// <summary>Shapes that do not fit; the message names the op, the shapes and the cause.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);

/// <summary>A device that was asked for and can't be had, or that failed; the message says why and what to do.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : InvalidOperationException(message, inner)
{
    /// <summary>The op that was being computed, where it was one.</summary>
    public string? Op { get; init; }

    /// <summary>
    /// Whether too much was asked for: memory ran out, or an array has more elements than kernels count. The device still works.
    /// </summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>The same with the op in front that was being computed.</summary>
    /// <param name="op">its name</param>
    /// <param name="call">for people: the name, or with the shapes</param>
    internal DeviceException During(string op, string call) => new($"{call}: {Message}", this) { Op = op, IsOutOfMemory = IsOutOfMemory };
}

/// <summary>A use of the gradient graph that has no meaning, for example a second backward through a released graph.</summary>
public sealed class AutodiffException(string message) : InvalidOperationException(message);
