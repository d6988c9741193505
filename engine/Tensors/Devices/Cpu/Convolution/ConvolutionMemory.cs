namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Scratch memory shared by all convolutions of a device. One runs at a time, so that the size is that of the largest, not of their sum:
/// each needs tens of megabytes. Content persists between the loops of a pass, not between passes.
/// </summary>
internal sealed class ConvolutionMemory(CpuThreads threads)
{
    /// <summary>All that the threads of a pass share: a pass with several buffers takes them at once.</summary>
    public Scratch Shared { get; } = new();

    /// <summary>Scratch memory of each worker.</summary>
    public Scratch[] PerWorker { get; } = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];
}
