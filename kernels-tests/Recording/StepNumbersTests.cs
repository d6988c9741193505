using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Recording;

internal sealed class StepNumbersTests
{
    [Test]
    public void WhatHasChangedIsTakenOnceAndInOneRun()
    {
        var numbers = new StepNumbers();
        var a = numbers.Reserve(3);
        Assert.That(numbers.TakeChanged(out var first).ToArray(), Is.EqualTo(new uint[a + 3]), "zeros, too: a device's copy holds anything at first");
        Assert.That(first, Is.Zero);
        Assert.That(numbers.TakeChanged(out _).Length, Is.Zero);

        numbers[a + 2] = 7;
        numbers.SetSingle(a, 1.5f);
        numbers[a + 1] = 0;
        Assert.That(numbers.TakeChanged(out first).ToArray(), Is.EqualTo(new[] { BitConverter.SingleToUInt32Bits(1.5f), 0u, 7u }));
        Assert.That(first, Is.EqualTo(a));
        numbers[a + 2] = 7;
        Assert.That(numbers.TakeChanged(out _).Length, Is.Zero, "the same number is no change");
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
