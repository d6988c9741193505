using System.Numerics;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>Arithmetic that is rounded in a direction, on the host, against whole numbers of any length times powers of two.</summary>
public sealed class LibDeviceRoundingTests
{
    private const int Samples = 5000;

    /// <summary>A result in each of the directions.</summary>
    private readonly record struct Results(double Down, double Even, double Up, double Zero);

    /// <summary>Mantissa · 2^Exponent.</summary>
    private readonly record struct Exact(BigInteger Mantissa, int Exponent)
    {
        public int Sign => Mantissa.Sign;

        public static Exact Of(double x)
        {
            long bits = BitConverter.DoubleToInt64Bits(x);
            int field = (int)(bits >> 52) & 0x7FF;
            BigInteger mantissa = (bits & 0xFFFFFFFFFFFFF) | (field == 0 ? 0L : 1L << 52);
            return new Exact(x < 0 ? -mantissa : mantissa, Math.Max(field, 1) - 1075);
        }

        public static Exact operator *(Exact a, Exact b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

        public static Exact operator +(Exact a, Exact b) =>
            a.Exponent > b.Exponent ? b + a : new(a.Mantissa + (b.Mantissa << (b.Exponent - a.Exponent)), a.Exponent);

        public static Exact operator -(Exact a, Exact b) => a + new Exact(-b.Mantissa, b.Exponent);
    }

    [TestCase(2)]
    [TestCase(60)]
    [TestCase(500)]
    [TestCase(1070)]
    public void DoublesAreTheNeighboursOfTheExactResult(int exponents)
    {
        var random = new Random(exponents);
        for (int k = 0; k < Samples; k++)
        {
            double x = Any(random, exponents), y = Any(random, exponents), z = Addend(random, Any(random, exponents), -(x * y));
            if (x == 0 || y == 0 || z == 0 || !double.IsFinite(x) || !double.IsFinite(y) || !double.IsFinite(z))
            {
                continue;
            }

            (Exact a, Exact b, Exact c) = (Exact.Of(x), Exact.Of(y), Exact.Of(z));
            Holds($"{x:R} + {z:R}", Sum(x, z), r => (a + c - r).Sign, double.BitDecrement, double.BitIncrement);
            Holds($"{x:R} * {y:R}", Product(x, y), r => ((a * b) - r).Sign, double.BitDecrement, double.BitIncrement);
            Holds($"{x:R} / {y:R}", Quotient(x, y), r => (a - (r * b)).Sign * b.Sign, double.BitDecrement, double.BitIncrement);
            Holds($"1 / {y:R}", Reciprocal(y), r => (Exact.Of(1) - (r * b)).Sign * b.Sign, double.BitDecrement, double.BitIncrement);
            Holds(
                $"root of {Math.Abs(x):R}", Root(Math.Abs(x)), r => (Exact.Of(Math.Abs(x)) - (r * r)).Sign, double.BitDecrement,
                double.BitIncrement);
            Holds($"{x:R} * {y:R} + {z:R}", Fused(x, y, z), r => ((a * b) + c - r).Sign, double.BitDecrement, double.BitIncrement);
        }
    }

    [TestCase(2)]
    [TestCase(40)]
    [TestCase(140)]
    public void SinglesAreTheNeighboursOfTheExactResult(int exponents)
    {
        var random = new Random(exponents);
        for (int k = 0; k < Samples; k++)
        {
            float x = (float)Any(random, exponents), y = (float)Any(random, exponents);
            float z = (float)Addend(random, Any(random, exponents), -(x * y));
            if (x == 0 || y == 0 || z == 0 || !float.IsFinite(x) || !float.IsFinite(y) || !float.IsFinite(z))
            {
                continue;
            }

            (Exact a, Exact b, Exact c) = (Exact.Of(x), Exact.Of(y), Exact.Of(z));
            Holds($"{x:R} + {z:R}", SumOfSingles(x, z), r => (a + c - r).Sign, Below, Above);
            Holds($"{x:R} - {z:R}", Difference(x, z), r => (a - c - r).Sign, Below, Above);
            Holds($"{x:R} * {y:R}", ProductOfSingles(x, y), r => ((a * b) - r).Sign, Below, Above);
            Holds($"{x:R} / {y:R}", QuotientOfSingles(x, y), r => (a - (r * b)).Sign * b.Sign, Below, Above);
            Holds($"1 / {y:R}", ReciprocalOfSingle(y), r => (Exact.Of(1) - (r * b)).Sign * b.Sign, Below, Above);
            Holds($"root of {MathF.Abs(x):R}", RootOfSingle(MathF.Abs(x)), r => (Exact.Of(MathF.Abs(x)) - (r * r)).Sign, Below, Above);
            Holds($"{x:R} * {y:R} + {z:R}", FusedOfSingles(x, y, z), r => ((a * b) + c - r).Sign, Below, Above);

            // The middles to both neighbours lie on either side of 1/√|x|: m² · |x| tells on which.
            float near = LibDevice.RsqrtRoundEven(MathF.Abs(x));
            Assert.That(SideOfRoot(near, MathF.BitIncrement(near), MathF.Abs(x)), Is.Positive, $"1 / root of {MathF.Abs(x):R}");
            Assert.That(SideOfRoot(near, MathF.BitDecrement(near), MathF.Abs(x)), Is.Negative, $"1 / root of {MathF.Abs(x):R}");
        }

        static double Below(double x) => MathF.BitDecrement((float)x);

        static double Above(double x) => MathF.BitIncrement((float)x);

        static int SideOfRoot(float a, float b, float x)
        {
            Exact middle = Exact.Of(((double)a + b) / 2);
            return ((middle * middle * Exact.Of(x)) - Exact.Of(1)).Sign;
        }
    }

    [Test]
    public void ZerosInfinitiesAndOverflowFollowTheDirection()
    {
        const double Largest = double.MaxValue, Infinite = double.PositiveInfinity;
        (double Actual, double Expected)[] results =
        [
            (LibDevice.AddRoundDown(1.0, -1), -0d), (LibDevice.AddRoundUp(1.0, -1), 0), (LibDevice.AddRoundZero(-1.0, 1), 0),
            (LibDevice.AddRoundDown(0.0, 0), 0), (LibDevice.AddRoundDown(0.0, -0d), -0d), (LibDevice.AddRoundUp(-0d, -0d), -0d),
            (LibDevice.AddRoundDown(Largest, Largest), Largest), (LibDevice.AddRoundUp(Largest, 1), Infinite),
            (LibDevice.AddRoundUp(-Largest, -Largest), -Largest), (LibDevice.AddRoundDown(Infinite, 1), Infinite),
            (LibDevice.AddRoundDown(Infinite, -Infinite), double.NaN), (LibDevice.AddRoundUp(1.0, double.NaN), double.NaN),
            (LibDevice.MulRoundZero(Largest, -2), -Largest), (LibDevice.MulRoundDown(Infinite, -1), -Infinite),
            (LibDevice.MulRoundUp(-1e-200, 1e-200), -0d), (LibDevice.MulRoundDown(-1e-200, 1e-200), -double.Epsilon),
            (LibDevice.MulRoundDown(0.0, -1), -0d), (LibDevice.MulRoundUp(0.0, Infinite), double.NaN),
            (LibDevice.DivRoundDown(1.0, 0), Infinite), (LibDevice.DivRoundUp(-1.0, 0), -Infinite),
            (LibDevice.DivRoundUp(1, Infinite), 0), (LibDevice.DivRoundDown(Largest, 0.5), Largest),
            (LibDevice.DivRoundUp(0.0, 0), double.NaN), (LibDevice.DivRoundDown(Infinite, -2), -Infinite),
            (LibDevice.RcpRoundZero(Infinite), 0), (LibDevice.RcpRoundUp(-0d), -Infinite),
            (LibDevice.SqrtRoundDown(-1.0), double.NaN), (LibDevice.SqrtRoundUp(Infinite), Infinite), (LibDevice.SqrtRoundDown(-0d), -0d),
            (LibDevice.FusedMultiplyAddRoundDown(3.0, 5, -15), -0d), (LibDevice.FusedMultiplyAddRoundUp(3.0, 5, -15), 0),
            (LibDevice.FusedMultiplyAddRoundDown(0.0, 5, 0), 0), (LibDevice.FusedMultiplyAddRoundDown(0.0, -5, 0), -0d),
            (LibDevice.FusedMultiplyAddRoundZero(Largest, 2, 1), Largest),
            (LibDevice.FusedMultiplyAddRoundUp(1e300, -1e300, Infinite), Infinite),
            (LibDevice.FusedMultiplyAddRoundDown(Infinite, 1, -Infinite), double.NaN),
            (LibDevice.AddRoundDown(1f, -1), -0d), (LibDevice.SubRoundUp(1f, 1), 0), (LibDevice.SubRoundDown(1f, 1), -0d),
            (LibDevice.MulRoundDown(float.MaxValue, 2), float.MaxValue), (LibDevice.MulRoundUp(1e-40f, 1e-40f), float.Epsilon),
            (LibDevice.RsqrtRoundEven(0f), Infinite), (LibDevice.RsqrtRoundEven(float.PositiveInfinity), 0),
            (LibDevice.RsqrtRoundEven(-1f), double.NaN), (LibDevice.RsqrtRoundEven(0.25f), 2),
        ];
        for (int k = 0; k < results.Length; k++)
        {
            (double actual, double expected) = results[k];
            Assert.That(actual, Is.EqualTo(expected), $"result {k}");
            Assert.That(double.IsNaN(actual) || double.IsNegative(actual) == double.IsNegative(expected), Is.True, $"sign of result {k}");
        }
    }

    // side says on which side of a number the exact result lies: 1 where it is larger.
    private static void Holds(string what, Results results, Func<Exact, int> side, Func<double, double> below, Func<double, double> above)
    {
        (double down, double even, double up, double zero) = results;
        double next = above(down), previous = below(up);
        bool isExact = double.IsFinite(down) && side(Exact.Of(down)) == 0;
        bool holds = isExact
            ? up == down
            : (double.IsNegativeInfinity(down) || side(Exact.Of(down)) > 0) && (double.IsPositiveInfinity(next) || side(Exact.Of(next)) < 0)
                && (double.IsPositiveInfinity(up) || side(Exact.Of(up)) < 0)
                && (double.IsNegativeInfinity(previous) || side(Exact.Of(previous)) > 0);
        Assert.That(holds && !double.IsNaN(down) && !double.IsNaN(up), Is.True, $"{what}: {down:R}, {up:R}");
        Assert.That(zero, Is.EqualTo(side(Exact.Of(0)) > 0 ? down : up), what);
        Assert.That(even == down || even == up, Is.True, $"{what}: {even:R}");
        if (!isExact && double.IsFinite(down) && double.IsFinite(up))
        {
            // Twice the exact result against the sum of its neighbours.
            Exact half = new(BigInteger.One, -1), middle = (Exact.Of(down) + Exact.Of(up)) * half;
            int beyond = side(middle);
            Assert.That(beyond == 0 || even == (beyond > 0 ? up : down), Is.True, $"{what}: {even:R} is not the nearest");
        }
    }

    private static double Any(Random random, int exponents)
    {
        double mantissa = random.Next(4) switch
        {
            0 => 1,
            1 => 1 + Math.ScaleB(1, -random.Next(1, 53)),
            2 => random.Next(1, 1 << 20) / (double)(1 << 19),
            _ => 1 + random.NextDouble(),
        };
        return Math.ScaleB(random.Next(2) == 0 ? mantissa : -mantissa, random.Next(-exponents, exponents));
    }

    // Sometimes what a product nearly cancels.
    private static double Addend(Random random, double other, double cancelling) => random.Next(4) switch
    {
        0 => cancelling,
        1 => double.BitIncrement(cancelling),
        _ => other,
    };

    private static Results Sum(double x, double y) => new(
        LibDevice.AddRoundDown(x, y), LibDevice.AddRoundEven(x, y), LibDevice.AddRoundUp(x, y), LibDevice.AddRoundZero(x, y));

    private static Results Product(double x, double y) => new(
        LibDevice.MulRoundDown(x, y), LibDevice.MulRoundEven(x, y), LibDevice.MulRoundUp(x, y), LibDevice.MulRoundZero(x, y));

    private static Results Quotient(double x, double y) => new(
        LibDevice.DivRoundDown(x, y), LibDevice.DivRoundEven(x, y), LibDevice.DivRoundUp(x, y), LibDevice.DivRoundZero(x, y));

    private static Results Reciprocal(double x) => new(
        LibDevice.RcpRoundDown(x), LibDevice.RcpRoundEven(x), LibDevice.RcpRoundUp(x), LibDevice.RcpRoundZero(x));

    private static Results Root(double x) => new(
        LibDevice.SqrtRoundDown(x), LibDevice.SqrtRoundEven(x), LibDevice.SqrtRoundUp(x), LibDevice.SqrtRoundZero(x));

    private static Results Fused(double x, double y, double z) => new(
        LibDevice.FusedMultiplyAddRoundDown(x, y, z), LibDevice.FusedMultiplyAddRoundEven(x, y, z),
        LibDevice.FusedMultiplyAddRoundUp(x, y, z), LibDevice.FusedMultiplyAddRoundZero(x, y, z));

    private static Results SumOfSingles(float x, float y) => new(
        LibDevice.AddRoundDown(x, y), LibDevice.AddRoundEven(x, y), LibDevice.AddRoundUp(x, y), LibDevice.AddRoundZero(x, y));

    private static Results Difference(float x, float y) => new(
        LibDevice.SubRoundDown(x, y), LibDevice.SubRoundEven(x, y), LibDevice.SubRoundUp(x, y), LibDevice.SubRoundZero(x, y));

    private static Results ProductOfSingles(float x, float y) => new(
        LibDevice.MulRoundDown(x, y), LibDevice.MulRoundEven(x, y), LibDevice.MulRoundUp(x, y), LibDevice.MulRoundZero(x, y));

    private static Results QuotientOfSingles(float x, float y) => new(
        LibDevice.DivRoundDown(x, y), LibDevice.DivRoundEven(x, y), LibDevice.DivRoundUp(x, y), LibDevice.DivRoundZero(x, y));

    private static Results ReciprocalOfSingle(float x) => new(
        LibDevice.RcpRoundDown(x), LibDevice.RcpRoundEven(x), LibDevice.RcpRoundUp(x), LibDevice.RcpRoundZero(x));

    private static Results RootOfSingle(float x) => new(
        LibDevice.SqrtRoundDown(x), LibDevice.SqrtRoundEven(x), LibDevice.SqrtRoundUp(x), LibDevice.SqrtRoundZero(x));

    private static Results FusedOfSingles(float x, float y, float z) => new(
        LibDevice.FusedMultiplyAddRoundDown(x, y, z), LibDevice.FusedMultiplyAddRoundEven(x, y, z),
        LibDevice.FusedMultiplyAddRoundUp(x, y, z), LibDevice.FusedMultiplyAddRoundZero(x, y, z));
}
