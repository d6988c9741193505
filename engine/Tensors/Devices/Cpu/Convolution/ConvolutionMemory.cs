namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Working memory of all convolutions of a device. One runs at a time, so the largest decides, not their sum: they would need tens of
/// megabytes each. Numbers last from one loop of a pass to the next, not from one pass to the next.
/// </summary>
internal sealed class ConvolutionMemory(CpuThreads threads)
{
    /// <summary>
    /// The weight, or its gradient, in the form that a pass computes with; the biggest of these, and free for a pass that reads the weight
    /// as it lies.
    /// </summary>
    public Scratch Weights { get; } = new();

    /// <summary>What a pass multiplies with the weight or the outputs.</summary>
    public Scratch Inputs { get; } = new();

    /// <summary>What a pass writes, or for a weight's gradient the gradient that it reads.</summary>
    public Scratch Outputs { get; } = new();

    /// <summary>One for each worker.</summary>
    public Scratch[] Own { get; } = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];
}
