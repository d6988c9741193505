using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>LibDevice's functions against the framework's, for float and double.</summary>
public sealed class LibDeviceTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly double[] s_numbers = [0.25, 0.5, 0.75, 0.9, 0.03, 0.618];

    [Test]
    public void NamesStandForTheFunctionsOfTheFramework()
    {
        (Func<double, double> Function, Func<float, float> Single, Func<double, double> Expected)[] functions =
        [
            (LibDevice.Abs, LibDevice.Abs, Math.Abs), (LibDevice.Acos, LibDevice.Acos, Math.Acos),
            (LibDevice.Asin, LibDevice.Asin, Math.Asin),
            (LibDevice.Atan, LibDevice.Atan, Math.Atan), (LibDevice.Ceil, LibDevice.Ceil, Math.Ceiling),
            (LibDevice.Cos, LibDevice.Cos, Math.Cos),
            (LibDevice.Cosh, LibDevice.Cosh, Math.Cosh), (LibDevice.Exp, LibDevice.Exp, Math.Exp),
            (LibDevice.Exp2, LibDevice.Exp2, x => Math.Pow(2, x)),
            (LibDevice.Floor, LibDevice.Floor, Math.Floor), (LibDevice.Log, LibDevice.Log, Math.Log),
            (LibDevice.Log10, LibDevice.Log10, Math.Log10),
            (LibDevice.Log2, LibDevice.Log2, Math.Log2), (LibDevice.NearbyInt, LibDevice.NearbyInt, Math.Round),
            (LibDevice.Rint, LibDevice.Rint, Math.Round),
            (LibDevice.Round, LibDevice.Round, x => Math.Round(x, MidpointRounding.AwayFromZero)),
            (LibDevice.Rsqrt, LibDevice.Rsqrt, x => 1 / Math.Sqrt(x)),
            (LibDevice.Sin, LibDevice.Sin, Math.Sin), (LibDevice.Sinh, LibDevice.Sinh, Math.Sinh),
            (LibDevice.Sqrt, LibDevice.Sqrt, Math.Sqrt),
            (LibDevice.Tan, LibDevice.Tan, Math.Tan), (LibDevice.Tanh, LibDevice.Tanh, Math.Tanh),
            (LibDevice.Trunc, LibDevice.Trunc, Math.Truncate),
            (x => LibDevice.Atan(x, -2), x => LibDevice.Atan(x, -2), x => Math.Atan2(x, -2)),
            (x => LibDevice.CopySign(3, -x), x => LibDevice.CopySign(3, -x), _ => -3),
            (x => LibDevice.Fmod(x, 0.4), x => LibDevice.Fmod(x, 0.4f), x => x % 0.4),
            (x => LibDevice.Max(x, 0.6), x => LibDevice.Max(x, 0.6f), x => Math.Max(x, 0.6)),
            (x => LibDevice.Min(x, 0.6), x => LibDevice.Min(x, 0.6f), x => Math.Min(x, 0.6)),
            (x => LibDevice.Pow(x, 3), x => LibDevice.Pow(x, 3), x => x * x * x),
            (x => LibDevice.Remainder(x, 0.4), x => LibDevice.Remainder(x, 0.4f), x => Math.IEEERemainder(x, 0.4)),
            (x => LibDevice.FusedMultiplyAdd(x, 2, 1), x => LibDevice.FusedMultiplyAdd(x, 2, 1), x => (2 * x) + 1),
        ];
        foreach (var (function, single, expected) in functions)
        {
            foreach (double number in s_numbers)
            {
                Assert.That(function(number), Is.EqualTo(expected(number)).Within(1e-12));
                Assert.That(
                    single((float)number), Is.EqualTo(expected((float)number)).Within(1e-6 * Math.Max(1, Math.Abs(expected(number)))));
            }
        }
    }

    [Test]
    public void Doubles()
    {
        CheckClose(Kernel, s_numbers, 1e-12);

        static void Kernel(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i], w = 2.5 - (4 * v);
            LibDevice.SinCos(w, out double sine, out double cosine);
            y[i] = sine + (2 * cosine) + LibDevice.Abs(w) + LibDevice.Acos(v) + LibDevice.Asin(v) + LibDevice.Atan(w) + LibDevice.Ceil(w)
                + LibDevice.Cos(w) + LibDevice.Cosh(w) + LibDevice.Exp(w) + LibDevice.Exp2(w) + LibDevice.Floor(w) + LibDevice.Log(v)
                + LibDevice.Log10(v) + LibDevice.Log2(v) + LibDevice.NearbyInt(w) + LibDevice.Rint(w) + LibDevice.Round(w)
                + LibDevice.Rsqrt(v) + LibDevice.Sin(w) + LibDevice.Sinh(w) + LibDevice.Sqrt(v) + LibDevice.Tan(v) + LibDevice.Tanh(w)
                + LibDevice.Trunc(w)
                + LibDevice.Atan(w, v) + LibDevice.CopySign(v, w) + LibDevice.Fmod(w, v) + LibDevice.Max(v, w) + (3 * LibDevice.Min(v, w))
                + LibDevice.Pow(v, w) + LibDevice.Remainder(w, v) + LibDevice.FusedMultiplyAdd(v, w, v)
                + LibDevice.LongAsDouble(LibDevice.DoubleAsLong(v) + 1);
        }
    }

    [Test]
    public void Floats()
    {
        CheckClose(Kernel, [.. s_numbers.Select(number => (float)number)], 2e-5);

        static void Kernel(Index1D i, ArrayView<float> x, ArrayView<float> y)
        {
            float v = x[i], w = 2.5f - (4 * v);
            LibDevice.SinCos(w, out float sine, out float cosine);
            y[i] = sine + (2 * cosine) + LibDevice.Abs(w) + LibDevice.Acos(v) + LibDevice.Asin(v) + LibDevice.Atan(w) + LibDevice.Ceil(w)
                + LibDevice.Cos(w) + LibDevice.Cosh(w) + LibDevice.Exp(w) + LibDevice.Exp2(w) + LibDevice.Floor(w) + LibDevice.Log(v)
                + LibDevice.Log10(v) + LibDevice.Log2(v) + LibDevice.NearbyInt(w) + LibDevice.Rint(w) + LibDevice.Round(w)
                + LibDevice.Rsqrt(v) + LibDevice.Sin(w) + LibDevice.Sinh(w) + LibDevice.Sqrt(v) + LibDevice.Tan(v) + LibDevice.Tanh(w)
                + LibDevice.Trunc(w)
                + LibDevice.Atan(w, v) + LibDevice.CopySign(v, w) + LibDevice.Fmod(w, v) + LibDevice.Max(v, w) + (3 * LibDevice.Min(v, w))
                + LibDevice.Pow(v, w) + LibDevice.Remainder(w, v) + LibDevice.FusedMultiplyAdd(v, w, v)
                + LibDevice.IntAsFloat(LibDevice.FloatAsInt(v) + 1) + LibDevice.Saturate(w);
        }
    }

    [Test]
    public void Integers()
    {
        long[] results = CheckWhole<long, long>(Kernel, [-5, 3, 0x00F0], 16);
        Assert.That(results, Is.EqualTo(new long[] { 5, 5, 3, 3, 3, 3, -5, -5, 3, 3, 4, 4, 24, 56, 1, 0 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            long a = v[0], b = v[1], c = v[2];
            r[0] = LibDevice.Abs((int)a);
            r[1] = LibDevice.Abs(a);
            r[2] = LibDevice.Max((int)a, (int)b);
            r[3] = LibDevice.Max(a, b);
            r[4] = LibDevice.Max(1u, (uint)b);
            r[5] = (long)LibDevice.Max(1ul, (ulong)b);
            r[6] = LibDevice.Min((int)a, (int)b);
            r[7] = LibDevice.Min(a, b);
            r[8] = LibDevice.Min((uint)a, (uint)b);
            r[9] = (long)LibDevice.Min((ulong)a, (ulong)b);
            r[10] = LibDevice.PopCount((int)c);
            r[11] = LibDevice.PopCount(c);
            r[12] = LibDevice.CountLeadingZero((int)c);
            r[13] = LibDevice.CountLeadingZero(c);
            r[14] = (int)LibDevice.Saturate(b);
            r[15] = (int)LibDevice.Saturate(a);
        }
    }

    [Test]
    public void BitsAveragesAndProducts()
    {
        long[] numbers =
            [0, 1, -1, 5, 0x12345678, -0x12345678, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 0x123456789ABCDEF];
        Check<long, long, long>(
            Kernel, [.. numbers.SelectMany(_ => numbers)], [.. numbers.SelectMany(x => Enumerable.Repeat(x, numbers.Length))]);

        static void Kernel(Index1D i, ArrayView<long> first, ArrayView<long> second, ArrayView<long> result)
        {
            long x = first[i], y = second[i];
            int a = (int)x, b = (int)y;
            uint c = (uint)x, d = (uint)y;
            long r = LibDevice.BitReverse(a) + (3 * LibDevice.BitReverse(x));
            r = (31 * r) + LibDevice.BytePerm(a, b, 0x5274) + (5L * LibDevice.BytePerm(a, b, b));
            r = (31 * r) + LibDevice.FindFirstSignificant(a) + (7 * LibDevice.FindFirstSignificant(y));
            r = (31 * r) + LibDevice.Hadd(a, b) + (3L * LibDevice.Uhadd(a, b));
            r = (31 * r) + LibDevice.Rhadd(a, b) + (3L * LibDevice.Rhadd(c, d));
            r = (31 * r) + LibDevice.Mul24(a, b) + (3L * LibDevice.Mul24(c, d));
            r = (31 * r) + LibDevice.MulHi(a, b) + (3L * LibDevice.MulHi(c, d));
            r = (31 * r) + LibDevice.Mul64Hi(x, y) + (3 * (long)LibDevice.Mul64Hi((ulong)x, (ulong)y));
            r = (31 * r) + LibDevice.Sad(a, b, 9) + (3L * LibDevice.Sad(c, d, 9));
            result[i] = r;
        }
    }

    [Test]
    public void ConversionsOfIntegers()
    {
        Check<long, double>(
            Kernel,
            [0, 1, -1, 16_777_217, -16_777_219, int.MaxValue, int.MinValue, (1L << 53) + 1, -(1L << 53) - 3, long.MaxValue, long.MinValue]);

        static void Kernel(Index1D i, ArrayView<long> x, ArrayView<double> y)
        {
            long v = x[i];
            ulong u = (ulong)v;
            int n = (int)v;
            double r = LibDevice.IntToDoubleRoundEven(n) + (0.5 * LibDevice.UIntToDoubleRoundEven(n));
            r = (0.5 * r) + LibDevice.IntToFloatRoundDown(n) - LibDevice.IntToFloatRoundEven(n) - LibDevice.IntToFloatRoundUp(n);
            r = (0.5 * r) + LibDevice.IntToFloatRoundZero(n) - LibDevice.UIntToFloatRoundZero(n) - LibDevice.UIntToFloatRoundEven(n);
            r = (0.5 * r) + LibDevice.UIntToFloatRoundDown(n) - LibDevice.UIntToFloatRoundUp(n) + LibDevice.LongToFloatRoundEven(v);
            r = (0.5 * r) + LibDevice.LongToFloatRoundDown(v) - LibDevice.LongToFloatRoundUp(v) + LibDevice.LongToFloatRoundZero(v);
            r = (0.5 * r) + LibDevice.ULongToFloatRoundDown(u) - LibDevice.ULongToFloatRoundUp(u) + LibDevice.ULongToFloatRoundZero(u);
            r = (0.5 * r) + LibDevice.ULongToFloatRoundEven(u) - LibDevice.LongToDoubleRoundEven(v) + LibDevice.LongToDoubleRoundEven(u);
            r = (0.5 * r) + LibDevice.LongToDoubleRoundDown(v) - LibDevice.LongToDoubleRoundUp(v) + LibDevice.LongToDoubleRoundZero(v);
            r = (0.5 * r) + LibDevice.ULongToDoubleRoundDown(u) - LibDevice.ULongToDoubleRoundUp(u) + LibDevice.ULongToDoubleRoundZero(u);
            y[i] = r;
        }
    }

    [Test]
    public void ConversionsToIntegers()
    {
        Check<double, long>(
            Kernel, [0, -0.5, 0.5, 1.5, 2.5, -2.5, 2.7, -2.7, 3e9, -3e9, 1e19, 2e19, 9.3e18, 0.1, double.PositiveInfinity, double.NaN]);

        static void Kernel(Index1D i, ArrayView<double> x, ArrayView<long> y)
        {
            double v = x[i];
            float f = LibDevice.DoubleToFloatRoundDown(v), g = LibDevice.DoubleToFloatRoundUp(v);
            long r = LibDevice.FloatAsInt(LibDevice.DoubleToFloatRoundEven(v)) - LibDevice.FloatAsInt(LibDevice.DoubleToFloatRoundZero(v));
            r = (31 * r) + LibDevice.DoubleToIntRoundDown(v) + (3L * LibDevice.DoubleToIntRoundEven(v));
            r = (31 * r) + LibDevice.DoubleToIntRoundUp(v) + (3L * LibDevice.DoubleToIntRoundZero(v));
            r = (31 * r) + LibDevice.DoubleToUIntRoundDown(v) + (3L * LibDevice.DoubleToUIntRoundEven(v));
            r = (31 * r) + LibDevice.DoubleToUIntRoundUp(v) + (3L * LibDevice.DoubleToUIntRoundZero(v));
            r = (31 * r) + LibDevice.DoubleToLongRoundDown(v) + (3 * LibDevice.DoubleToLongRoundEven(v));
            r = (31 * r) + LibDevice.DoubleToLongRoundUp(v) + (3 * LibDevice.DoubleToLongRoundZero(v));
            r = (31 * r) + (long)LibDevice.DoubleToULongRoundDown(v) + (3 * (long)LibDevice.DoubleToULongRoundEven(v));
            r = (31 * r) + (long)LibDevice.DoubleToULongRoundUp(v) + (3 * (long)LibDevice.DoubleToULongRoundZero(v));
            r = (31 * r) + LibDevice.FloatToIntRoundDown(f) + (3L * LibDevice.FloatToIntRoundEven(g));
            r = (31 * r) + LibDevice.FloatToIntRoundUp(f) + (3L * LibDevice.FloatToIntRoundZero(g));
            r = (31 * r) + LibDevice.FloatToUIntRoundDown(f) + (3L * LibDevice.FloatToUIntRoundEven(g));
            r = (31 * r) + LibDevice.FloatToUIntRoundUp(f) + (3L * LibDevice.FloatToUIntRoundZero(g));
            r = (31 * r) + LibDevice.FloatToLongRoundDown(f) + (3 * LibDevice.FloatToLongRoundEven(g));
            r = (31 * r) + LibDevice.FloatToLongRoundUp(f) + (3 * LibDevice.FloatToLongRoundZero(g));
            r = (31 * r) + (long)LibDevice.FloatToULongRoundDown(f) + (3 * (long)LibDevice.FloatToULongRoundEven(g));
            r = (31 * r) + (long)LibDevice.FloatToULongRoundUp(f) + (3 * (long)LibDevice.FloatToULongRoundZero(g));
            r = (31 * r) + LibDevice.LRound(v) + (3 * LibDevice.LRound(f)) + (5 * LibDevice.LRint(v)) + (7 * LibDevice.LRint(f));
            r = (31 * r) + LibDevice.DoubleToHiInt(v) + (3L * LibDevice.DoubleToLoInt(v));
            r = (31 * r) + LibDevice.DoubleToHiInt(LibDevice.HiLoIntToDouble(LibDevice.DoubleToHiInt(v) / 2, 5));
            r = (31 * r) + LibDevice.IsFinite(v) + (2 * LibDevice.Finite(g));
            r = (31 * r) + LibDevice.IsInfinity(v) + (2 * LibDevice.IsInfinity(g));
            r = (31 * r) + LibDevice.IsNaN(v) + (2 * LibDevice.IsNaN(f)) + (4 * LibDevice.SignBit(v));

            // A narrowed NaN has the sign that the device gives it.
            r = (2 * r) + (LibDevice.IsNaN(f) == 1 ? 0 : LibDevice.SignBit(f));
            y[i] = r;
        }
    }

    [Test]
    public void Approximations()
    {
        CheckClose(Kernel, [.. s_numbers.Select(number => (float)number)], 2e-5);
        CheckClose(Doubles, s_numbers, 1e-12);

        static void Kernel(Index1D i, ArrayView<float> x, ArrayView<float> y)
        {
            float v = x[i], rest = LibDevice.Modf(7 * v, out float whole);
            LibDevice.FastSinCos(v, out float sine, out float cosine);
            y[i] = sine + (2 * cosine) + LibDevice.FastCos(v) + LibDevice.FastSin(v) + LibDevice.FastTan(v) + LibDevice.FastExp(v)
                + LibDevice.FastExp10(v) + LibDevice.Exp10(v) + LibDevice.FastLog(v) + LibDevice.FastLog2(v) + LibDevice.FastLog10(v)
                + LibDevice.FastPow(v, 3) + LibDevice.FastDivide(3, v) + LibDevice.Dim(v, 0.5f) + whole + (3 * rest)
                + LibDevice.HalfToFloat(LibDevice.FloatToHalfRoundEven(v));
        }

        static void Doubles(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i], rest = LibDevice.Modf(7 * v, out double whole);
            y[i] = LibDevice.Exp10(v) + LibDevice.Dim(v, 0.5) + whole + (3 * rest);
        }
    }

    [Test]
    public void DirectedRoundingsOfDoubles()
    {
        double[] numbers =
        [
            1, -1, 3, 0.1, -0.1, 7, -2.5, 1.0 / 3, 1e300, -1e300, 1e-200, -1e-310, double.Epsilon, double.MaxValue, 1 + 1e-12, -1 - 1e-12,
        ];
        Check<double, double, long>(
            Kernel, [.. numbers.SelectMany(_ => numbers)], [.. numbers.SelectMany(x => Enumerable.Repeat(x, numbers.Length))]);

        static void Kernel(Index1D i, ArrayView<double> first, ArrayView<double> second, ArrayView<long> result)
        {
            double x = first[i], y = second[i], root = LibDevice.Abs(x);
            long r = 0;
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.AddRoundDown(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.AddRoundEven(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.AddRoundUp(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.AddRoundZero(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.MulRoundDown(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.MulRoundEven(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.MulRoundUp(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.MulRoundZero(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.DivRoundDown(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.DivRoundEven(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.DivRoundUp(x, y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.DivRoundZero(x, y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.RcpRoundDown(y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.RcpRoundEven(y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.RcpRoundUp(y))
                + (3 * LibDevice.DoubleAsLong(LibDevice.RcpRoundZero(y)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.SqrtRoundDown(root))
                + (3 * LibDevice.DoubleAsLong(LibDevice.SqrtRoundEven(root)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.SqrtRoundUp(root))
                + (3 * LibDevice.DoubleAsLong(LibDevice.SqrtRoundZero(root)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.FusedMultiplyAddRoundDown(x, y, x))
                + (3 * LibDevice.DoubleAsLong(LibDevice.FusedMultiplyAddRoundEven(x, y, x)));
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.FusedMultiplyAddRoundUp(x, y, x))
                + (3 * LibDevice.DoubleAsLong(LibDevice.FusedMultiplyAddRoundZero(x, y, x)));
            result[i] = r;
        }
    }

    [Test]
    public void DirectedRoundingsOfFloats()
    {
        float[] numbers = [1, -1, 3, 0.1f, -0.1f, 7, -2.5f, 1f / 3, 1e38f, -1e38f, 1e-30f, -1e-40f, float.Epsilon, float.MaxValue, 1.0001f];
        Check<float, float, long>(
            Kernel, [.. numbers.SelectMany(_ => numbers)], [.. numbers.SelectMany(x => Enumerable.Repeat(x, numbers.Length))]);

        static void Kernel(Index1D i, ArrayView<float> first, ArrayView<float> second, ArrayView<long> result)
        {
            float x = first[i], y = second[i], root = LibDevice.Abs(x);
            long r = LibDevice.FloatAsInt(LibDevice.RsqrtRoundEven(root));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.AddRoundDown(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.AddRoundEven(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.AddRoundUp(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.AddRoundZero(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.SubRoundDown(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.SubRoundEven(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.SubRoundUp(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.SubRoundZero(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.MulRoundDown(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.MulRoundEven(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.MulRoundUp(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.MulRoundZero(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.DivRoundDown(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.DivRoundEven(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.DivRoundUp(x, y))
                + (3L * LibDevice.FloatAsInt(LibDevice.DivRoundZero(x, y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.RcpRoundDown(y))
                + (3L * LibDevice.FloatAsInt(LibDevice.RcpRoundEven(y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.RcpRoundUp(y))
                + (3L * LibDevice.FloatAsInt(LibDevice.RcpRoundZero(y)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.SqrtRoundDown(root))
                + (3L * LibDevice.FloatAsInt(LibDevice.SqrtRoundEven(root)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.SqrtRoundUp(root))
                + (3L * LibDevice.FloatAsInt(LibDevice.SqrtRoundZero(root)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.FusedMultiplyAddRoundDown(x, y, x))
                + (3L * LibDevice.FloatAsInt(LibDevice.FusedMultiplyAddRoundEven(x, y, x)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.FusedMultiplyAddRoundUp(x, y, x))
                + (3L * LibDevice.FloatAsInt(LibDevice.FusedMultiplyAddRoundZero(x, y, x)));
            result[i] = r;
        }
    }

    [Test]
    public void PowersOfTwoAndQuotients()
    {
        double[] numbers = [0.1, -0.7, 0, 3, 1e300, -1e-300, double.Epsilon, 1e-310, double.MaxValue, double.PositiveInfinity, 17.5, 1e19];
        Check<double, double, double>(
            Kernel, [.. numbers.SelectMany(_ => numbers)], [.. numbers.SelectMany(x => Enumerable.Repeat(x, numbers.Length))]);

        static void Kernel(Index1D i, ArrayView<double> first, ArrayView<double> second, ArrayView<double> result)
        {
            double x = first[i], y = second[i];
            float f = (float)x;
            double mantissa = LibDevice.Rexp(x, out int power);
            float narrow = LibDevice.Rexp(f, out int other);
            int shift = LibDevice.ILogB(y) / 3, floats = LibDevice.ILogB(f) / 3;
            double rest = LibDevice.RemQuo(x, y, out int quotient);
            float single = LibDevice.RemQuo(f, (float)y, out int small);
            long r = LibDevice.DoubleAsLong(mantissa) + (3 * power) + LibDevice.FloatAsInt(narrow) + (5 * other);
            r = (31 * r) + LibDevice.DoubleAsLong(LibDevice.Scalbn(x, shift)) + (3 * LibDevice.DoubleAsLong(LibDevice.Exp(x, -shift)));
            r = (31 * r) + LibDevice.FloatAsInt(LibDevice.Scalbn(f, floats)) + (3L * LibDevice.FloatAsInt(LibDevice.Exp(f, -floats)));
            r = (31 * r) + quotient + (16 * small);

            // What may be NaN is not mixed into the bits.
            result[i] = LibDevice.IntToDoubleRoundEven((int)(r >> 32)) + LibDevice.IntToDoubleRoundEven((int)r)
                + (LibDevice.IsNaN(rest) == 1 ? 0.25 : 0.5 * rest) + (LibDevice.IsNaN(single) == 1 ? 0.25 : 0.5 * single)
                + LibDevice.LogB(x) + LibDevice.LogB(f);
        }
    }

    [Test]
    public void SpecialFunctionsOfDoubles()
    {
        CheckClose(Statistics, s_numbers, 1e-12);
        CheckClose(Gammas, s_numbers, 1e-12);
        CheckClose(Bessels, s_numbers, 1e-12);
        CheckClose(Elementary, s_numbers, 1e-12);

        static void Statistics(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i], w = (10 * v) - 4;
            y[i] = LibDevice.Erf(w) + (3 * LibDevice.Erfc(w)) + LibDevice.Erfcx(w / 2) + (5 * LibDevice.Normcdf(w))
                + LibDevice.ErfInv((2 * v) - 1) + (7 * LibDevice.ErfcInv(2 * v)) + (9 * LibDevice.NormcdfInv(v));
        }

        static void Gammas(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i];
            y[i] = LibDevice.Tgamma(v) + (2 * LibDevice.Tgamma(10 * v)) + (3 * LibDevice.Tgamma(-3 * v)) + LibDevice.Gamma(v)
                + (2 * LibDevice.Gamma(100 * v)) + (3 * LibDevice.Gamma(-3 * v)) + LibDevice.Gamma(10 * v);
        }

        static void Bessels(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i], w = 20 * v, far = 30 + (100 * v);
            y[i] = 20 + LibDevice.J0(w) + (2 * LibDevice.J1(-w)) + (3 * LibDevice.Y0(w)) + (4 * LibDevice.Y1(w)) + LibDevice.JN(3, w)
                + LibDevice.J0(far) + (2 * LibDevice.J1(far)) + (3 * LibDevice.Y0(far)) + (4 * LibDevice.Y1(far)) + LibDevice.JN(9, -w);
        }

        static void Elementary(Index1D i, ArrayView<double> x, ArrayView<double> y)
        {
            double v = x[i], w = 2.5 - (4 * v);
            LibDevice.SinCosPi(w, out double sine, out double cosine);
            y[i] = 10 + sine + (3 * cosine) + LibDevice.SinPi(v) + LibDevice.CosPi(v) + LibDevice.Cbrt(w) + LibDevice.Rcbrt(v)
                + LibDevice.Hypot(v, w) + LibDevice.Expm1(w) + LibDevice.Log1P(v) + LibDevice.Acosh(v + 1) + LibDevice.Asinh(w)
                + LibDevice.Atanh(v) + LibDevice.Pow(w, 3);
        }
    }

    [Test]
    public void SpecialFunctionsOfFloats()
    {
        float[] numbers = [.. s_numbers.Select(number => (float)number)];
        CheckClose(Statistics, numbers, 2e-6);
        CheckClose(Others, numbers, 2e-6);

        static void Statistics(Index1D i, ArrayView<float> x, ArrayView<float> y)
        {
            float v = x[i];
            y[i] = LibDevice.Erf(v) + (3 * LibDevice.Erfc(v)) + LibDevice.Erfcx(v) + (5 * LibDevice.Normcdf(v))
                + LibDevice.ErfInv(v) + (7 * LibDevice.ErfcInv(v)) + (9 * LibDevice.NormcdfInv(0.5f + (0.5f * v)))
                + LibDevice.Tgamma(v) + LibDevice.Gamma(v);
        }

        static void Others(Index1D i, ArrayView<float> x, ArrayView<float> y)
        {
            float v = x[i];
            LibDevice.SinCosPi(v, out float sine, out float cosine);
            y[i] = 10 + sine + (3 * cosine) + LibDevice.SinPi(v) + LibDevice.CosPi(v) + LibDevice.Cbrt(v) + LibDevice.Rcbrt(v)
                + LibDevice.Hypot(v, 2) + LibDevice.Expm1(v) + LibDevice.Log1P(v) + LibDevice.Acosh(v + 1) + LibDevice.Asinh(v)
                + LibDevice.Atanh(v) + LibDevice.Pow(v, 3) + LibDevice.J0(v) + LibDevice.J1(v) + LibDevice.JN(2, v)
                - (0.1f * LibDevice.Y0(v)) - (0.01f * LibDevice.Y1(v));
        }
    }
}
