using System.Numerics;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>What LibDevice's exact functions must give, by whole numbers of any length and the neighbours of numbers.</summary>
public sealed class LibDeviceHostTests
{
    private static readonly int[] s_integers =
        [0, 1, -1, 2, -2, 5, 0x00F0, 0x12345678, -0x12345678, 16_777_217, -16_777_219, int.MaxValue, int.MaxValue - 64, int.MinValue];

    private static readonly long[] s_longs =
    [
        .. s_integers, long.MaxValue, long.MinValue, long.MaxValue - 511, 0x123456789ABCDEF, -0x123456789ABCDEF, (1L << 53) + 1,
        -(1L << 53) - 1, (1L << 53) + 3,
    ];

    private static readonly double[] s_numbers =
    [
        0, -0d, 0.5, -0.5, 1.5, 2.5, -2.5, 2.7, -2.7, 1e-60, -1e-60, 0.1, -0.1, 1e300, -1e300, 3e9, -3e9, 1e19, 2e19, 9.3e18,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.MaxValue, double.Epsilon, 16_777_217, 1 + 1e-12, -1 - 1e-12,
    ];

    [Test]
    public void IntegersAreThoseOfWholeNumbersOfAnyLength()
    {
        foreach (int x in s_integers)
        {
            Assert.That(LibDevice.BitReverse(x), Is.EqualTo(Convert.ToInt32(Reversed(Convert.ToString(x, 2), 32), 2)));
            Assert.That(LibDevice.FindFirstSignificant(x), Is.EqualTo(Convert.ToString(x, 2).TrimEnd('0') is { Length: > 0 } bits
                ? Convert.ToString(x, 2).Length - bits.Length + 1
                : 0));
            foreach (int y in s_integers)
            {
                BigInteger a = x, b = y, c = (uint)x, d = (uint)y;
                Assert.That(LibDevice.Hadd(x, y), Is.EqualTo((int)((a + b) >> 1)));
                Assert.That(LibDevice.Rhadd(x, y), Is.EqualTo((int)((a + b + 1) >> 1)));
                Assert.That(LibDevice.Rhadd((uint)x, (uint)y), Is.EqualTo((uint)((c + d + 1) >> 1)));
                Assert.That((uint)LibDevice.Uhadd(x, y), Is.EqualTo((uint)((c + d) >> 1)));
                Assert.That(LibDevice.MulHi(x, y), Is.EqualTo((int)((a * b) >> 32)));
                Assert.That(LibDevice.MulHi((uint)x, (uint)y), Is.EqualTo((uint)((c * d) >> 32)));
                Assert.That(LibDevice.Mul24((uint)x, (uint)y), Is.EqualTo(Wrapped((c % (1 << 24)) * (d % (1 << 24)))));
                Assert.That((uint)LibDevice.Mul24(x, y), Is.EqualTo(Wrapped(Signed24(c) * Signed24(d))));
                Assert.That((uint)LibDevice.Sad(x, y, 7), Is.EqualTo(Wrapped(BigInteger.Abs(a - b) + 7)));
                Assert.That(LibDevice.Sad((uint)x, (uint)y, 7), Is.EqualTo(Wrapped(BigInteger.Abs(c - d) + 7)));
            }
        }

        foreach (long x in s_longs)
        {
            Assert.That(LibDevice.BitReverse(x), Is.EqualTo(Convert.ToInt64(Reversed(Convert.ToString(x, 2), 64), 2)));
            Assert.That(LibDevice.FindFirstSignificant(x), Is.EqualTo(x == 0 ? 0 : BitOperations.Log2((ulong)(x & -x)) + 1));
            foreach (long y in s_longs)
            {
                Assert.That(LibDevice.Mul64Hi(x, y), Is.EqualTo((long)(((BigInteger)x * y) >> 64)));
                Assert.That(LibDevice.Mul64Hi((ulong)x, (ulong)y), Is.EqualTo((ulong)(((BigInteger)(ulong)x * (ulong)y) >> 64)));
            }
        }

        Assert.That(LibDevice.BytePerm(0x33221100, 0x77665544, 0x7610), Is.EqualTo(0x77661100));
        Assert.That(LibDevice.BytePerm(0x33221100, 0x77665544, 0x0A43), Is.EqualTo(0x00224433));
    }

