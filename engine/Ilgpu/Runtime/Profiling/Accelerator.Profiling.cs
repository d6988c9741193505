namespace ILGPU.Runtime;

/// <content>Timing of kernels and of named ranges.</content>
public abstract partial class Accelerator
{
    private volatile KernelTimes? kernelTimes;

    private volatile ProfilingRanges? profilingRanges;

    /// <summary>Who times launches at the moment.</summary>
    internal KernelTimes? KernelTimes => kernelTimes;

    /// <summary>Who records ranges at the moment.</summary>
    internal ProfilingRanges? ProfilingRanges => profilingRanges;

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

        return kernelTimes = new(this);
    }

    /// <summary>Records every range until the result is disposed, or another call takes over. An addition to ILGPU's API.</summary>
    /// <exception cref="NotSupportedException">The context was not built with <c>Profiling()</c>.</exception>
    public ProfilingRanges TraceRanges() => profilingRanges = new(this);

    internal void StopTiming(KernelTimes times) => Interlocked.CompareExchange(ref kernelTimes, null, times);

    internal void StopTracing(ProfilingRanges ranges) => Interlocked.CompareExchange(ref profilingRanges, null, ranges);
}
