using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>LibDevice's functions against the framework's, for float and double.</summary>
public sealed class LibDeviceTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly double[] Numbers = [0.25, 0.5, 0.75, 0.9, 0.03, 0.618];

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
            foreach (double number in Numbers)
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
        CheckClose(Kernel, Numbers, 1e-12);

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
        CheckClose(Kernel, [.. Numbers.Select(number => (float)number)], 2e-5);

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
}
