using System.Numerics;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Divisions that are multiplications give what divisions give, for every index that there can be.</summary>
internal sealed class DivisorTests
{
    private const int Small = 1 << 12, Others = 20_000;

    /// <summary>All small ones, powers of two with their neighbours, the largest, and any others.</summary>
    private static IEnumerable<int> Divisors
    {
        get
        {
            var random = new Random(1);
            return Enumerable.Range(1, Small)
                .Concat(Enumerable.Range(12, 19).SelectMany(power => new[] { (1 << power) - 1, 1 << power, (1 << power) + 1 }))
                .Concat(Enumerable.Range(0, 5).Select(back => int.MaxValue - back))
                .Concat(Enumerable.Range(0, Others).Select(_ => random.Next(1, int.MaxValue)));
        }
    }

    /// <summary>
    /// What the quotient is too large by grows with the number, and what is left to the next whole number is least just before a multiple:
    /// if the greatest number of that kind is divided exactly, so is every other.
    /// </summary>
    [Test]
    public void EveryNumberIsDividedExactly()
    {
        foreach (var value in Divisors)
        {
            var divisor = new Divisor(value);
            var multiple = int.MaxValue / value * value;
            foreach (var number in new[] { 0, 1, value - 1, value, multiple - 1, multiple, int.MaxValue - 1, int.MaxValue })
            {
                if (divisor.Quotient(number) != number / value)
                {
                    Assert.Fail($"{number} / {value} is {number / value}, not {divisor.Quotient(number)}");
                }
            }
        }
    }

    /// <summary>The argument above, held against all numbers of small pictures.</summary>
    [Test]
    public void AllIndicesOfSmallPicturesAreDividedExactly()
    {
        for (var value = 1; value <= 300; value++)
        {
            var divisor = new Divisor(value);
            for (var number = 0; number < 3 * 256 * 256; number += value < 20 ? 1 : 7)
            {
                if (divisor.Quotient(number) != number / value)
                {
                    Assert.Fail($"{number} / {value} is {number / value}, not {divisor.Quotient(number)}");
                }
            }
        }
    }

    [Test]
    public void NegativeNumbersAreDividedTowardsZero()
    {
        foreach (var value in new[] { 1, 2, 3, 4, 7, 8, 1000, int.MaxValue })
        {
            var divisor = new Divisor(value);
            foreach (var number in Enumerable.Range(-50, 101).Concat([int.MinValue + 1, -int.MaxValue + 7, int.MaxValue]))
            {
                Assert.That(divisor.QuotientOfAny(number), Is.EqualTo(number / value), $"{number} / {value}");
                Assert.That(divisor.Divides(number), Is.EqualTo(number % value == 0), $"{number} by {value}");
            }
        }
    }

    /// <summary>A product without results still has a radix, and nobody divides by it.</summary>
    [Test]
    public void NothingIsADivisorThatNobodyUses() => Assert.That(new Divisor(0).Value, Is.Zero);

    [TestCase(1, 1)]
    [TestCase(3, 3)]
    [TestCase(7, 1)]
    [TestCase(4, 5)]
    [TestCase(64, 64)]
    [TestCase(255, 257)]
    public void DigitsAreThoseOfDivisions(int middle, int low)
    {
        var radix = new Radix(middle, low);
        foreach (var index in Enumerable.Range(0, 2000).Concat(Enumerable.Range(0, 2000).Select(back => int.MaxValue - back)))
        {
            var digits = radix.Of(index);
            Assert.That(
                (digits.High, digits.Middle, digits.Low),
                Is.EqualTo((index / low / middle, index / low % middle, index % low)), $"{index}");
        }
    }

    /// <summary>As <see cref="PhaseAxis"/> says in words, with divisions.</summary>
    [Test]
    public void PhasesAreThoseOfDivisions(
        [Values(1, 2, 3, 4)] int stride, [Values(1, 2, 3)] int dilation, [Values(-1, 0, 1, 3)] int pad, [Values(1, 2, 3, 4, 7)] int kernel)
    {
        var step = stride / (int)BigInteger.GreatestCommonDivisor(stride, dilation);
        for (var extent = 1; extent < 12; extent++)
        {
            var axis = new PhaseAxis(stride, dilation, pad, kernel, extent, step);
            for (var phase = 0; phase < stride; phase++)
            {
                var taps = Enumerable.Range(0, kernel).Where(tap => (phase + pad - (tap * dilation)) % stride == 0).ToList();
                var entered = axis.Enter(phase);
                var places = Enumerable.Range(0, extent).Count(place => place % stride == phase);
                Assert.That((entered.Taps, entered.Count), Is.EqualTo((taps.Count, places)), $"{extent} {phase}");
                Assert.That(axis.ByCount(entered.Count).Value, Is.EqualTo(Math.Max(places, 1)));
                if (taps.Count > 0)
                {
                    Assert.That(entered.FirstTap, Is.EqualTo(taps[0]));
                    Assert.That(entered.Origin * stride, Is.EqualTo(phase + pad - (taps[0] * dilation)));
                    Assert.That(axis.ByTaps(entered.Taps).Value, Is.EqualTo(taps.Count));
                }
                else
                {
                    Assert.That(axis.ByTaps(entered.Taps).Value, Is.Positive, "threads beyond the edge divide, too");
                }
            }
        }
    }
}
