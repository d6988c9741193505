using ILGPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Integers below 32 bits, and integer functions that are no operators.</summary>
public sealed class NarrowIntegerTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Int8Arithmetic(Index1D i, ArrayView<sbyte> a, ArrayView<sbyte> b, ArrayView<sbyte> result)
    {
        sbyte sum = unchecked((sbyte)(a[i] + b[i]));
        sbyte product = unchecked((sbyte)(a[i] * b[i]));
        sbyte shifted = unchecked((sbyte)(a[i] << 3));
        result[i] =
            unchecked((sbyte)(sum ^ product ^ shifted ^ (a[i] >> 2) ^ IntrinsicMath.Max(a[i], b[i]) ^ (b[i] == 0 ? 1 : a[i] / b[i])));
    }

    private static void UInt8Arithmetic(Index1D i, ArrayView<byte> a, ArrayView<byte> b, ArrayView<byte> result)
    {
        byte sum = unchecked((byte)(a[i] + b[i]));
        byte product = unchecked((byte)(a[i] * b[i]));
        byte shifted = unchecked((byte)(a[i] << 3));
        result[i] =
            unchecked((byte)(sum ^ product ^ shifted ^ (a[i] >> 2) ^ IntrinsicMath.Max(a[i], b[i]) ^ (b[i] == 0 ? 1 : a[i] / b[i])));
    }

    private static void Int16Arithmetic(Index1D i, ArrayView<short> a, ArrayView<short> b, ArrayView<short> result)
    {
        short sum = unchecked((short)(a[i] + b[i]));
        short product = unchecked((short)(a[i] * b[i]));
        short shifted = unchecked((short)(a[i] << 3));
        result[i] =
            unchecked((short)(sum ^ product ^ shifted ^ (a[i] >> 2) ^ IntrinsicMath.Max(a[i], b[i]) ^ (b[i] == 0 ? 1 : a[i] / b[i])));
    }

    private static void UInt16Arithmetic(Index1D i, ArrayView<ushort> a, ArrayView<ushort> b, ArrayView<ushort> result)
    {
        ushort sum = unchecked((ushort)(a[i] + b[i]));
        ushort product = unchecked((ushort)(a[i] * b[i]));
        ushort shifted = unchecked((ushort)(a[i] << 3));
        result[i] =
            unchecked((ushort)(sum ^ product ^ shifted ^ (a[i] >> 2) ^ IntrinsicMath.Max(a[i], b[i]) ^ (b[i] == 0 ? 1 : a[i] / b[i])));
    }

    private static void Absolute(Index1D i, ArrayView<int> a, ArrayView<long> b, ArrayView<long> result) =>
        result[i] = IntrinsicMath.Abs(a[i]) ^ (IntrinsicMath.Abs(b[i]) << 1) ^ -a[i] ^ -b[i];

    private static void DivRound(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] = IntrinsicMath.DivRoundUp((a[i] & 0xFFFF) + 1, 7) * 1000 + IntrinsicMath.DivRoundDown(a[i] & 0xFFFF, 7);

    private static void Rotate(Index1D i, ArrayView<uint> a, ArrayView<ulong> b, ArrayView<ulong> result) =>
        result[i] = System.Numerics.BitOperations.RotateLeft(a[i], 5) ^ System.Numerics.BitOperations.RotateRight(b[i], 13)
            ^ (ulong)System.Numerics.BitOperations.PopCount(a[i]) ^ (ulong)System.Numerics.BitOperations.LeadingZeroCount(b[i]);

    private static void Decompose(Index1D i, ArrayView<long> a, ArrayView<ulong> result)
    {
        (uint lower, uint upper) = IntrinsicMath.Decompose(a[i]);
        result[i] = IntrinsicMath.ComposeULong(upper, lower) ^ (ulong)IntrinsicMath.ComposeLong(lower, upper);
    }

    private static void CheckedArithmetic(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int small = a[i] & 0xFFF;
        result[i] = checked(small * small + (short)small - (byte)(small & 0xFF));
    }

    private static void CharAndBool(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        char c = (char)(a[i] & 0x7F);
        bool isDigit = c >= '0' && c <= '9';
        bool isOdd = (a[i] & 1) != 0;
        result[i] = (isDigit ^ isOdd ? 1 : 0) + (isDigit | isOdd ? 2 : 0) + (isDigit & isOdd ? 4 : 0) + (!isDigit ? 8 : 0) + c;
    }

    [Test]
    public void Int8CalculatesWithinItsWidth()
    {
        var (a, b) = Samples.Pairs(Samples.Int8, Samples.Int8);
        Check<sbyte, sbyte, sbyte>(Int8Arithmetic, a, b);
    }

    [Test]
    public void UInt8CalculatesWithinItsWidth()
    {
        var (a, b) = Samples.Pairs(Samples.UInt8, Samples.UInt8);
        Check<byte, byte, byte>(UInt8Arithmetic, a, b);
    }

    [Test]
    public void Int16CalculatesWithinItsWidth()
    {
        var (a, b) = Samples.Pairs(Samples.Int16, Samples.Int16);
        Check<short, short, short>(Int16Arithmetic, a, b);
    }

    [Test]
    public void UInt16CalculatesWithinItsWidth()
    {
        var (a, b) = Samples.Pairs(Samples.UInt16, Samples.UInt16);
        Check<ushort, ushort, ushort>(UInt16Arithmetic, a, b);
    }

    [Test]
    public void AbsoluteValuesAndNegationsWrap() =>
        Check<int, long, long>(Absolute, Samples.Int32, [.. Samples.Int64.Take(Samples.Int32.Length)]);

    [Test]
    public void DivisionRoundsUpAndDown() => Check<int, int>(DivRound, Samples.Int32);

    [Test]
    public void BitOperationsOfTheFrameworkWork() =>
        Check<uint, ulong, ulong>(Rotate, Samples.UInt32, [.. Samples.UInt64.Take(Samples.UInt32.Length)]);

    [Test]
    public void LongsAreSplitAndJoined() => Check<long, ulong>(Decompose, Samples.Int64);

    [Test]
    public void CheckedArithmeticIsAccepted() => Check<int, int>(CheckedArithmetic, Samples.Int32);

    [Test]
    public void CharsAndBoolsLiveInsideKernels() => Check<int, int>(CharAndBool, Samples.Int32);
}
