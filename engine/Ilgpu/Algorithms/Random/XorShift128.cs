using System.Diagnostics;

namespace ILGPU.Algorithms.Random;

/// <summary>Four words of 32 bits, with period 2^128 - 1 (Marsaglia, "Xorshift RNGs", 2003, section 4).</summary>
public record struct XorShift128 : IRandomProvider<XorShift128>
{
    /// <param name="state0">At least one of the words is not zero.</param>
    public XorShift128(uint state0, uint state1, uint state2, uint state3)
    {
        Trace.Assert((state0 | state1 | state2 | state3) != 0);
        (State0, State1, State2, State3) = (state0, state1, state2, state3);
    }

    public uint State0 { get; private set; }

    public uint State1 { get; private set; }

    public uint State2 { get; private set; }

    public uint State3 { get; private set; }

    public static XorShift128 Create(System.Random random) =>
        new((uint)random.Next(1, int.MaxValue), (uint)random.Next(), (uint)random.Next(), (uint)random.Next());

    public uint NextUInt()
    {
        uint next = RandomBits.Right(State0, 19) ^ RandomBits.Right(RandomBits.Left(State3, 11), 8);
        (State3, State2, State1, State0) = (State2, State1, State0, next);
        return next;
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
        this = From(RandomBits.Shifted(RandomBits.Join(State0, State1), shift), RandomBits.Shifted(RandomBits.Join(State2, State3), shift));
    }

    public XorShift128 NextProvider() => From(RandomBits.Mix(NextULong()), RandomBits.Mix(RandomBits.Join(NextUInt(), NextUInt())));

    public readonly XorShift128 CreateProvider(System.Random random) => Create(random);

    public readonly XorShift128 CreateProvider<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider> => From(RandomBits.Draw(ref random), RandomBits.Draw(ref random));

    private static XorShift128 From(ulong first, ulong second) =>
        new(RandomBits.NotZero((uint)first), (uint)(first >> 32), (uint)second, (uint)(second >> 32));
}