    [Test]
    public void ConversionsOfIntegersTakeTheNeighbourInTheDirection()
    {
        foreach (long x in s_longs)
        {
            HoldsSingle(x, LibDevice.LongToFloatRoundDown(x), LibDevice.LongToFloatRoundUp(x), LibDevice.LongToFloatRoundZero(x));
            HoldsDouble(x, LibDevice.LongToDoubleRoundDown(x), LibDevice.LongToDoubleRoundUp(x), LibDevice.LongToDoubleRoundZero(x));
            ulong u = (ulong)x;
            HoldsSingle(u, LibDevice.ULongToFloatRoundDown(u), LibDevice.ULongToFloatRoundUp(u), LibDevice.ULongToFloatRoundZero(u));
            HoldsDouble(u, LibDevice.ULongToDoubleRoundDown(u), LibDevice.ULongToDoubleRoundUp(u), LibDevice.ULongToDoubleRoundZero(u));
            int i = (int)x;
            HoldsSingle(i, LibDevice.IntToFloatRoundDown(i), LibDevice.IntToFloatRoundUp(i), LibDevice.IntToFloatRoundZero(i));
            HoldsSingle(
                (uint)i, LibDevice.UIntToFloatRoundDown(i), LibDevice.UIntToFloatRoundUp(i), LibDevice.UIntToFloatRoundZero(i));
        }

        static void HoldsSingle(BigInteger exact, float down, float up, float zero)
        {
            Assert.That(new BigInteger(down) <= exact && new BigInteger(up) >= exact, Is.True);
            Assert.That(up == down || MathF.BitIncrement(down) == up, Is.True);
            Assert.That(new BigInteger(up) == exact, Is.EqualTo(new BigInteger(down) == exact));
            Assert.That(zero, Is.EqualTo(exact.Sign < 0 ? up : down));
        }

        static void HoldsDouble(BigInteger exact, double down, double up, double zero)
        {
            Assert.That(new BigInteger(down) <= exact && new BigInteger(up) >= exact, Is.True);
            Assert.That(up == down || Math.BitIncrement(down) == up, Is.True);
            Assert.That(new BigInteger(up) == exact, Is.EqualTo(new BigInteger(down) == exact));
            Assert.That(zero, Is.EqualTo(exact.Sign < 0 ? up : down));
        }
    }

    [Test]
    public void NumbersAreTakenApartAndNarrowedInTheDirection()
    {
        foreach (double x in s_numbers)
        {
            float single = (float)x;
            Assert.That(LibDevice.IsNaN(x) == 1, Is.EqualTo(double.IsNaN(x)));
            Assert.That(LibDevice.IsNaN(single) == 1, Is.EqualTo(float.IsNaN(single)));
            Assert.That(LibDevice.IsInfinity(x) == 1, Is.EqualTo(double.IsInfinity(x)));
            Assert.That(LibDevice.IsInfinity(single) == 1, Is.EqualTo(float.IsInfinity(single)));
            Assert.That(LibDevice.IsFinite(x) == 1, Is.EqualTo(double.IsFinite(x)));
            Assert.That(LibDevice.Finite(single) == 1, Is.EqualTo(float.IsFinite(single)));
            Assert.That(LibDevice.SignBit(x) == 1, Is.EqualTo(double.IsNegative(x)));
            Assert.That(LibDevice.SignBit(single) == 1, Is.EqualTo(float.IsNegative(single)));
            Assert.That(LibDevice.HiLoIntToDouble(LibDevice.DoubleToHiInt(x), LibDevice.DoubleToLoInt(x)), Is.EqualTo(x));
            (float down, float up) = (LibDevice.DoubleToFloatRoundDown(x), LibDevice.DoubleToFloatRoundUp(x));
            if (double.IsNaN(x))
            {
                Assert.That(down + up, Is.NaN);
                continue;
            }

            Assert.That(down <= x && up >= x && (up == down || MathF.BitIncrement(down) == up), Is.True, $"{x}: {down}, {up}");
            Assert.That(up == down, Is.EqualTo(single == x));
            Assert.That(LibDevice.DoubleToFloatRoundZero(x), Is.EqualTo(x < 0 ? up : down));
            Assert.That(LibDevice.DoubleToFloatRoundEven(x), Is.EqualTo(single));
            double rest = LibDevice.Modf(x, out double whole);
            Assert.That((whole, rest), Is.EqualTo((Math.Truncate(x), double.IsInfinity(x) ? 0 : x - Math.Truncate(x))));
            Assert.That(double.IsNegative(rest), Is.EqualTo(double.IsNegative(x)));
            Assert.That(LibDevice.Modf(single, out float digits) + digits, Is.EqualTo(single));
            Assert.That(LibDevice.DoubleToIntRoundDown(x), Is.EqualTo(Limited(Math.Floor(x))));
            Assert.That(LibDevice.DoubleToIntRoundEven(x), Is.EqualTo(Limited(Math.Round(x))));
            Assert.That(LibDevice.DoubleToIntRoundUp(x), Is.EqualTo(Limited(Math.Ceiling(x))));
            Assert.That(LibDevice.DoubleToIntRoundZero(x), Is.EqualTo(Limited(Math.Truncate(x))));
        }

        Assert.That((LibDevice.LRound(2.5), LibDevice.LRint(2.5)), Is.EqualTo((3L, 2L)));
        Assert.That((LibDevice.LRound(-2.5f), LibDevice.LRint(-2.5f)), Is.EqualTo((-3L, -2L)));
        Assert.That((LibDevice.Dim(3.0, 1), LibDevice.Dim(1f, 3), LibDevice.Dim(double.NaN, 1)), Is.EqualTo((2.0, 0f, double.NaN)));
        Assert.That(LibDevice.HalfToFloat(LibDevice.FloatToHalfRoundEven(0.1f)), Is.EqualTo((float)(Half)0.1f));
        Assert.That((LibDevice.Exp10(-2.0), LibDevice.Exp10(3f)), Is.EqualTo((0.01, 1000f)));

        static int Limited(double x) => x <= int.MinValue ? int.MinValue : x >= int.MaxValue ? int.MaxValue : (int)x;
    }

