using System.Reflection;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Functions;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>The processor's functions of single precision: nearly always what is nearest to the framework's of double precision.</summary>
public sealed class SingleFunctionTests
{
    private const int Samples = 40_000;

    /// <summary>In units in the last place: half of one is what rounding takes, the rest what double precision leaves.</summary>
    private const double Bound = 0.50001;

    private const MathFunction Pow = MathFunction.Pow;

    private static readonly float[] s_special =
    [
        0, -0f, 1, -1, 0.5f, -2, 3, 1e-40f, -1e-40f, float.Epsilon, 1e-20f, 1e6f, -1.5e6f, 3e38f, float.MaxValue, float.MinValue, 88.72283f,
        88.73f, -87.4f, -103.9f, -104.5f, 89.4f, 89.5f, 128, -149, -151, float.NaN, float.PositiveInfinity, float.NegativeInfinity,
    ];

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case(MathFunction.Exp, Math.Exp, -104, 89);
        yield return Case(MathFunction.Exp, Math.Exp, -0.01f, 0.01f);
        yield return Case(MathFunction.Exp2, x => Math.Pow(2, x), -150, 128);
        yield return Case(MathFunction.Log, Math.Log, 0, 100);
        yield return Case(MathFunction.Log, Math.Log, 0.9f, 1.1f);
        yield return Case(MathFunction.Log, Math.Log, 0, 1e-38f);
        yield return Case(MathFunction.Log2, Math.Log2, 0, 1e9f);
        yield return Case(MathFunction.Log2, Math.Log2, 0.9f, 1.1f);
        yield return Case(MathFunction.Log10, Math.Log10, 0, 1e9f);
        yield return Case(MathFunction.Sin, Math.Sin, -10, 10);
        yield return Case(MathFunction.Sin, Math.Sin, -1e6f, 1e6f);
        yield return Case(MathFunction.Sin, Math.Sin, -1e30f, 1e30f);
        yield return Case(MathFunction.Cos, Math.Cos, -10, 10);
        yield return Case(MathFunction.Cos, Math.Cos, -1e6f, 1e6f);
        yield return Case(MathFunction.Tan, Math.Tan, -100, 100);
        yield return Case(MathFunction.Tan, Math.Tan, -1e6f, 1e6f);
        yield return Case(MathFunction.Atan, Math.Atan, -1, 1);
        yield return Case(MathFunction.Atan, Math.Atan, -50, 50);
        yield return Case(MathFunction.Asin, Math.Asin, -1, 1);
        yield return Case(MathFunction.Acos, Math.Acos, -1, 1);
        yield return Case(MathFunction.Acos, Math.Acos, 0.999f, 1);
        yield return Case(MathFunction.Sinh, Math.Sinh, -89, 89);
        yield return Case(MathFunction.Sinh, Math.Sinh, -1, 1);
        yield return Case(MathFunction.Cosh, Math.Cosh, -89, 89);
        yield return Case(MathFunction.Tanh, Math.Tanh, -10, 10);
        yield return Case(MathFunction.Tanh, Math.Tanh, -0.01f, 0.01f);

