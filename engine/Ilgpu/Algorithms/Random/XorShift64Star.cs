using System.Diagnostics;

namespace ILGPU.Algorithms.Random;

/// <summary>
/// One word of 64 bits, multiplied, with period 2^64 - 1 (Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled", 2016).
/// </summary>
public record struct XorShift64Star : IRandomProvider<XorShift64Star>
{
    /// <param name="state">Not zero.</param>
    public XorShift64Star(ulong state)
    {
        Trace.Assert(state != 0);
        State = state;
    }

    public ulong State { get; private set; }

    public static XorShift64Star Create(System.Random random) => new(RandomBits.Draw(random));

    public ulong NextULong()
    {
        State = RandomBits.Right(RandomBits.Left(RandomBits.Right(State, 12), 25), 27);
        return State * 0x2545_F491_4F6C_DD1D;
    }

    public uint NextUInt() => RandomBits.Fold(NextULong());

    public int Next() => RandomBits.ToInt(NextUInt());

    public long NextLong() => RandomBits.ToLong(NextULong());

    public float NextFloat() => RandomBits.ToFloat(NextLong());

    public double NextDouble() => RandomBits.ToDouble(NextLong());

    public void ShiftPeriod(int shift)
    {
        State = RandomBits.Shifted(State, shift);
    }

    public XorShift64Star NextProvider() => new(RandomBits.NotZero(RandomBits.Mix(NextULong())));

    public readonly XorShift64Star CreateProvider(System.Random random) => Create(random);

    public readonly XorShift64Star CreateProvider<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider> => new(RandomBits.NotZero(RandomBits.Draw(ref random)));
}