    [Test]
    public void PowersOfTwoAreTakenOutAndPutIn()
    {
        int[] powers = [0, 1, -1, 30, -60, 1000, -1000, 1023, -1074, 2100, -2100, int.MaxValue, int.MinValue];
        foreach (double x in s_numbers)
        {
            float single = (float)x;
            double mantissa = LibDevice.Rexp(x, out int power);
            bool isOrdinary = double.IsFinite(x) && x != 0;
            Assert.That(LibDevice.Scalbn(mantissa, power), Is.EqualTo(x));
            Assert.That(isOrdinary ? Math.Abs(mantissa) is >= 0.5 and < 1 : power == 0 && mantissa.Equals(x), Is.True, $"{x:R}");
            Assert.That(LibDevice.Scalbn(LibDevice.Rexp(single, out power), power), Is.EqualTo(single));
            Assert.That(LibDevice.ILogB(x), Is.EqualTo(double.IsNaN(x) || x == 0 ? int.MinValue : Math.ILogB(x)));
            Assert.That(LibDevice.ILogB(single), Is.EqualTo(LibDevice.ILogB((double)single)));
            Assert.That(
                LibDevice.LogB(x),
                Is.EqualTo(isOrdinary ? Math.ILogB(x) : double.IsNaN(x) ? x : x == 0 ? double.NegativeInfinity : double.PositiveInfinity));
            Assert.That(LibDevice.LogB(single), Is.EqualTo((float)LibDevice.LogB((double)single)));
            foreach (int y in powers)
            {
                Assert.That(LibDevice.Scalbn(x, y), Is.EqualTo(Math.ScaleB(x, y)), $"{x:R} * 2^{y}");
                Assert.That(LibDevice.Exp(x, y), Is.EqualTo(Math.ScaleB(x, y)));
                Assert.That(LibDevice.Scalbn(single, y), Is.EqualTo(MathF.ScaleB(single, y)), $"{single:R} * 2^{y}");
                Assert.That(LibDevice.Exp(single, y), Is.EqualTo(MathF.ScaleB(single, y)));
            }
        }
    }

    [Test]
    public void RemaindersComeWithTheirQuotient()
    {
        (double X, double Y)[] pairs =
        [
            (7, 2), (-7, 2), (9, 2), (5, -2), (-5, -2), (11, 4), (1e300, 0.7), (0.3, 7), (3.5, 7), (10.5, 7), (17.5, 7), (1e19, 3), (0, 3),
            (1.7e308, 1.3e308), (8e307, 1.6e308), (1e-310, 3e-311), (2, double.PositiveInfinity),
        ];
        foreach ((double x, double y) in pairs)
        {
            double rest = LibDevice.RemQuo(x, y, out int quotient);
            Assert.That(rest, Is.EqualTo(Math.IEEERemainder(x, y)), $"{x:R} by {y:R}");
            (float a, float b) = ((float)(x / 4), (float)(y / 4));
            Assert.That(LibDevice.RemQuo(a, b, out int other), Is.EqualTo(MathF.IEEERemainder(a, b)), $"{a:R} by {b:R}");
            if (Math.Abs(x / y) < 1e6)
            {
                int whole = (int)Math.Round((x - rest) / y);
                Assert.That(quotient, Is.EqualTo(Math.Sign(whole) * (Math.Abs(whole) & 7)), $"{x:R} by {y:R}");
                Assert.That(x == (float)x && y == (float)y ? other : quotient, Is.EqualTo(quotient), $"{a:R} by {b:R}");
            }
        }

        Assert.That(LibDevice.RemQuo(1, 0, out int none) + LibDevice.RemQuo(double.PositiveInfinity, 1, out none), Is.NaN);
        Assert.That(LibDevice.RemQuo(double.NaN, 1, out none) + LibDevice.RemQuo(1, double.NaN, out none), Is.NaN);
        Assert.That(none, Is.Zero);
    }

    private static string Reversed(string bits, int length) => new([.. bits.PadLeft(length, '0').Reverse()]);

    private static uint Wrapped(BigInteger x) => (uint)(((x % (1L << 32)) + (1L << 32)) % (1L << 32));

    private static BigInteger Signed24(BigInteger x) => x % (1 << 24) is var low && low >= 1 << 23 ? low - (1 << 24) : low;
}
