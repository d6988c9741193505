using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Floating-point arithmetic, comparisons and conversions, NaN, infinities and denormals included.</summary>
public sealed class FloatTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Add32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] + b[i];

    private static void Subtract32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] - b[i];

    private static void Multiply32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] * b[i];

    private static void Divide32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] / b[i];

    private static void Remainder32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) => result[i] = a[i] % b[i];

    private static void Add64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<double> result) => result[i] = a[i] + b[i];

    private static void Multiply64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<double> result) =>
        result[i] = a[i] * b[i];

    private static void Divide64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<double> result) => result[i] = a[i] / b[i];

    private static void Compare32(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<int> result)
    {
        int bits = 0;
        if (a[i] < b[i])
        {
            bits |= 1;
        }
        if (a[i] <= b[i])
        {
            bits |= 2;
        }
        if (a[i] > b[i])
        {
            bits |= 4;
        }
        if (a[i] >= b[i])
        {
            bits |= 8;
        }
        if (a[i] == b[i])
        {
            bits |= 16;
        }
        if (a[i] != b[i])
        {
            bits |= 32;
        }
        if (!(a[i] < b[i]))
        {
            bits |= 64;
        }
        if (!(a[i] >= b[i]))
        {
            bits |= 128;
        }
        result[i] = bits;
    }

    private static void Compare64(Index1D i, ArrayView<double> a, ArrayView<double> b, ArrayView<int> result) =>
        result[i] =
            (a[i] < b[i] ? 1 : 0) | (a[i] <= b[i] ? 2 : 0) | (a[i] == b[i] ? 4 : 0) | (!(a[i] > b[i]) ? 8 : 0) | (!(a[i] <= b[i]) ? 16 : 0);

    private static void Classify32(Index1D i, ArrayView<float> a, ArrayView<int> result) =>
        result[i] = (float.IsNaN(a[i]) ? 1 : 0) | (float.IsInfinity(a[i]) ? 2 : 0) | (float.IsFinite(a[i]) ? 4 : 0)
            | (XMath.IsNaN(a[i]) ? 8 : 0) | (XMath.IsInfinity(a[i]) ? 16 : 0) | (XMath.IsFinite(a[i]) ? 32 : 0) | (XMath.Sign(a[i]) << 8);

    private static void Classify64(Index1D i, ArrayView<double> a, ArrayView<int> result) =>
        result[i] =
            (double.IsNaN(a[i]) ? 1 : 0) | (double.IsInfinity(a[i]) ? 2 : 0) | (double.IsFinite(a[i]) ? 4 : 0) | (XMath.Sign(a[i]) << 8);

    private static void ToIntegers32(Index1D i, ArrayView<float> a, ArrayView<long> result) =>
        result[i] = (int)a[i] ^ ((long)(uint)a[i] << 8) ^ ((long)a[i] << 1) ^ ((long)(ulong)a[i] << 2);

    private static void ToIntegers64(Index1D i, ArrayView<double> a, ArrayView<long> result) =>
        result[i] = (int)a[i] ^ ((long)(uint)a[i] << 8) ^ ((long)a[i] << 1) ^ ((long)(ulong)a[i] << 2);

    private static void FromInt32(Index1D i, ArrayView<int> a, ArrayView<double> result) =>
        result[i] = (float)a[i] + (double)(uint)a[i] * 0.5;

    private static void FromInt64(Index1D i, ArrayView<long> a, ArrayView<float> result) => result[i] = (float)a[i];

    private static void FromUInt64(Index1D i, ArrayView<ulong> a, ArrayView<double> result) => result[i] = (double)a[i];

    private static void Narrow(Index1D i, ArrayView<double> a, ArrayView<float> result) => result[i] = (float)a[i];

    private static void Widen(Index1D i, ArrayView<float> a, ArrayView<double> result) => result[i] = a[i];

    private static void Bits32(Index1D i, ArrayView<float> a, ArrayView<uint> result) =>
        result[i] = Interop.FloatAsInt(a[i]) ^ (uint)BitConverter.SingleToInt32Bits(Interop.IntAsFloat(Interop.FloatAsInt(a[i]) >> 1));

    private static void Bits64(Index1D i, ArrayView<double> a, ArrayView<ulong> result) =>
        result[i] = Interop.FloatAsInt(a[i]) ^ (ulong)BitConverter.DoubleToInt64Bits(Interop.IntAsFloat(Interop.FloatAsInt(a[i]) >> 1));

    private static void HalfArithmetic(Index1D i, ArrayView<ushort> a, ArrayView<float> result)
    {
        Half x = Interop.IntAsFloat(a[i]);
        Half y = (Half)1.5f;
        result[i] = Half.IsNaN(x) ? -1f : (float)(x * y + Half.One) + (float)Half.Abs(-x) + (x < y ? 1 : 0);
    }

    private static void HalfStorage(Index1D i, ArrayView<float> a, ArrayView<Half> result) => result[i] = (Half)a[i];

    private static void BFloat16Storage(Index1D i, ArrayView<float> a, ArrayView<BFloat16> result) => result[i] = (BFloat16)(a[i] * 1.5f);

    [Test]
    public void SinglesAdd() => CheckPairs(Add32);

    [Test]
    public void SinglesSubtract() => CheckPairs(Subtract32);

    [Test]
    public void SinglesMultiply() => CheckPairs(Multiply32);

    [Test]
    public void SinglesDivide() => CheckPairs(Divide32);

    [Test]
    public void SinglesLeaveRemainders()
    {
        var (a, b) = Samples.Pairs(Samples.Ordinary32, [1f, -2f, 0.5f, 3f]);
        Check<float, float, float>(Remainder32, a, b);
    }

    [Test]
    public void DoublesAdd() => CheckPairs(Add64);

    [Test]
    public void DoublesMultiply() => CheckPairs(Multiply64);

    [Test]
    public void DoublesDivide() => CheckPairs(Divide64);

    [Test]
    public void SinglesCompareAlsoWithNaN()
    {
        var (a, b) = Samples.Pairs(Samples.Float32, Samples.Float32);
        Check<float, float, int>(Compare32, a, b);
    }

    [Test]
    public void DoublesCompareAlsoWithNaN()
    {
        var (a, b) = Samples.Pairs(Samples.Float64, Samples.Float64);
        Check<double, double, int>(Compare64, a, b);
    }

    [Test]
    public void SinglesAreClassified() => Check<float, int>(Classify32, Samples.Float32);

    [Test]
    public void DoublesAreClassified() => Check<double, int>(Classify64, Samples.Float64);

    [Test]
    public void SinglesBecomeIntegersAndSaturate() => Check<float, long>(ToIntegers32, Samples.Float32);

    [Test]
    public void DoublesBecomeIntegersAndSaturate() => Check<double, long>(ToIntegers64, Samples.Float64);

    [Test]
    public void IntegersBecomeFloats()
    {
        Check<int, double>(FromInt32, Samples.Int32);
        Check<long, float>(FromInt64, Samples.Int64);
        Check<ulong, double>(FromUInt64, Samples.UInt64);
    }

    [Test]
    public void PrecisionChanges()
    {
        Check<double, float>(Narrow, Samples.Float64);
        Check<float, double>(Widen, Samples.Float32);
    }

    [Test]
    public void BitPatternsAreReadAndMade()
    {
        Check<float, uint>(Bits32, Samples.Ordinary32);
        Check<double, ulong>(Bits64, Samples.Ordinary64);
    }

    [Test]
    public void HalvesCalculate() => Check<ushort, float>(HalfArithmetic, [.. Samples.UInt16, 0x7C00, 0xFC00, 1, 0x8001, 0x3C00]);

    [Test]
    public void HalvesAreStored() =>
        Check<float, Half>(HalfStorage, [.. Samples.Ordinary32, 65504f, 65520f, 1e-7f, 6e-8f, float.PositiveInfinity]);

    [Test]
    public void BFloat16IsStored() => Check<float, BFloat16>(BFloat16Storage, Samples.Ordinary32);

    private void CheckPairs(Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel)
    {
        var (a, b) = Samples.Pairs(Samples.Float32, Samples.Float32);
        Check(kernel, a, b);
    }

    private void CheckPairs(Action<Index1D, ArrayView<double>, ArrayView<double>, ArrayView<double>> kernel)
    {
        var (a, b) = Samples.Pairs(Samples.Float64, Samples.Float64);
        Check(kernel, a, b);
    }
}
