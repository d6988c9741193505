using ILGPU;
using Half = ILGPU.Half;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

[TestFixture]
public sealed class HalfTests
{
    [Test]
    public void ArithmeticIsThatOfTheFrameworkForAllPairsOfSamples()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            ushort a = (ushort)random.Next(65536);
            ushort b = (ushort)random.Next(65536);
            var x = BitConverter.UInt16BitsToHalf(a);
            var y = BitConverter.UInt16BitsToHalf(b);
            Half p = Interop.IntAsFloat(a);
            Half q = Interop.IntAsFloat(b);
            AssertSame(p + q, x + y);
            AssertSame(p - q, x - y);
            AssertSame(p * q, x * y);
            AssertSame(p / q, x / y);
            Assert.That(p < q, Is.EqualTo(x < y));
            Assert.That(p == q, Is.EqualTo(x == y));
        }
    }

    [Test]
    public void ConstantsHoldTheirValues()
    {
        Assert.That((float)Half.One, Is.EqualTo(1f));
        Assert.That((float)Half.MaxValue, Is.EqualTo(65504f));
        Assert.That((double)Half.Epsilon, Is.EqualTo(Math.Pow(2, -24)));
        Assert.That(float.IsNaN(Half.NaN), Is.True);
        Assert.That(Half.IsInfinity((Half)1e6f), Is.True);
    }

    [Test]
    public void BFloat16RoundsToNearestEven()
    {
        Assert.That((float)(BFloat16)1.00390625f, Is.EqualTo(1f), "a tie goes to the even neighbour");
        Assert.That((float)(BFloat16)1.01171875f, Is.EqualTo(1.015625f), "a tie goes to the even neighbour");
        Assert.That((float)(BFloat16)float.MaxValue, Is.EqualTo(float.PositiveInfinity));
        Assert.That(float.IsNaN((BFloat16)float.NaN), Is.True);
        Assert.That(float.IsNaN((BFloat16)BitConverter.UInt32BitsToSingle(0x7F800001)), Is.True, "a NaN whose upper mantissa is zero");
    }

    private static void AssertSame(Half actual, System.Half expected)
    {
        if (System.Half.IsNaN(expected))
        {
            Assert.That(Half.IsNaN(actual), Is.True);
        }
        else
        {
            Assert.That(Interop.FloatAsInt(actual), Is.EqualTo(BitConverter.HalfToUInt16Bits(expected)));
        }
    }
}