        static TestCaseData Case(MathFunction function, Func<double, double> expected, float from, float to) =>
            new TestCaseData(function, expected, from, to).SetArgDisplayNames($"{function} from {from} to {to}");
    }

    [TestCaseSource(nameof(Cases))]
    public void IsRoundedOnce(MathFunction function, Func<double, double> expected, float from, float to)
    {
        Func<float, float> actual = Scalar<Func<float, float>>(function);
        var random = new Random(1);
        var worst = (Error: 0.0, At: 0.0f);
        for (int i = 0; i < Samples; i++)
        {
            float x = from + ((to - from) * random.NextSingle());
            double error = Error(actual(x), expected(x));
            worst = error > worst.Error ? (error, x) : worst;
        }

        Assert.That(worst.Error, Is.LessThanOrEqualTo(Bound), $"at {worst.At:R}");
    }

    [Test]
    public void PowersAreRoundedOnce()
    {
        Func<float, float, float> actual = Scalar<Func<float, float, float>>(Pow);
        var random = new Random(2);
        for (int i = 0; i < Samples; i++)
        {
            float x = MathF.Exp(20 * (random.NextSingle() - 0.5f)), y = 20 * (random.NextSingle() - 0.5f);
            Assert.That(Error(actual(x, y), Math.Pow(x, y)), Is.LessThanOrEqualTo(Bound), $"{x:R} to the power of {y:R}");
        }
    }

    /// <summary>Also the sign of 0, and where results leave the range.</summary>
    [TestCaseSource(nameof(Cases))]
    public void SpecialValuesAreThoseOfTheFramework(MathFunction function, Func<double, double> expected, float from, float to)
    {
        Func<float, float> actual = Scalar<Func<float, float>>(function);
        Assert.That(from, Is.LessThan(to));
        using (Assert.EnterMultipleScope())
        {
            foreach (float x in s_special)
            {
                float wanted = (float)expected(x), found = actual(x);
                Assert.That(found, Is.EqualTo(wanted), $"{function}({x})");
                Assert.That(float.IsNaN(found) || float.IsNegative(found) == float.IsNegative(wanted), $"sign of {function}({x})");
            }
        }
    }

    [Test]
    public void SpecialPowersAreThoseOfTheFramework()
    {
        Func<float, float, float> actual = Scalar<Func<float, float, float>>(Pow);
        using (Assert.EnterMultipleScope())
        {
            foreach (float x in s_special)
            {
                foreach (float y in s_special)
                {
                    Assert.That(actual(x, y), Is.EqualTo((float)Math.Pow(x, y)).Within(1).Ulps, $"{x} to the power of {y}");
                }
            }
        }
    }

    /// <summary>What stands beside a number is nothing to it, and what is computed alone is what is computed in lanes.</summary>
    [Test]
    public void LanesAreThoseOfTheScalars()
    {
        MathFunction[] functions = [.. Cases().Select(test => (MathFunction)test.Arguments[0]!).Distinct()];
        Assert.That(functions, Has.Length.EqualTo(14));
        float[] numbers = [.. s_special, .. Enumerable.Range(0, 4000).Select(i => ((i * 7919 % 4000) - 2000) * 0.013f)];
        foreach (var function in functions)
        {
            Func<float, float> scalar = Scalar<Func<float, float>>(function);
            Func<Vector256<float>, Vector256<float>> lanes = Lanes<Func<Vector256<float>, Vector256<float>>>(function);
            for (int i = 0; i + Vector256<float>.Count <= numbers.Length; i++)
            {
                AssertLanes(lanes(Vector256.Create(numbers.AsSpan(i))), lane => scalar(numbers[i + lane]), $"{function} from {i}");
            }
        }

        Func<float, float, float> power = Scalar<Func<float, float, float>>(Pow);
        Func<Vector256<float>, Vector256<float>, Vector256<float>> powers =
            Lanes<Func<Vector256<float>, Vector256<float>, Vector256<float>>>(Pow);
        for (int i = 0; i + Vector256<float>.Count <= numbers.Length; i++)
        {
            Vector256<float> bases = Vector256.Create(numbers.AsSpan(i)), exponents = bases * Vector256.Create(0.75f);
            AssertLanes(powers(bases, exponents), lane => power(bases[lane], exponents[lane]), $"powers from {i}");
        }

        static void AssertLanes(Vector256<float> found, Func<int, float> wanted, string what)
        {
            for (int lane = 0; lane < Vector256<float>.Count; lane++)
            {
                int bits = BitConverter.SingleToInt32Bits(wanted(lane));
                if (bits != found.AsInt32()[lane])
                {
                    Assert.Fail($"{what}, lane {lane}: {found[lane]:R} instead of {wanted(lane):R}");
                }
            }
        }
    }

    private static double Error(float actual, double expected)
    {
        float nearest = (float)expected;
        if (!float.IsFinite(nearest) || !float.IsFinite(actual))
        {
            return actual.Equals(nearest) ? 0 : double.PositiveInfinity;
        }

        // Below a power of two units are half as large: a result there is measured by its own.
        float larger = MathF.Max(MathF.Abs(actual), MathF.Abs(nearest));
        return Math.Abs(actual - expected) / (MathF.BitIncrement(larger) - larger);
    }

    private static T Scalar<T>(MathFunction function)
        where T : Delegate => Found(SingleFunctions.Find(function, typeof(float))).CreateDelegate<T>();

    private static T Lanes<T>(MathFunction function)
        where T : Delegate => Found(SingleFunctions.Find(function, typeof(Vector256<float>))).CreateDelegate<T>();

    private static MethodInfo Found(MethodInfo? method) => method ?? throw new InvalidOperationException("There is no such function.");
}
