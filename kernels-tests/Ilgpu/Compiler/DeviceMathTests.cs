using ILGPU.Frontend.DeviceMath;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>The functions that PTX gets as C# against the framework's, in units in the last place.</summary>
public sealed class DeviceMathTests
{
    private const int Samples = 20000;

    public static IEnumerable<TestCaseData> SingleFunctions()
    {
        yield return Case("Exp", SingleMath.Exp, Math.Exp, -104, 89, 2);
        yield return Case("Log", SingleMath.Log, Math.Log, 0, 100, 2);
        yield return Case("Log near 1", SingleMath.Log, Math.Log, 0.9f, 1.1f, 2);
        yield return Case("Log2", SingleMath.Log2, Math.Log2, 0, 1e9f, 3);
        yield return Case("Log10", SingleMath.Log10, Math.Log10, 0, 1e9f, 3);
        yield return Case("Sin", SingleMath.Sin, Math.Sin, -2000, 2000, 2);
        yield return Case("Sin far", SingleMath.Sin, Math.Sin, -1e7f, 1e7f, 2);
        yield return Case("Cos", SingleMath.Cos, Math.Cos, -2000, 2000, 2);
        yield return Case("Tan", SingleMath.Tan, Math.Tan, -100, 100, 4);
        yield return Case("Atan", SingleMath.Atan, Math.Atan, -50, 50, 3);
        yield return Case("Asin", SingleMath.Asin, Math.Asin, -1, 1, 4);
        yield return Case("Acos", SingleMath.Acos, Math.Acos, -1, 1, 4);
        yield return Case("Sinh", SingleMath.Sinh, Math.Sinh, -88, 88, 6);
        yield return Case("Cosh", SingleMath.Cosh, Math.Cosh, -88, 88, 6);
        yield return Case("Tanh", SingleMath.Tanh, Math.Tanh, -10, 10, 3);

        static TestCaseData Case(
            string name, Func<float, float> actual, Func<double, double> expected, float from, float to, double ulps) =>
            new TestCaseData(actual, expected, from, to, ulps).SetArgDisplayNames(name);
    }

