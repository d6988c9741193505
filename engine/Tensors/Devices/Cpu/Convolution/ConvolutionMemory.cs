namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Scratch memory shared by all convolutions of a device. One runs at a time, so that the size is that of the largest, not of their sum:
/// each needs tens of megabytes. Content persists between the loops of a pass, not between passes.
/// </summary>
internal sealed class ConvolutionMemory(CpuThreads threads)
{
    /// <summary>
    /// The packed or transformed weight, or its gradient. The largest of these buffers; passes that read the weight in place use it for
    /// other data.
    /// </summary>
    public Scratch Weights { get; } = new();

    /// <summary>The factor that a pass multiplies with the weight or with dy.</summary>
    public Scratch Inputs { get; } = new();

    /// <summary>The output of a pass or, in a weight gradient, the packed dy.</summary>
    public Scratch Outputs { get; } = new();

    /// <summary>Scratch memory of each worker.</summary>
    public Scratch[] PerWorker { get; } = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];
}
