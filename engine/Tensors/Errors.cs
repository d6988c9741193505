namespace IlgpuGan.Tensors;

/// <summary>Shapes that do not fit; the message names the op, the shapes and the cause.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);

/// <summary>A device that was asked for and can't be had, or that failed; the message says why and what to do.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : InvalidOperationException(message, inner)
{
    /// <summary>The op that was being computed, where it was one.</summary>
    public string? Op { get; init; }
}

/// <summary>A use of the gradient graph that has no meaning, for example a second backward through a released graph.</summary>
public sealed class AutodiffException(string message) : InvalidOperationException(message);
