using System.Diagnostics;

namespace ILGPU.Algorithms.Random;

/// <summary>One word of 32 bits, with period 2^32 - 1 (Marsaglia, "Xorshift RNGs", 2003).</summary>
public record struct XorShift32 : IRandomProvider<XorShift32>
{
    /// <param name="state">Not zero.</param>
    public XorShift32(uint state)
    {
        Trace.Assert(state != 0);
        State = state;
    }

    public uint State { get; private set; }

    public static XorShift32 Create(System.Random random) => new((uint)random.Next(1, int.MaxValue));

    public uint NextUInt()
    {
        State = RandomBits.Left(RandomBits.Right(RandomBits.Left(State, 13), 17), 5);
        return State;
    }

    /// <summary>The next 32 bits, in both halves.</summary>
    public ulong NextULong()
    {
        uint bits = NextUInt();
        return RandomBits.Join(bits, bits);
    }

    public int Next() => RandomBits.ToInt(NextUInt());

    public long NextLong() => RandomBits.ToLong(NextULong());

    public float NextFloat() => RandomBits.ToFloat(Next());

    public double NextDouble() => RandomBits.ToDouble(NextLong());

    public void ShiftPeriod(int shift)
    {
        State = RandomBits.NotZero(RandomBits.Fold(RandomBits.Shifted(State, shift)));
    }

    public XorShift32 NextProvider() => new(RandomBits.NotZero(RandomBits.Fold(RandomBits.Mix(NextUInt()))));

    public readonly XorShift32 CreateProvider(System.Random random) => Create(random);

    public readonly XorShift32 CreateProvider<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider> =>
        new(RandomBits.NotZero(RandomBits.Fold(RandomBits.Draw(ref random))));
}
