namespace ILGPU.Runtime;

/// <summary>A queue of work on an accelerator: launches and copies run in the order in which they were put into it.</summary>
public abstract class AcceleratorStream : AcceleratorObject
{
    protected AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until all work put into the stream so far is done.</summary>
    public abstract void Synchronize();

    /// <summary>Completes when all work put into the stream so far is done.</summary>
    public Task SynchronizeAsync() => Task.Run(Synchronize);

    public ScopedAcceleratorBinding BindScoped() => Accelerator.BindScoped();

    /// <summary>Puts a time stamp into the stream.</summary>
    /// <exception cref="NotSupportedException">The context was not built with <c>Profiling()</c>.</exception>
    public ProfilingMarker AddProfilingMarker()
    {
        if (!Accelerator.Context.Properties.EnableProfiling)
        {
            throw new NotSupportedException("Profiling markers need a context that was built with Profiling().");
        }

        using ScopedAcceleratorBinding binding = BindScoped();
        return CreateProfilingMarker();
    }

    protected abstract ProfilingMarker CreateProfilingMarker();
}

/// <summary>A point in a stream whose time can be measured.</summary>
public abstract class ProfilingMarker : AcceleratorObject
{
    protected ProfilingMarker(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until the stream has reached the marker.</summary>
    public abstract void Synchronize();

    /// <summary>The time that went by between <paramref name="marker"/> and this later one.</summary>
    /// <exception cref="ArgumentException">The markers belong to different kinds of accelerators.</exception>
    public abstract TimeSpan MeasureFrom(ProfilingMarker marker);

    /// <inheritdoc cref="MeasureFrom"/>
    public static TimeSpan operator -(ProfilingMarker end, ProfilingMarker start) => end.MeasureFrom(start);
}

public static class ProfilingMarkers
{
    /// <summary>Puts a time stamp into the accelerator's default stream.</summary>
    /// <exception cref="NotSupportedException">The context was not built with <c>Profiling()</c>.</exception>
    public static ProfilingMarker AddProfilingMarker(this Accelerator accelerator) => accelerator.DefaultStream.AddProfilingMarker();
}
