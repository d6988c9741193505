namespace ILGPU.Runtime;

/// <summary>
/// A named stretch of the work put into a stream, from its making to its disposal, in any thread and nested at will. An addition to ILGPU's
/// API.
/// </summary>
/// <example><code>using (stream.BeginRange("generator, backward")) { … }</code></example>
public readonly struct ProfilingRange : IDisposable
{
    private readonly NvtxApi? _nvtx;

    private readonly ulong _nvtxRange;

    private readonly ProfilingRanges.Entry? _entry;

    internal ProfilingRange(AcceleratorStream stream, string name, NvtxApi? nvtx, ProfilingRanges? listener)
    {
        _nvtx = nvtx;
        _nvtxRange = nvtx?.Start(name) ?? 0;
        _entry = listener?.Begin(stream, name);
    }

    /// <summary>Ends the range; once.</summary>
    public void Dispose()
    {
        _nvtx?.End(_nvtxRange);
        _entry?.End();
    }
}

/// <summary>
/// Names for what a program does: shown by NVIDIA's tools where they are, and recorded by <see cref="ProfilingRanges"/>. Additions to
/// ILGPU's API.
/// </summary>
public static class ProfilingRangeExtensions
{
    /// <summary>Begins a range of the stream's work. Where nobody listens it costs next to nothing and allocates nothing.</summary>
    public static ProfilingRange BeginRange(this AcceleratorStream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        NvtxApi? nvtx = stream.Accelerator.Nvtx;
        return nvtx is null && stream.Accelerator.ProfilingRanges is null
            ? default
            : new(stream, name, nvtx, stream.Accelerator.ProfilingRanges);
    }

    /// <summary>Begins a range of the default stream's work.</summary>
    public static ProfilingRange BeginRange(this Accelerator accelerator, string name)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.DefaultStream.BeginRange(name);
    }

    /// <summary>Names a moment: a range without length.</summary>
    public static void MarkProfile(this AcceleratorStream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        stream.Accelerator.Nvtx?.Mark(name);
        stream.Accelerator.ProfilingRanges?.Begin(stream, name).End();
    }
}
