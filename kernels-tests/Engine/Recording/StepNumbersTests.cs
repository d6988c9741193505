namespace IlgpuGan.EngineTests.Recording;

internal sealed class StepNumbersTests
{
    [Test]
    public void WhatHasChangedIsThereUntilItIsCopied()
    {
        var numbers = new StepNumbers();
        var a = numbers.Reserve(3);
        Assert.That(numbers.Changed.ToArray(), Is.EqualTo(new uint[a + 3]), "zeros, too: a device's copy holds anything at first");
        Assert.That(numbers.Changed.Length, Is.Positive, "nobody has copied them");
        numbers.NoteCopied();
        Assert.That(numbers.Changed.Length, Is.Zero);

        numbers.SetSingle(a, 1.5f);
        numbers[a + 1] = 7;
        Assert.That(
            numbers.Changed.ToArray()[a..], Is.EqualTo(new[] { BitConverter.SingleToUInt32Bits(1.5f), 7u, 0u }),
            "all that are reserved");
        numbers.NoteCopied();
        numbers[a + 1] = 7;
        Assert.That(numbers.Changed.Length, Is.Zero, "the same number is no change");
        Assert.That(numbers.Single(a), Is.EqualTo(1.5f));
    }

    [Test]
    public void WordsThatWereGivenBackAreZeroForTheNext()
    {
        var numbers = new StepNumbers();
        var (a, b) = (numbers.Reserve(2), numbers.Reserve(1));
        numbers[a] = numbers[b] = 9;
        numbers.Release(a, 2);
        Assert.That(numbers.Reserve(2), Is.EqualTo(a));
        Assert.That((numbers[a], numbers[b]), Is.EqualTo((0u, 9u)));
        Assert.That(numbers.Reserve(2), Is.GreaterThan(b));
    }
}
