namespace IlgpuGan.Tensors;

/// <summary>
/// Names a sequence of random numbers: Philox4x32-10 with key = Seed (low word, high word) and
/// counter = (element / 4, Op, Step, Stream); element i is word i mod 4 of its block.
/// Equal keys give equal numbers on every device, in any order, for any number of threads.
/// </summary>
public readonly record struct RandomKey
{
    /// <param name="seed">the run's seed</param>
    /// <param name="stream">what the numbers are for: initialisation, dropout, data order, image pool, …</param>
    /// <param name="step">training step</param>
    /// <param name="op">number of the draw in a step</param>
    public RandomKey(ulong seed, uint stream, uint step, uint op) => (Seed, Stream, Step, Op) = (seed, stream, step, op);

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the numbers are for.</summary>
    public uint Stream { get; init; }

    /// <summary>Training step.</summary>
    public uint Step { get; init; }

    /// <summary>Number of the draw in a step.</summary>
    public uint Op { get; init; }

    /// <summary>
    /// For kernels in replayed steps: index of the word of the device's <see cref="Devices.StepNumbers"/> that is added to
    /// <see cref="Step"/>; the next word is added to <see cref="Op"/>. Words 0 and 1 are 0.
    /// </summary>
    internal int StepWord { get; init; }
}
