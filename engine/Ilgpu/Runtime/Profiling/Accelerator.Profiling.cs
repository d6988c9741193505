namespace ILGPU.Runtime;

/// <content>Timing of kernels and of named ranges.</content>
public abstract partial class Accelerator
{
    private volatile KernelTimes? _kernelTimes;

    private volatile ProfilingRanges? _profilingRanges;

    /// <summary>Who times launches at the moment.</summary>
    internal KernelTimes? KernelTimes => _kernelTimes;

    /// <summary>Who records ranges at the moment.</summary>
    internal ProfilingRanges? ProfilingRanges => _profilingRanges;

    /// <summary>Where ranges go besides; null if nowhere.</summary>
    internal NvtxApi? Nvtx { get; set; } = NvtxApi.Current;

    /// <summary>
    /// Times every launch by kernel until the result is disposed, or another call takes over. An addition to ILGPU's API.
    /// </summary>
    /// <exception cref="NotSupportedException">The context was not built with <c>Profiling()</c>.</exception>
    public KernelTimes TimeKernels()
    {
        if (!Context.Properties.EnableProfiling)
        {
            throw new NotSupportedException("Timing kernels needs a context that was built with Profiling().");
        }

        return _kernelTimes = new(this);
    }

    /// <summary>Records every range until the result is disposed, or another call takes over. An addition to ILGPU's API.</summary>
    /// <exception cref="NotSupportedException">The context was not built with <c>Profiling()</c>.</exception>
    public ProfilingRanges TraceRanges() => _profilingRanges = new(this);

    internal void StopTiming(KernelTimes times) => Interlocked.CompareExchange(ref _kernelTimes, null, times);

    internal void StopTracing(ProfilingRanges ranges) => Interlocked.CompareExchange(ref _profilingRanges, null, ranges);
}
