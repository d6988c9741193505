using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>What cases of random numbers don't show of places, masks and order: what is not there, not a number, or equal.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class PlaceTests(string deviceName) : OnDevice(deviceName)
{
    [Test]
    public void APlaceThatThereIsNotIsAnErrorOrNotANumber()
    {
        using var step = Device.Step();
        var x = Vector(1, 2, 3);
        var places = Vector(2, 3, -1, 1e20f, float.NaN, 0.5f, 0);
        Fails.Saying<ArgumentException>(() => x.IndexSelect(0, 1, 3), "index_select: index 3 is not in dimension 0 of [3], which has 3");
        if (Device is CpuDevice)
        {
            Assert.That(() => x.Gather(0, places), Throws.TypeOf<DeviceException>().With.Message.EqualTo(
                "gather [3] [7] -> [7]: 3 is not a valid index: the dimension has 3 elements"));
            return;
        }

        Assert.That(x.Gather(0, places).ToArray(), Is.EqualTo(new[] { 3, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, 1 }));
        Assert.That(x.ScatterAdd(0, places, Tensor.Ones([7], Device)).ToArray(), Is.EqualTo(new float[] { 2, 2, 4 }));
    }

    [Test]
    public void WhatAMaskHidesLeavesNoTrace()
    {
        using var step = Device.Step();
        var x = Vector(float.NaN, 2, float.PositiveInfinity, 0);
        x.RequiresGrad = true;
        var y = x.EqualTo(2).Where(x * x, Vector(7));
        Assert.That(y.ToArray(), Is.EqualTo(new float[] { 7, 4, 7, 7 }));
        y.Sum().Backward();
        Assert.That(x.Gradient!.ToArray()[1], Is.EqualTo(4));
        Assert.That(x.MaskedFill(x.NotEqualTo(2), 5).ToArray(), Is.EqualTo(new float[] { 5, 2, 5, 5 }), "NaN differs from every number");
    }

    [Test]
    public void APowerOfZeroHasAGradient()
    {
        using var step = Device.Step();
        var (a, b) = (Vector(0, 0, 0, 2), Vector(0, 1, 2, 0));
        (a.RequiresGrad, b.RequiresGrad) = (true, true);
        a.Power(b).Sum().Backward();
        Assert.That(a.Gradient!.ToArray(), Is.EqualTo(new float[] { 0, 1, 0, 0 }));
        Assert.That(b.Gradient!.ToArray(), Is.EqualTo(new[] { 0, 0, 0, MathF.Log(2) }).Within(1e-6));
    }

    [Test]
    public void NotANumberIsTheExtreme()
    {
        using var step = Device.Step();
        var x = Vector(1, float.NaN, 3, float.NaN);
        Assert.That((x.Max().Item(), x.Min().Item()), Is.EqualTo((float.NaN, float.NaN)));
        Assert.That((x.Argmax(0).Item(), x.Argmin(0).Item()), Is.EqualTo((1f, 1f)));
        Assert.That((x.Max(0).Values.Item(), x.Min(0).Values.Item()), Is.EqualTo((float.NaN, float.NaN)));
        x.RequiresGrad = true;
        x.Max().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new[] { 0, 0.5f, 0, 0.5f }), "those that are NaN share its gradient");
    }

    /// <summary>As in PyTorch: NaN is the last of an ascending order, and not among the smallest.</summary>
    [TestCase(5)]
    [TestCase(100)]
    public void NotANumberIsTheLargestOfAnOrder(int length)
    {
        using var step = Device.Step();
        var numbers = new float[length];
        (numbers[0], numbers[1], numbers[2], numbers[length - 1]) = (3, float.NaN, -1, float.PositiveInfinity);
        var x = Vector(numbers);
        var sorted = x.Sort().Values.ToArray();
        Assert.That((sorted[0], sorted[^2], sorted[^1]), Is.EqualTo((-1f, float.PositiveInfinity, float.NaN)));
        Assert.That(x.Sort(descending: true).Values.ToArray()[..2], Is.EqualTo(new[] { float.NaN, float.PositiveInfinity }));
        Assert.That(x.TopK(1, largest: false).Values.Item(), Is.EqualTo(-1));
        Assert.That(x.TopK(2, largest: false).Indices.ToArray()[0], Is.EqualTo(2));
        Assert.That(x.TopK(1).Values.Item(), Is.NaN);
        Assert.That(Vector(1, float.NaN, 3, float.NaN).Argsort().ToArray(), Is.EqualTo(new float[] { 0, 2, 1, 3 }));
    }

    [TestCase(5)]
    [TestCase(300)]
    public void TheFirstOfEqualsWins(int length)
    {
        using var step = Device.Step();
        var x = Tensor.Zeros([2, length], Device);
        Assert.That(x.Argmax(1).ToArray(), Is.EqualTo(new float[] { 0, 0 }));
        Assert.That(x.Argsort(descending: true)[0].ToArray(), Is.EqualTo(Enumerable.Range(0, length).Select(i => (float)i)));
        x.RequiresGrad = true;
        x.Max(1).Values.Sum().Backward();
        Assert.That(x.Gradient!.Sum().Item(), Is.EqualTo(2));
        Assert.That(x.Gradient![.., 0].ToArray(), Is.EqualTo(new float[] { 1, 1 }), "of a dimension's, with its place");
        x.ClearGradient();
        x.Max([1]).Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.All.EqualTo(1f / length), "of several dimensions'");
    }

    [Test]
    public void MasksAndPlacesAreConstants()
    {
        using var step = Device.Step();
        var x = Vector(1, 2, 3);
        x.RequiresGrad = true;
        Assert.That((x > 2).RequiresGrad, Is.False);
        Assert.That(x.Sort().Indices.RequiresGrad, Is.False);
        Assert.That(x.Sort().Values.RequiresGrad, Is.True);
    }

    [Test]
    public void TheyAreRecordedAndReplayed()
    {
        using var step = new RecordedStep(Device, inputs =>
        {
            var (x, places) = (inputs[0], inputs[1]);
            var (values, order) = x.TopK(3);
            var picked = x.Gather(1, places) + values;
            return [picked.ScatterAdd(1, order.Argsort(1), (picked > 0).Where(picked, -picked)), x.Slice(1, .., -2)];
        });
        for (var run = 0; run < 4; run++)
        {
            using var x = Tensor.From(OpCase.DrawNumbers(new Random(run), 20), [4, 5], Device);
            using var places = Tensor.From(Array.ConvertAll(new int[12], _ => run), [4, 3], Device);
            var results = step.Run(x, places);
            var (values, picked) = (x.TopK(3).Values, x[.., run..(run + 1)]);
            var sums = values + picked;
            var expected = sums.ScatterAdd(1, x.TopK(3).Indices.Argsort(1), sums.Abs());
            Assert.That(results[0].ToArray(), Is.EqualTo(expected.ToArray()));
            Assert.That(results[1].ToArray(), Is.EqualTo(x.Slice(1, 0, 3, 2).Flip(1).ToArray()));
        }
    }

    private Tensor Vector(params float[] values) => Tensor.From(values, [values.Length], Device);
}
