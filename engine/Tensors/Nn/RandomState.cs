namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Where the dropout layers of a network take their random keys from. Masks depend on the seed, the step and the position
/// of the draw within the step alone, so a resumed run repeats them.
/// </summary>
/// <param name="seed">the run's seed</param>
public sealed class RandomState(ulong seed)
{
    private uint _draws;

    public ulong Seed { get; } = seed;

    /// <summary>The training step; setting it starts the step's sequence of draws again.</summary>
    public uint Step
    {
        get;
        set => (field, _draws) = (value, 0);
    }

    /// <summary>The key of the next draw.</summary>
    public RandomKey Next(uint stream = RandomStream.Dropout) => new(Seed, stream, Step, _draws++);
}