    public static IEnumerable<TestCaseData> DoubleFunctions()
    {
        yield return Case("Exp", DoubleMath.Exp, Math.Exp, -745, 709, 4);
        yield return Case("Exp2", DoubleMath.Exp2, x => Math.Pow(2, x), -1070, 1023, 6);
        yield return Case("Log", DoubleMath.Log, Math.Log, 0, 1e6, 3);
        yield return Case("Log near 1", DoubleMath.Log, Math.Log, 0.9, 1.1, 3);
        yield return Case("Log2", DoubleMath.Log2, Math.Log2, 0, 1e6, 4);
        yield return Case("Log10", DoubleMath.Log10, Math.Log10, 0, 1e6, 4);
        yield return Case("Sin", DoubleMath.Sin, Math.Sin, -1e5, 1e5, 4);
        yield return Case("Cos", DoubleMath.Cos, Math.Cos, -1e5, 1e5, 4);
        yield return Case("Tan", DoubleMath.Tan, Math.Tan, -100, 100, 8);
        yield return Case("Atan", DoubleMath.Atan, Math.Atan, -50, 50, 4);
        yield return Case("Asin", DoubleMath.Asin, Math.Asin, -1, 1, 6);
        yield return Case("Acos", DoubleMath.Acos, Math.Acos, -1, 1, 6);
        yield return Case("Sinh", DoubleMath.Sinh, Math.Sinh, -700, 700, 12);
        yield return Case("Cosh", DoubleMath.Cosh, Math.Cosh, -700, 700, 12);
        yield return Case("Tanh", DoubleMath.Tanh, Math.Tanh, -10, 10, 8);

        static TestCaseData Case(
            string name, Func<double, double> actual, Func<double, double> expected, double from, double to, double ulps) =>
            new TestCaseData(actual, expected, from, to, ulps).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(SingleFunctions))]
    public void SinglePrecision(Func<float, float> actual, Func<double, double> expected, float from, float to, double ulps)
    {
        var random = new Random(1);
        var worst = (Error: 0.0, At: 0.0f);
        for (var i = 0; i < Samples; i++)
        {
            float x = from + ((to - from) * random.NextSingle());
            double wanted = expected(x),
                unit = Math.Max(MathF.BitIncrement(MathF.Abs((float)wanted)) - MathF.Abs((float)wanted), float.Epsilon);
            var error = Math.Abs(actual(x) - wanted) / unit;
            if (error > worst.Error)
            {
                worst = (error, x);
            }
        }

        Assert.That(worst.Error, Is.LessThanOrEqualTo(ulps), $"at {worst.At:R}");
    }

    [TestCaseSource(nameof(DoubleFunctions))]
    public void DoublePrecision(Func<double, double> actual, Func<double, double> expected, double from, double to, double ulps)
    {
        var random = new Random(2);
        var worst = (Error: 0.0, At: 0.0);
        for (var i = 0; i < Samples; i++)
        {
            double x = from + ((to - from) * random.NextDouble());
            double wanted = expected(x), unit = Math.Max(Math.BitIncrement(Math.Abs(wanted)) - Math.Abs(wanted), double.Epsilon);
            var error = Math.Abs(actual(x) - wanted) / unit;
            if (error > worst.Error)
            {
                worst = (error, x);
            }
        }

        Assert.That(worst.Error, Is.LessThanOrEqualTo(ulps), $"at {worst.At:R}");
    }

    [Test]
    public void SpecialValuesAreThoseOfTheFramework()
    {
        float[] special = [0, -0f, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 1e-40f, 0.5f, -2, 3];
        (Func<float, float> Single, Func<double, double> Double, Func<double, double> Expected)[] functions =
        [
            (SingleMath.Exp, DoubleMath.Exp, Math.Exp), (SingleMath.Log, DoubleMath.Log, Math.Log),
            (SingleMath.Log2, DoubleMath.Log2, Math.Log2),
            (SingleMath.Atan, DoubleMath.Atan, Math.Atan), (SingleMath.Tanh, DoubleMath.Tanh, Math.Tanh),
            (SingleMath.Sinh, DoubleMath.Sinh, Math.Sinh), (SingleMath.Cosh, DoubleMath.Cosh, Math.Cosh),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (single, twice, expected) in functions)
            {
                foreach (var x in special)
                {
                    Assert.That(
                        single(x), Is.EqualTo((float)expected(x)).Within(4).Ulps, $"{expected.Method.Name}({x}) in single precision");
                    Assert.That(twice(x), Is.EqualTo(expected(x)).Within(8).Ulps, $"{expected.Method.Name}({x}) in double precision");
                }
            }

            foreach (var x in special)
            {
                foreach (var y in special)
                {
                    Assert.That(SingleMath.Pow(x, y), Is.EqualTo(MathF.Pow(x, y)).Within(2).Ulps, $"Pow({x}, {y})");
                    Assert.That(SingleMath.Atan2(y, x), Is.EqualTo(MathF.Atan2(y, x)).Within(4).Ulps, $"Atan2({y}, {x})");
                    Assert.That(
                        DoubleMath.Atan2(y, x), Is.EqualTo(Math.Atan2(y, x)).Within(4).Ulps, $"Atan2({y}, {x}) in double precision");
                }
            }
        }
    }

    [Test]
    public void RemainderIsExact()
    {
        var random = new Random(3);
        double[] special = [0, -0.0, 1, -3, double.NaN, double.PositiveInfinity, double.MaxValue, double.Epsilon, 1e-300, -1e300, 0.1];
        using (Assert.EnterMultipleScope())
        {
            foreach (var x in special)
            {
                foreach (var y in special)
                {
                    Assert.That(DoubleMath.Remainder(x, y), Is.EqualTo(x % y), $"{x} % {y}");
                    Assert.That(
                        SingleMath.Remainder((float)x, (float)y), Is.EqualTo((float)x % (float)y), $"{x} % {y} in single precision");
                }
            }
        }

        for (var i = 0; i < Samples; i++)
        {
            double x = BitConverter.Int64BitsToDouble(random.NextInt64()), y = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(x) && double.IsFinite(y) && DoubleMath.Remainder(x, y) != x % y)
            {
                Assert.Fail($"{x:R} % {y:R}: {DoubleMath.Remainder(x, y):R} instead of {x % y:R}");
            }
        }
    }
}
