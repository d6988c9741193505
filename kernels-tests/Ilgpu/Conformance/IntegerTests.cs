using ILGPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Integer arithmetic of all widths at its edges.</summary>
public sealed class IntegerTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Int32Binary(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> result)
    {
        int x = a[i];
        int y = b[i];
        int sum = unchecked(x + y);
        int difference = unchecked(x - y);
        int product = unchecked(x * y);
        result[i] = sum ^ (difference << 1) ^ (product << 2) ^ (x & y) ^ ((x | y) << 3) ^ ((x ^ y) << 5) ^ ~x;
    }

    private static void Int32Divide(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> result)
    {
        int divisor = b[i];
        if (divisor == 0 || divisor == -1)
        {
            divisor = 3;
        }
        result[i] = (a[i] / divisor) ^ ((a[i] % divisor) << 7);
    }

    private static void Int32Shift(Index1D i, ArrayView<int> a, ArrayView<int> count, ArrayView<int> result) =>
        result[i] = (a[i] << count[i]) ^ (a[i] >> count[i]) ^ (a[i] >>> (count[i] + 1));

    private static void Int32Compare(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> result) =>
        result[i] = (a[i] < b[i] ? 1 : 0) | (a[i] <= b[i] ? 2 : 0) | (a[i] > b[i] ? 4 : 0) | (a[i] >= b[i] ? 8 : 0) | (
            a[i] == b[i] ? 16 : 0) | (a[i] != b[i] ? 32 : 0);

    private static void Int32Bits(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] =
            IntrinsicMath.PopCount(a[i]) | (IntrinsicMath.LeadingZeroCount(a[i]) << 8) | (IntrinsicMath.TrailingZeroCount(a[i]) << 16);

    private static void Int32MinMax(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> result) =>
        result[i] =
            IntrinsicMath.Min(a[i], b[i]) ^ (IntrinsicMath.Max(a[i], b[i]) << 3) ^ Math.Min(a[i], b[i]) ^ IntrinsicMath.Clamp(a[i], 2, 100);

    private static void Int32Narrow(Index1D i, ArrayView<int> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + 3L * (byte)a[i] + 5L * (short)a[i] + 7L * (ushort)a[i] + 11L * (int)a[i] + 13L * (
            uint)a[i] + 17L * (long)a[i] + (long)(19UL * (ulong)a[i]));

    private static void UInt32Binary(Index1D i, ArrayView<uint> a, ArrayView<uint> b, ArrayView<uint> result)
    {
        uint x = a[i];
        uint y = b[i];
        uint sum = unchecked(x + y);
        uint difference = unchecked(x - y);
        uint product = unchecked(x * y);
        result[i] = sum ^ (difference << 1) ^ (product << 2) ^ (x & y) ^ ((x | y) << 3) ^ ((x ^ y) << 5) ^ ~x;
    }

    private static void UInt32Divide(Index1D i, ArrayView<uint> a, ArrayView<uint> b, ArrayView<uint> result)
    {
        uint divisor = b[i];
        if (divisor == 0)
        {
            divisor = 3;
        }
        result[i] = (a[i] / divisor) ^ ((a[i] % divisor) << 7);
    }

    private static void UInt32Shift(Index1D i, ArrayView<uint> a, ArrayView<int> count, ArrayView<uint> result) =>
        result[i] = (a[i] << count[i]) ^ (a[i] >> count[i]) ^ (a[i] >>> (count[i] + 1));

    private static void UInt32Compare(Index1D i, ArrayView<uint> a, ArrayView<uint> b, ArrayView<int> result) =>
        result[i] = (a[i] < b[i] ? 1 : 0) | (a[i] <= b[i] ? 2 : 0) | (a[i] > b[i] ? 4 : 0) | (a[i] >= b[i] ? 8 : 0) | (
            a[i] == b[i] ? 16 : 0) | (a[i] != b[i] ? 32 : 0);

    private static void UInt32Bits(Index1D i, ArrayView<uint> a, ArrayView<int> result) =>
        result[i] =
            IntrinsicMath.PopCount(a[i]) | (IntrinsicMath.LeadingZeroCount(a[i]) << 8) | (IntrinsicMath.TrailingZeroCount(a[i]) << 16);

    private static void UInt32MinMax(Index1D i, ArrayView<uint> a, ArrayView<uint> b, ArrayView<uint> result) =>
        result[i] =
            IntrinsicMath.Min(a[i], b[i]) ^ (IntrinsicMath.Max(a[i], b[i]) << 3) ^ Math.Min(a[i], b[i]) ^ IntrinsicMath.Clamp(a[i], 2, 100);

    private static void UInt32Narrow(Index1D i, ArrayView<uint> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + 3L * (byte)a[i] + 5L * (short)a[i] + 7L * (ushort)a[i] + 11L * (int)a[i] + 13L * (
            uint)a[i] + 17L * (long)a[i] + (long)(19UL * (ulong)a[i]));

    private static void Int64Binary(Index1D i, ArrayView<long> a, ArrayView<long> b, ArrayView<long> result)
    {
        long x = a[i];
        long y = b[i];
        long sum = unchecked(x + y);
        long difference = unchecked(x - y);
        long product = unchecked(x * y);
        result[i] = sum ^ (difference << 1) ^ (product << 2) ^ (x & y) ^ ((x | y) << 3) ^ ((x ^ y) << 5) ^ ~x;
    }

    private static void Int64Divide(Index1D i, ArrayView<long> a, ArrayView<long> b, ArrayView<long> result)
    {
        long divisor = b[i];
        if (divisor == 0 || divisor == -1)
        {
            divisor = 3;
        }
        result[i] = (a[i] / divisor) ^ ((a[i] % divisor) << 7);
    }

    private static void Int64Shift(Index1D i, ArrayView<long> a, ArrayView<int> count, ArrayView<long> result) =>
        result[i] = (a[i] << count[i]) ^ (a[i] >> count[i]) ^ (a[i] >>> (count[i] + 1));

    private static void Int64Compare(Index1D i, ArrayView<long> a, ArrayView<long> b, ArrayView<int> result) =>
        result[i] = (a[i] < b[i] ? 1 : 0) | (a[i] <= b[i] ? 2 : 0) | (a[i] > b[i] ? 4 : 0) | (a[i] >= b[i] ? 8 : 0) | (
            a[i] == b[i] ? 16 : 0) | (a[i] != b[i] ? 32 : 0);

    private static void Int64Bits(Index1D i, ArrayView<long> a, ArrayView<int> result) =>
        result[i] =
            IntrinsicMath.PopCount(a[i]) | (IntrinsicMath.LeadingZeroCount(a[i]) << 8) | (IntrinsicMath.TrailingZeroCount(a[i]) << 16);

    private static void Int64MinMax(Index1D i, ArrayView<long> a, ArrayView<long> b, ArrayView<long> result) =>
        result[i] =
            IntrinsicMath.Min(a[i], b[i]) ^ (IntrinsicMath.Max(a[i], b[i]) << 3) ^ Math.Min(a[i], b[i]) ^ IntrinsicMath.Clamp(a[i], 2, 100);

    private static void Int64Narrow(Index1D i, ArrayView<long> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + 3L * (byte)a[i] + 5L * (short)a[i] + 7L * (ushort)a[i] + 11L * (int)a[i] + 13L * (
            uint)a[i] + 17L * (long)a[i] + (long)(19UL * (ulong)a[i]));

    private static void UInt64Binary(Index1D i, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<ulong> result)
    {
        ulong x = a[i];
        ulong y = b[i];
        ulong sum = unchecked(x + y);
        ulong difference = unchecked(x - y);
        ulong product = unchecked(x * y);
        result[i] = sum ^ (difference << 1) ^ (product << 2) ^ (x & y) ^ ((x | y) << 3) ^ ((x ^ y) << 5) ^ ~x;
    }

    private static void UInt64Divide(Index1D i, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<ulong> result)
    {
        ulong divisor = b[i];
        if (divisor == 0)
        {
            divisor = 3;
        }
        result[i] = (a[i] / divisor) ^ ((a[i] % divisor) << 7);
    }

    private static void UInt64Shift(Index1D i, ArrayView<ulong> a, ArrayView<int> count, ArrayView<ulong> result) =>
        result[i] = (a[i] << count[i]) ^ (a[i] >> count[i]) ^ (a[i] >>> (count[i] + 1));

    private static void UInt64Compare(Index1D i, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<int> result) =>
        result[i] = (a[i] < b[i] ? 1 : 0) | (a[i] <= b[i] ? 2 : 0) | (a[i] > b[i] ? 4 : 0) | (a[i] >= b[i] ? 8 : 0) | (
            a[i] == b[i] ? 16 : 0) | (a[i] != b[i] ? 32 : 0);

    private static void UInt64Bits(Index1D i, ArrayView<ulong> a, ArrayView<int> result) =>
        result[i] =
            IntrinsicMath.PopCount(a[i]) | (IntrinsicMath.LeadingZeroCount(a[i]) << 8) | (IntrinsicMath.TrailingZeroCount(a[i]) << 16);

    private static void UInt64MinMax(Index1D i, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<ulong> result) =>
        result[i] =
            IntrinsicMath.Min(a[i], b[i]) ^ (IntrinsicMath.Max(a[i], b[i]) << 3) ^ Math.Min(a[i], b[i]) ^ IntrinsicMath.Clamp(a[i], 2, 100);

    private static void UInt64Narrow(Index1D i, ArrayView<ulong> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + 3L * (byte)a[i] + 5L * (short)a[i] + 7L * (ushort)a[i] + 11L * (int)a[i] + 13L * (
            uint)a[i] + 17L * (long)a[i] + (long)(19UL * (ulong)a[i]));

    [Test]
    public void Int32AddsMultipliesAndCombinesBits()
    {
        var (a, b) = Samples.Pairs(Samples.Int32, Samples.Int32);
        Check<int, int, int>(Int32Binary, a, b);
    }

    [Test]
    public void Int32Divides()
    {
        var (a, b) = Samples.Pairs(Samples.Int32, Samples.Int32);
        Check<int, int, int>(Int32Divide, a, b);
    }

    [Test]
    public void Int32ShiftsByCountsBeyondItsWidth()
    {
        int[] counts = [0, 1, 5, 31, 32, 33, 63, 64, -1];
        int[] values = [.. Samples.Int32.SelectMany(v => counts.Select(_ => v))];
        Check<int, int, int>(Int32Shift, values, [.. Samples.Int32.SelectMany(_ => counts)]);
    }

    [Test]
    public void Int32Compares()
    {
        var (a, b) = Samples.Pairs(Samples.Int32, Samples.Int32);
        Check<int, int, int>(Int32Compare, a, b);
    }

    [Test]
    public void Int32CountsBits() => Check<int, int>(Int32Bits, Samples.Int32);

    [Test]
    public void Int32FindsTheSmallerAndTheLarger()
    {
        var (a, b) = Samples.Pairs(Samples.Int32, Samples.Int32);
        Check<int, int, int>(Int32MinMax, a, b);
    }

    [Test]
    public void Int32ConvertsToAllOtherWidths() => Check<int, long>(Int32Narrow, Samples.Int32);

    [Test]
    public void UInt32AddsMultipliesAndCombinesBits()
    {
        var (a, b) = Samples.Pairs(Samples.UInt32, Samples.UInt32);
        Check<uint, uint, uint>(UInt32Binary, a, b);
    }

    [Test]
    public void UInt32Divides()
    {
        var (a, b) = Samples.Pairs(Samples.UInt32, Samples.UInt32);
        Check<uint, uint, uint>(UInt32Divide, a, b);
    }

    [Test]
    public void UInt32ShiftsByCountsBeyondItsWidth()
    {
        int[] counts = [0, 1, 5, 31, 32, 33, 63, 64, -1];
        uint[] values = [.. Samples.UInt32.SelectMany(v => counts.Select(_ => v))];
        Check<uint, int, uint>(UInt32Shift, values, [.. Samples.UInt32.SelectMany(_ => counts)]);
    }

    [Test]
    public void UInt32Compares()
    {
        var (a, b) = Samples.Pairs(Samples.UInt32, Samples.UInt32);
        Check<uint, uint, int>(UInt32Compare, a, b);
    }

    [Test]
    public void UInt32CountsBits() => Check<uint, int>(UInt32Bits, Samples.UInt32);

    [Test]
    public void UInt32FindsTheSmallerAndTheLarger()
    {
        var (a, b) = Samples.Pairs(Samples.UInt32, Samples.UInt32);
        Check<uint, uint, uint>(UInt32MinMax, a, b);
    }

    [Test]
    public void UInt32ConvertsToAllOtherWidths() => Check<uint, long>(UInt32Narrow, Samples.UInt32);

    [Test]
    public void Int64AddsMultipliesAndCombinesBits()
    {
        var (a, b) = Samples.Pairs(Samples.Int64, Samples.Int64);
        Check<long, long, long>(Int64Binary, a, b);
    }

    [Test]
    public void Int64Divides()
    {
        var (a, b) = Samples.Pairs(Samples.Int64, Samples.Int64);
        Check<long, long, long>(Int64Divide, a, b);
    }

    [Test]
    public void Int64ShiftsByCountsBeyondItsWidth()
    {
        int[] counts = [0, 1, 5, 31, 32, 33, 63, 64, -1];
        long[] values = [.. Samples.Int64.SelectMany(v => counts.Select(_ => v))];
        Check<long, int, long>(Int64Shift, values, [.. Samples.Int64.SelectMany(_ => counts)]);
    }

    [Test]
    public void Int64Compares()
    {
        var (a, b) = Samples.Pairs(Samples.Int64, Samples.Int64);
        Check<long, long, int>(Int64Compare, a, b);
    }

    [Test]
    public void Int64CountsBits() => Check<long, int>(Int64Bits, Samples.Int64);

    [Test]
    public void Int64FindsTheSmallerAndTheLarger()
    {
        var (a, b) = Samples.Pairs(Samples.Int64, Samples.Int64);
        Check<long, long, long>(Int64MinMax, a, b);
    }

    [Test]
    public void Int64ConvertsToAllOtherWidths() => Check<long, long>(Int64Narrow, Samples.Int64);

    [Test]
    public void UInt64AddsMultipliesAndCombinesBits()
    {
        var (a, b) = Samples.Pairs(Samples.UInt64, Samples.UInt64);
        Check<ulong, ulong, ulong>(UInt64Binary, a, b);
    }

    [Test]
    public void UInt64Divides()
    {
        var (a, b) = Samples.Pairs(Samples.UInt64, Samples.UInt64);
        Check<ulong, ulong, ulong>(UInt64Divide, a, b);
    }

    [Test]
    public void UInt64ShiftsByCountsBeyondItsWidth()
    {
        int[] counts = [0, 1, 5, 31, 32, 33, 63, 64, -1];
        ulong[] values = [.. Samples.UInt64.SelectMany(v => counts.Select(_ => v))];
        Check<ulong, int, ulong>(UInt64Shift, values, [.. Samples.UInt64.SelectMany(_ => counts)]);
    }

    [Test]
    public void UInt64Compares()
    {
        var (a, b) = Samples.Pairs(Samples.UInt64, Samples.UInt64);
        Check<ulong, ulong, int>(UInt64Compare, a, b);
    }

    [Test]
    public void UInt64CountsBits() => Check<ulong, int>(UInt64Bits, Samples.UInt64);

    [Test]
    public void UInt64FindsTheSmallerAndTheLarger()
    {
        var (a, b) = Samples.Pairs(Samples.UInt64, Samples.UInt64);
        Check<ulong, ulong, ulong>(UInt64MinMax, a, b);
    }

    [Test]
    public void UInt64ConvertsToAllOtherWidths() => Check<ulong, long>(UInt64Narrow, Samples.UInt64);
}
