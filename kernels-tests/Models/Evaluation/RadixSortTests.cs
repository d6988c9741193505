using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>Numbers sorted by their digits are in the order in which comparisons put them.</summary>
public sealed class RadixSortTests
{
    [Test]
    public void NumbersOfAnySizeAreInTheirOrder([Values(0, 1, 2, 3, 1000, 30_000)] int count)
    {
        var random = new Random(count);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            var any = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            numbers[i] = float.IsNaN(any) ? 1 : i % 2 == 0 ? any : random.NextSingle() - 0.5f;
        }

        Check(numbers);
    }

    [Test]
    public void ExtremesAndEqualNumbersAreInTheirOrder() => Check(
    [
        0, float.MaxValue, -1, float.Epsilon, 1, float.NegativeInfinity, -float.Epsilon, 1, float.PositiveInfinity, -1, float.MinValue, 0,
        1.0000001f, 0.99999994f,
    ]);

    private static void Check(float[] numbers)
    {
        var sorted = (float[])numbers.Clone();
        RadixSort.Sort(sorted);
        Array.Sort(numbers);
        Assert.That(sorted, Is.EqualTo(numbers).AsCollection);
    }
}
