using ILGPU;
using ILGPU.Algorithms;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>XMath and IntrinsicMath for every type that they take.</summary>
public sealed class MathOverloadTests(string deviceName) : ConformanceFixture(deviceName)
{
    [Test]
    public void SByteExtremes()
    {
        var (first, second) = Samples.Pairs(Samples.Int8, Samples.Int8[..9]);
        Check<sbyte, sbyte, sbyte>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> y, ArrayView<sbyte> results)
        {
            sbyte a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 8) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a == sbyte.MinValue ? (sbyte)1 : a),
                _ => IntrinsicMath.Abs(a == sbyte.MinValue ? (sbyte)1 : a),
            };
        }
    }

    [Test]
    public void Int16Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.Int16, Samples.Int16[..9]);
        Check<short, short, short>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<short> x, ArrayView<short> y, ArrayView<short> results)
        {
            short a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 8) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a == short.MinValue ? (short)1 : a),
                _ => IntrinsicMath.Abs(a == short.MinValue ? (short)1 : a),
            };
        }
    }

    [Test]
    public void Int32Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.Int32, Samples.Int32[..9]);
        Check<int, int, int>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<int> x, ArrayView<int> y, ArrayView<int> results)
        {
            int a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 8) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a == int.MinValue ? (int)1 : a),
                _ => IntrinsicMath.Abs(a == int.MinValue ? (int)1 : a),
            };
        }
    }

    [Test]
    public void Int64Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.Int64, Samples.Int64[..9]);
        Check<long, long, long>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<long> x, ArrayView<long> y, ArrayView<long> results)
        {
            long a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 8) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a == long.MinValue ? (long)1 : a),
                _ => IntrinsicMath.Abs(a == long.MinValue ? (long)1 : a),
            };
        }
    }

    [Test]
    public void ByteExtremes()
    {
        var (first, second) = Samples.Pairs(Samples.UInt8, Samples.UInt8[..9]);
        Check<byte, byte, byte>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<byte> x, ArrayView<byte> y, ArrayView<byte> results)
        {
            byte a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 6) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                _ => IntrinsicMath.Clamp(a, low, high),
            };
        }
    }

    [Test]
    public void UInt16Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.UInt16, Samples.UInt16[..9]);
        Check<ushort, ushort, ushort>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<ushort> x, ArrayView<ushort> y, ArrayView<ushort> results)
        {
            ushort a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 6) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                _ => IntrinsicMath.Clamp(a, low, high),
            };
        }
    }

    [Test]
    public void UInt32Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.UInt32, Samples.UInt32[..9]);
        Check<uint, uint, uint>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<uint> x, ArrayView<uint> y, ArrayView<uint> results)
        {
            uint a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 6) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                _ => IntrinsicMath.Clamp(a, low, high),
            };
        }
    }

    [Test]
    public void UInt64Extremes()
    {
        var (first, second) = Samples.Pairs(Samples.UInt64, Samples.UInt64[..9]);
        Check<ulong, ulong, ulong>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<ulong> x, ArrayView<ulong> y, ArrayView<ulong> results)
        {
            ulong a = x[i], b = y[i], low = 1, high = 100;
            results[i] = (i % 6) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                _ => IntrinsicMath.Clamp(a, low, high),
            };
        }
    }

    [Test]
    public void SingleExtremes()
    {
        var (first, second) = Samples.Pairs(Samples.Ordinary32, Samples.Ordinary32[..9]);
        Check<float, float, float>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> results)
        {
            float a = x[i], b = y[i], low = -1, high = 100;
            results[i] = (i % 9) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a),
                7 => IntrinsicMath.Abs(a),
                _ => IntrinsicMath.CopySign(a, b),
            };
        }
    }

    [Test]
    public void DoubleExtremes()
    {
        var (first, second) = Samples.Pairs(Samples.Ordinary64, Samples.Ordinary64[..9]);
        Check<double, double, double>(Kernel, first, second);

        static void Kernel(Index1D i, ArrayView<double> x, ArrayView<double> y, ArrayView<double> results)
        {
            double a = x[i], b = y[i], low = -1, high = 100;
            results[i] = (i % 9) switch
            {
                0 => XMath.Min(a, b),
                1 => XMath.Max(a, b),
                2 => XMath.Clamp(a, low, high),
                3 => IntrinsicMath.Min(a, b),
                4 => IntrinsicMath.Max(a, b),
                5 => IntrinsicMath.Clamp(a, low, high),
                6 => XMath.Abs(a),
                7 => IntrinsicMath.Abs(a),
                _ => IntrinsicMath.CopySign(a, b),
            };
        }
    }

    [Test]
    public void Counts()
    {
        Check<long, int>(Kernel, Samples.Int64);

        static void Kernel(Index1D i, ArrayView<long> x, ArrayView<int> r)
        {
            long a = x[i];
            int sum = XMath.PopCount((int)a) + (3 * XMath.PopCount((uint)a)) + (5 * XMath.PopCount(a)) + (7 * XMath.PopCount((ulong)a));
            sum = (sum * 31) + XMath.LeadingZeroCount((int)a) + (3 * XMath.LeadingZeroCount((uint)a)) + (5 * XMath.LeadingZeroCount(a)) + (
                7 * XMath.LeadingZeroCount((ulong)a));
            sum = (sum * 31) + XMath.TrailingZeroCount((int)a) + (3 * XMath.TrailingZeroCount((uint)a)) + (
                5 * XMath.TrailingZeroCount(a)) + (7 * XMath.TrailingZeroCount((ulong)a));
            r[i] = sum;
        }
    }

    [Test]
    public void DivisionsRound()
    {
        long[] results = CheckWhole<long, long>(Kernel, [17, 5, 20, 4], 9);
        Assert.That(results, Is.EqualTo(new long[] { 4, 3, 5, 5, 4, 3, 4, 3, (17L << 32) + 5 }));

        static void Kernel(ArrayView<long> x, ArrayView<long> r)
        {
            r[0] = XMath.DivRoundUp(x[0], x[1]);
            r[1] = XMath.DivRoundDown(x[0], x[1]);
            r[2] = XMath.DivRoundUp((int)x[2], (int)x[3]);
            r[3] = XMath.DivRoundDown((int)x[2], (int)x[3]);
            r[4] = IntrinsicMath.DivRoundUp(x[0], x[1]);
            r[5] = IntrinsicMath.DivRoundDown(x[0], x[1]);
            r[6] = IntrinsicMath.DivRoundUp((int)x[0], (int)x[1]);
            r[7] = IntrinsicMath.DivRoundDown((int)x[0], (int)x[1]);
            var (lower, upper) = IntrinsicMath.Decompose(((ulong)x[0] << 32) | (ulong)x[1]);
            r[8] = ((long)upper << 32) + lower;
        }
    }

    [Test]
    public void RoundingHasFourForms()
    {
        CheckWhole<double, double>(Kernel, [2.5, -2.5, 1.23456789, -7.65], 24);

        static void Kernel(ArrayView<double> x, ArrayView<double> r)
        {
            for (int k = 0; k < 4; k++)
            {
                r[(6 * k) + 0] = XMath.Round(x[k]);
                r[(6 * k) + 1] = XMath.Round(x[k], MidpointRounding.AwayFromZero);
                r[(6 * k) + 2] = XMath.Round((float)x[k]);
                r[(6 * k) + 3] = XMath.Round((float)x[k], MidpointRounding.ToEven);
                r[(6 * k) + 4] = XMath.IsNaN(x[k]) || XMath.IsInfinity(x[k]) ? 0 : 1;
                r[(6 * k) + 5] = XMath.IsFinite(x[k]) ? 1 : 0;
            }
        }
    }

    [Test]
    public void RoundingToDigits()
    {
        CheckClose<double>(Doubles, [2.345, -2.5, 1.23456789, -7.65], 1e-12);
        CheckClose<float>(Singles, [2.345f, -2.5f, 1.2345678f, -7.65f], 1e-6);

        static void Doubles(Index1D i, ArrayView<double> x, ArrayView<double> r) =>
            r[i] = XMath.Round(x[i], 2) + (100 * XMath.Round(x[i], 1, MidpointRounding.AwayFromZero));

        static void Singles(Index1D i, ArrayView<float> x, ArrayView<float> r) =>
            r[i] = XMath.Round(x[i], 2) + (100 * XMath.Round(x[i], 1, MidpointRounding.AwayFromZero));
    }

    [Test]
    public void DoublesOfTwoArguments()
    {
        CheckClose<double>(Kernel, [0.5, 1.25, 3.75, 10], 1e-10);

        static void Kernel(Index1D i, ArrayView<double> x, ArrayView<double> r)
        {
            XMath.SinCos(x[i], out double sine, out double cosine);
            r[i] = XMath.Pow(x[i], 1.5) + XMath.Log(x[i] + 1, 3.0) + XMath.Atan2(x[i], 2.0) + XMath.Rem(x[i], 0.7) + XMath.IEEERemainder(
                x[i], 3.0) + sine + (2 * cosine);
        }
    }
}
