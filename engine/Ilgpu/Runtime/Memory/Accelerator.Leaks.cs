using System.Diagnostics;

namespace ILGPU.Runtime;

/// <content>Buffers that nobody disposed.</content>
public abstract partial class Accelerator
{
    /// <summary>
    /// Raised for each buffer that nobody disposed, when the accelerator goes or the collector finds the buffer, with a description: its
    /// size and, in debug builds, who allocated it. On the simulator always; on devices in debug builds: with assertions, without
    /// optimisation, or of this library. The trace listeners are told as well. An addition to ILGPU's API.
    /// </summary>
    public event EventHandler<string>? BufferLeaked;

    private bool ReportsLeaks => AcceleratorType == AcceleratorType.CPU || IsDebugBuild;

    private bool IsDebugBuild
    {
        get
        {
#if DEBUG
            return true;
#else
            return Context.Properties is { EnableAssertions: true } or { OptimizationLevel: OptimizationLevel.Debug };
#endif
        }
    }

    /// <summary>Who is calling this library, for buffers to remember; null in release builds, where it would cost too much.</summary>
    internal string? CallerOfLibrary()
    {
        if (!IsDebugBuild)
        {
            return null;
        }

        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is { } method && method.Module != typeof(Accelerator).Module)
            {
                var place = frame.GetFileName() is { } file ? $" ({Path.GetFileName(file)}:{frame.GetFileLineNumber()})" : "";
                return $"{method.DeclaringType?.Name}.{method.Name}{place}";
            }
        }

        return null;
    }

    /// <summary>Reports a buffer that is released because nobody did it; several objects of one memory count as one.</summary>
    internal void ReportLeak(MemoryBuffer buffer)
    {
        bool wasAllocated = buffer.Handle != IntPtr.Zero;
        if (!ReportsLeaks || !wasAllocated || !ReferenceEquals(buffer.Memory, buffer))
        {
            return;
        }

        string description = $"{buffer.Length} elements of {buffer.ElementSize} " +
            $"bytes{(buffer.Allocator is { } allocator ? $", allocated by {allocator}" : "")}";
        Trace.WriteLine($"{this}: a buffer of {description} was never disposed.");
        BufferLeaked?.Invoke(this, description);
    }

    private void ReportLeaks()
    {
        foreach (MemoryBuffer buffer in LiveChildren<MemoryBuffer>())
        {
            ReportLeak(buffer);
        }
    }
}
