using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Where C# says what comes out and machines differ most: quotients, denormals, conversions at the ends of the ranges.</summary>
public sealed class NumberEdgeTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly float[] s_small32 =
        [0f, -0f, float.Epsilon, -float.Epsilon, 3e-45f, 1e-40f, -1e-40f, 1.1754942e-38f, 1.17549435e-38f, -2.3e-38f, 1e-20f, 0.5f, -1f,
            3f, 1e20f, 3.4e38f];

    private static readonly double[] s_small64 =
        [0.0, -0.0, double.Epsilon, -double.Epsilon, 1e-310, -2e-309, 2.2250738585072009e-308, 2.2250738585072014e-308, 1e-160, 0.5, -1.0,
            3.0, 1e300];

    /// <summary>Half-way cases and the ends of the range: to both sides of what half precision tells apart.</summary>
    private static readonly double[] s_aroundHalves =
    [
        .. Samples.Float64,
        1 + Math.ScaleB(1, -11), 1 + (3 * Math.ScaleB(1, -11)), 1 + Math.ScaleB(1, -11) + Math.ScaleB(1, -40),
        1 + Math.ScaleB(1, -11) - Math.ScaleB(1, -40),
        65504, 65519.996, 65520, 65536, -65520, Math.ScaleB(1, -24), Math.ScaleB(1, -25), Math.ScaleB(1, -25) * (1 + 1e-9),
        3 * Math.ScaleB(1, -26), 6.1e-5, 6.097e-5,
    ];

    private static void DivideByMinusOne32(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] = (a[i] / (i < 0 ? 2 : -1)) ^ (a[i] % (a[0] - a[0] - 1));

    private static void DivideByMinusOne64(Index1D i, ArrayView<long> a, ArrayView<long> result) =>
        result[i] = (a[i] / (a[0] - a[0] - 1)) ^ (a[i] % (a[0] - a[0] - 1));

    private static void Combine32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result)
    {
        int quarter = i / (a.IntLength / 4);
        result[i] = quarter == 0 ? a[i] + b[i] : quarter == 1 ? a[i] - b[i] : quarter == 2 ? a[i] * b[i] : a[i] / b[i];
    }

    private static void Combine64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<double> result)
    {
        int quarter = i / (a.IntLength / 4);
        result[i] = quarter == 0 ? a[i] + b[i] : quarter == 1 ? a[i] - b[i] : quarter == 2 ? a[i] * b[i] : a[i] / b[i];
    }

    private static void Remainder32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] % b[i];

    private static void Remainder64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<double> result) =>
        result[i] = a[i] % b[i];

    private static void ToNarrow32(Index1D i, ArrayView<float> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + (257L * (byte)a[i]) + (65537L * (short)a[i]) + (16777259L * (ushort)a[i]));

    private static void ToNarrow64(Index1D i, ArrayView<double> a, ArrayView<long> result) =>
        result[i] = unchecked((sbyte)a[i] + (257L * (byte)a[i]) + (65537L * (short)a[i]) + (16777259L * (ushort)a[i]));

    // NaN is compared as such: its payload is the machine's.
    private static void SingleToHalf(Index1D i, ArrayView<float> a, ArrayView<ushort> result) => result[i] = Bits((Half)a[i]);

    private static void DoubleToHalf(Index1D i, ArrayView<double> a, ArrayView<ushort> result) => result[i] = Bits((Half)a[i]);

    private static void IntegersToHalf(Index1D i, ArrayView<long> a, ArrayView<long> result) =>
        result[i] = Bits((Half)(int)a[i]) | ((long)Bits((Half)(uint)a[i]) << 16) | ((long)Bits((Half)a[i]) << 32) | (
            (long)Bits((Half)(ulong)a[i]) << 48);

    private static void HalfToIntegers(Index1D i, ArrayView<ushort> a, ArrayView<long> result)
    {
        Half x = Interop.IntAsFloat(a[i]);
        result[i] = (int)x ^ ((long)(uint)x << 8) ^ ((long)x << 16) ^ ((long)(ulong)x << 24) ^ ((long)(short)x << 5) ^ ((long)(byte)x << 3);
    }

    private static void FrameworkHalf(Index1D i, ArrayView<double> a, ArrayView<float> result)
    {
        var x = (System.Half)a[i];
        result[i] = System.Half.IsNaN(x) ? -7f : (float)(x + (System.Half)1.5f) * (x < (System.Half)2 ? 1 : 3);
    }

    private static void SingleToBFloat16(Index1D i, ArrayView<float> a, ArrayView<ushort> result)
    {
        var x = (BFloat16)a[i];
        result[i] = float.IsNaN(x) ? (ushort)0x7FC0 : x.RawValue;
    }

    private static void BFloat16ToSingle(Index1D i, ArrayView<ushort> a, ArrayView<float> result) =>
        result[i] = BFloat16.FromRawValue(a[i]);

    private static void WrapAround(Index1D i, ArrayView<long> a, ArrayView<long> result)
    {
        int x = (int)a[i];
        unchecked
        {
            result[i] = (-x) ^ ((long)(x * x) << 8) ^ (x + int.MaxValue) ^ ((long)(uint)(x - 1) << 4) ^ (a[i] * a[i]) ^ (
                a[i] - long.MaxValue) ^ -a[i] ^ ((long)(short)(x * 3) << 40);
        }
    }

    private static ushort Bits(Half value) => Half.IsNaN(value) ? (ushort)0x7E00 : Interop.FloatAsInt(value);

    /// <summary>All but the least number, whose quotient .NET refuses and devices leave undefined.</summary>
    [Test]
    public void QuotientsByMinusOne()
    {
        Check<int, int>(DivideByMinusOne32, [.. Samples.Int32.Where(v => v != int.MinValue)]);
        Check<long, long>(DivideByMinusOne64, [.. Samples.Int64.Where(v => v != long.MinValue)]);
    }

    [Test]
    public void IntegersWrapAround() => Check<long, long>(WrapAround, Samples.Int64);

    [Test]
    public void SingleDenormalsAreKept()
    {
        var (a, b) = Samples.Pairs(s_small32, s_small32);
        Check<float, float, float>(Combine32, [.. a, .. a, .. a, .. a], [.. b, .. b, .. b, .. b]);
    }

    [Test]
    public void DoubleDenormalsAreKept()
    {
        var (a, b) = Samples.Pairs(s_small64, s_small64);
        Check<double, double, double>(Combine64, [.. a, .. a, .. a, .. a], [.. b, .. b, .. b, .. b]);
    }

    [Test]
    public void RemaindersOfEverything()
    {
        float[] edges = [0f, -0f, 1f, -3f, 0.1f, 7.5f, -1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue,
            float.Epsilon];
        var (a, b) = Samples.Pairs(edges, edges);
        Check<float, float, float>(Remainder32, a, b);
        Check<double, double, double>(Remainder64, Array.ConvertAll(a, v => (double)v), Array.ConvertAll(b, v => (double)v));
    }

    [Test]
    public void FloatsBecomeNarrowIntegers()
    {
        float[] edges =
            [.. Samples.Float32, 127.9f, 128f, -128.5f, -129f, 255.5f, 256f, 32767.5f, 32768f, -32769f, 65535.9f, 65536f, 1e9f, -1e9f];
        Check<float, long>(ToNarrow32, edges);
        Check<double, long>(ToNarrow64, [.. Samples.Float64, .. edges.Select(v => (double)v)]);
    }

    [Test]
    public void HalvesComeFromEverything()
    {
        Check<float, ushort>(SingleToHalf, Array.ConvertAll(s_aroundHalves, v => (float)v));
        Check<double, ushort>(DoubleToHalf, s_aroundHalves);
        Check<long, long>(IntegersToHalf, Samples.Int64);
        Check<double, float>(FrameworkHalf, s_aroundHalves);
    }

    [Test]
    public void HalvesBecomeIntegers() =>
        Check<ushort, long>(HalfToIntegers, [.. Samples.UInt16, 0x7C00, 0xFC00, 0x7E00, 1, 0x8001, 0x3C00, 0xBC00, 0x7BFF, 0xFBFF, 0x3E00]);

    [Test]
    public void BFloat16sAreRoundedToEven()
    {
        Check<float, ushort>(
            SingleToBFloat16,
            [.. Samples.Float32, .. s_small32, 1.00390625f, 1.01171875f, 1.0039063f, 3.3961775e38f, 3.3961776e38f, -3.4e38f]);
        Check<ushort, float>(BFloat16ToSingle, [.. Samples.UInt16, 0x7F80, 0xFF80, 0x7FC0, 1, 0x8001, 0x007F, 0x3F80]);
    }
}
