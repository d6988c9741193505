using System.Diagnostics;

namespace ILGPU.Algorithms.Random;

/// <summary>
/// Two words of 64 bits and their sum, with period 2^128 - 1 and the shifts 23, 17, 26 (Vigna, "Further scramblings of Marsaglia's xorshift
/// generators", 2014).
/// </summary>
public record struct XorShift128Plus : IRandomProvider<XorShift128Plus>
{
    /// <param name="state0">At least one of the words is not zero.</param>
    public XorShift128Plus(ulong state0, ulong state1)
    {
        Trace.Assert((state0 | state1) != 0);
        (State0, State1) = (state0, state1);
    }

    public ulong State0 { get; private set; }

    public ulong State1 { get; private set; }

    public static XorShift128Plus Create(System.Random random) =>
        new(RandomBits.Draw(random), RandomBits.Join((uint)random.Next(), (uint)random.Next()));

    public ulong NextULong()
    {
        ulong last = State1;
        State1 = RandomBits.Right(RandomBits.Left(State0, 23), 17) ^ RandomBits.Right(last, 26);
        State0 = last;
        return State1 + last;
    }

    public uint NextUInt() => RandomBits.Fold(NextULong());

    public int Next() => RandomBits.ToInt(NextUInt());

    public long NextLong() => RandomBits.ToLong(NextULong());

    public float NextFloat() => RandomBits.ToFloat(NextLong());

    public double NextDouble() => RandomBits.ToDouble(NextLong());

    public void ShiftPeriod(int shift)
    {
        State0 = RandomBits.Shifted(State0, shift);
        State1 = RandomBits.Mix(State1 + State0);
    }

    public XorShift128Plus NextProvider() => new(RandomBits.NotZero(RandomBits.Mix(NextULong())), RandomBits.Mix(NextULong()));

    public readonly XorShift128Plus CreateProvider(System.Random random) => Create(random);

    public readonly XorShift128Plus CreateProvider<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider> =>
        new(RandomBits.NotZero(RandomBits.Draw(ref random)), RandomBits.Draw(ref random));
}
