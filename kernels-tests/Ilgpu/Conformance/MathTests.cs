using ILGPU;
using ILGPU.Algorithms;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>The mathematical functions, one kernel each, against .NET's within the error that the devices allow themselves.</summary>
public sealed class MathTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const double Single = 2e-6;

    private const double Double = 1e-13;

    private static readonly float[] s_moderate32 = [.. Samples.Ordinary32.Where(v => Math.Abs(v) is < 1e4f and (0 or > 1e-3f))];

    private static readonly double[] s_moderate64 = [.. s_moderate32.Select(v => (double)v)];

    private static void Sqrt32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Sqrt(XMath.Abs(a[i]));

    private static void Sqrt64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Sqrt(XMath.Abs(a[i]));

    private static void Rsqrt32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Rsqrt(XMath.Abs(a[i]) + 0.1f);

    private static void Rsqrt64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Rsqrt(XMath.Abs(a[i]) + 0.1);

    private static void Rcp32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Rcp(a[i] + 20);

    private static void Rcp64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Rcp(a[i] + 20);

    private static void Exp32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Exp(a[i] * 0.1f);

    private static void Exp64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Exp(a[i] * 0.1);

    private static void Exp232(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Exp2(a[i] * 0.1f);

    private static void Exp264(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Exp2(a[i] * 0.1);

    private static void Log32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Log(XMath.Abs(a[i]) + 1.5f);

    private static void Log64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Log(XMath.Abs(a[i]) + 1.5);

    private static void Log232(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Log2(XMath.Abs(a[i]) + 1.5f);

    private static void Log264(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Log2(XMath.Abs(a[i]) + 1.5);

    private static void Log1032(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Log10(XMath.Abs(a[i]) + 1.5f);

    private static void Log1064(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Log10(XMath.Abs(a[i]) + 1.5);

    private static void Sin32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Sin(a[i] * 0.1f);

    private static void Sin64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Sin(a[i] * 0.1);

    private static void Cos32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Cos(a[i] * 0.01f);

    private static void Cos64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Cos(a[i] * 0.01);

    private static void Tan32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Tan(a[i] * 0.1f);

    private static void Tan64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Tan(a[i] * 0.1);

    private static void Asin32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Asin(a[i] / 20000000000f);

    private static void Asin64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Asin(a[i] / 20000000000);

    private static void Acos32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Acos(a[i] / 20000000000f);

    private static void Acos64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Acos(a[i] / 20000000000);

    private static void Atan32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Atan(a[i]);

    private static void Atan64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Atan(a[i]);

    private static void Sinh32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Sinh(a[i] * 0.1f);

    private static void Sinh64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Sinh(a[i] * 0.1);

    private static void Cosh32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Cosh(a[i] * 0.1f);

    private static void Cosh64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Cosh(a[i] * 0.1);

    private static void Tanh32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Tanh(a[i] * 0.1f);

    private static void Tanh64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Tanh(a[i] * 0.1);

    private static void Floor32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Floor(a[i]);

    private static void Floor64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Floor(a[i]);

    private static void Ceiling32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Ceiling(a[i]);

    private static void Ceiling64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Ceiling(a[i]);

    private static void Truncate32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Truncate(a[i]);

    private static void Truncate64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Truncate(a[i]);

    private static void RoundToEven32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.RoundToEven(a[i] * 0.5f);

    private static void RoundToEven64(Index1D i, ArrayView<double> a, ArrayView<double> result) =>
        result[i] = XMath.RoundToEven(a[i] * 0.5);

    private static void RoundAwayFromZero32(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = XMath.RoundAwayFromZero(a[i] * 0.5f);

    private static void RoundAwayFromZero64(Index1D i, ArrayView<double> a, ArrayView<double> result) =>
        result[i] = XMath.RoundAwayFromZero(a[i] * 0.5);

    private static void Abs32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Abs(a[i]);

    private static void Abs64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.Abs(a[i]);

    private static void DegToRad32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.DegToRad(a[i]);

    private static void DegToRad64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.DegToRad(a[i]);

    private static void RadToDeg32(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.RadToDeg(a[i]);

    private static void RadToDeg64(Index1D i, ArrayView<double> a, ArrayView<double> result) => result[i] = XMath.RadToDeg(a[i]);

    private static void PowKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = XMath.Pow(XMath.Abs(a[i]) + 0.5f, 1.7f);

    private static void Atan2Kernel(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Atan2(a[i], 1.5f);

    private static void LogBaseKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = XMath.Log(XMath.Abs(a[i]) + 1.5f, 3f);

    private static void RemKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) => result[i] = XMath.Rem(a[i], 0.75f);

    private static void IEEERemainderKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = XMath.IEEERemainder(a[i], 0.75f);

    private static void CopySignKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = IntrinsicMath.CopySign(3f, a[i]);

    private static void MinMaxClampKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = XMath.Min(a[i], 1f) + XMath.Max(a[i], -1f) + XMath.Clamp(a[i], -2f, 2f);

    private static void FrameworkMathKernel(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = (float)Math.Sqrt(XMath.Abs(a[i])) + MathF.Exp(a[i] * 0.1f) + MathF.Max(a[i], 0f) + MathF.Tanh(a[i]) + MathF.Floor(a[i]);

    private static void SinCosKernel(Index1D i, ArrayView<float> a, ArrayView<float> result)
    {
        XMath.SinCos(a[i] * 0.1f, out float sine, out float cosine);
        result[i] = sine + 3 * cosine;
    }

    private static void IntegerKernel(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] = XMath.Abs(a[i]) ^ XMath.Min(a[i], 5) ^ XMath.Max(a[i], -5) ^ XMath.Clamp(a[i], -9, 9) ^ XMath.PopCount(a[i])
            ^ (XMath.LeadingZeroCount(a[i]) << 4) ^ (XMath.TrailingZeroCount(a[i]) << 8) ^ XMath.DivRoundUp(a[i] & 0xFF, 3);

    private static void NaNLoses(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result) =>
        result[i] = i % 2 == 0 ? XMath.Max(a[i], b[i]) : XMath.Min(a[i], b[i]);

    [Test]
    public void Sqrt()
    {
        CheckClose<float>(Sqrt32, s_moderate32, Single);
        CheckClose<double>(Sqrt64, s_moderate64, Double);
    }

    [Test]
    public void Rsqrt()
    {
        CheckClose<float>(Rsqrt32, s_moderate32, Single);
        CheckClose<double>(Rsqrt64, s_moderate64, Double);
    }

    [Test]
    public void Rcp()
    {
        CheckClose<float>(Rcp32, s_moderate32, Single);
        CheckClose<double>(Rcp64, s_moderate64, Double);
    }

    [Test]
    public void Exp()
    {
        CheckClose<float>(Exp32, s_moderate32, Single);
        CheckClose<double>(Exp64, s_moderate64, Double);
    }

    [Test]
    public void Exp2()
    {
        CheckClose<float>(Exp232, s_moderate32, Single);
        CheckClose<double>(Exp264, s_moderate64, Double);
    }

    [Test]
    public void Log()
    {
        CheckClose<float>(Log32, s_moderate32, Single);
        CheckClose<double>(Log64, s_moderate64, Double);
    }

    [Test]
    public void Log2()
    {
        CheckClose<float>(Log232, s_moderate32, Single);
        CheckClose<double>(Log264, s_moderate64, Double);
    }

    [Test]
    public void Log10()
    {
        CheckClose<float>(Log1032, s_moderate32, Single);
        CheckClose<double>(Log1064, s_moderate64, Double);
    }

    [Test]
    public void Sin()
    {
        CheckClose<float>(Sin32, s_moderate32, Single);
        CheckClose<double>(Sin64, s_moderate64, Double);
    }

    [Test]
    public void Cos()
    {
        CheckClose<float>(Cos32, s_moderate32, Single);
        CheckClose<double>(Cos64, s_moderate64, Double);
    }

    [Test]
    public void Tan()
    {
        CheckClose<float>(Tan32, s_moderate32, Single);
        CheckClose<double>(Tan64, s_moderate64, Double);
    }

    [Test]
    public void Asin()
    {
        CheckClose<float>(Asin32, s_moderate32, Single);
        CheckClose<double>(Asin64, s_moderate64, Double);
    }

    [Test]
    public void Acos()
    {
        CheckClose<float>(Acos32, s_moderate32, Single);
        CheckClose<double>(Acos64, s_moderate64, Double);
    }

    [Test]
    public void Atan()
    {
        CheckClose<float>(Atan32, s_moderate32, Single);
        CheckClose<double>(Atan64, s_moderate64, Double);
    }

    [Test]
    public void Sinh()
    {
        CheckClose<float>(Sinh32, s_moderate32, Single);
        CheckClose<double>(Sinh64, s_moderate64, Double);
    }

    [Test]
    public void Cosh()
    {
        CheckClose<float>(Cosh32, s_moderate32, Single);
        CheckClose<double>(Cosh64, s_moderate64, Double);
    }

    [Test]
    public void Tanh()
    {
        CheckClose<float>(Tanh32, s_moderate32, Single);
        CheckClose<double>(Tanh64, s_moderate64, Double);
    }

    [Test]
    public void Floor()
    {
        CheckClose<float>(Floor32, s_moderate32, Single);
        CheckClose<double>(Floor64, s_moderate64, Double);
    }

    [Test]
    public void Ceiling()
    {
        CheckClose<float>(Ceiling32, s_moderate32, Single);
        CheckClose<double>(Ceiling64, s_moderate64, Double);
    }

    [Test]
    public void Truncate()
    {
        CheckClose<float>(Truncate32, s_moderate32, Single);
        CheckClose<double>(Truncate64, s_moderate64, Double);
    }

    [Test]
    public void RoundToEven()
    {
        CheckClose<float>(RoundToEven32, s_moderate32, Single);
        CheckClose<double>(RoundToEven64, s_moderate64, Double);
    }

    [Test]
    public void RoundAwayFromZero()
    {
        CheckClose<float>(RoundAwayFromZero32, s_moderate32, Single);
        CheckClose<double>(RoundAwayFromZero64, s_moderate64, Double);
    }

    [Test]
    public void Abs()
    {
        CheckClose<float>(Abs32, s_moderate32, Single);
        CheckClose<double>(Abs64, s_moderate64, Double);
    }

    [Test]
    public void DegToRad()
    {
        CheckClose<float>(DegToRad32, s_moderate32, Single);
        CheckClose<double>(DegToRad64, s_moderate64, Double);
    }

    [Test]
    public void RadToDeg()
    {
        CheckClose<float>(RadToDeg32, s_moderate32, Single);
        CheckClose<double>(RadToDeg64, s_moderate64, Double);
    }

    [Test]
    public void Pow() => CheckClose<float>(PowKernel, s_moderate32, Single);

    [Test]
    public void Atan2() => CheckClose<float>(Atan2Kernel, s_moderate32, Single);

    [Test]
    public void LogBase() => CheckClose<float>(LogBaseKernel, s_moderate32, Single);

    [Test]
    public void Rem() => CheckClose<float>(RemKernel, s_moderate32, Single);

    [Test]
    public void IEEERemainder() => CheckClose<float>(IEEERemainderKernel, s_moderate32, Single);

    [Test]
    public void CopySign() => CheckClose<float>(CopySignKernel, s_moderate32, Single);

    [Test]
    public void MinMaxClamp() => CheckClose<float>(MinMaxClampKernel, s_moderate32, Single);

    [Test]
    public void FrameworkMath() => CheckClose<float>(FrameworkMathKernel, s_moderate32, Single);

    [Test]
    public void SinCos() => CheckClose<float>(SinCosKernel, s_moderate32, 1e-5);

    [Test]
    public void Integers() => Check<int, int>(IntegerKernel, Samples.Int32);

    [Test]
    public void MinAndMaxPreferNumbersToNaN()
    {
        float[] a = [1, float.NaN, 2, 3, float.NaN, float.NaN];
        float[] b = [float.NaN, 4, 5, float.NaN, float.NaN, 1];
        Check<float, float, float>(NaNLoses, a, b);
    }
}
