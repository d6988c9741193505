namespace IlgpuGan.Tensors;

/// <summary>
/// Names a sequence of random numbers: Philox4x32-10 with key = Seed (low word, high word) and
/// counter = (element / 4, Op, Step, Stream); element i is word i mod 4 of its block.
/// Equal keys give equal numbers on every device, in any order, for any number of threads.
/// </summary>
/// <param name="Seed">the run's seed</param>
/// <param name="Stream">what the numbers are for: initialisation, dropout, data order, image pool, …</param>
/// <param name="Step">training step</param>
/// <param name="Op">number of the draw in a step</param>
/// <param name="StepWord">
/// for kernels in replayed steps: index of the word of the device's <see cref="Devices.StepNumbers"/> that is added to
/// <paramref name="Step"/>; the next word is added to <paramref name="Op"/>. Words 0 and 1 are 0.
/// </param>
public readonly record struct RandomKey(ulong Seed, uint Stream, uint Step, uint Op, int StepWord = 0);
