using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>
/// A slice counts as a copy, whatever it is a slice of: writing to one side leaves the other as it is. So does an op that has nothing to
/// do.
/// </summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class SliceTests(string deviceName) : OnDevice(deviceName)
{
    private static readonly (string Name, Func<Tensor, Tensor> Of)[] s_slices =
    [
        ("x[1]", x => x[1]), ("x[.., 0]", x => x[.., 0]), ("x[..]", x => x[..]), ("x[0..1]", x => x[0..1]), ("x[(.., -1)]", x => x[(..,
            -1)]),
        ("Slice", x => x.Slice(0, 1, 1)), ("whole Slice", x => x.Slice(1, 0, 3)), ("Split", x => x.Split(0, 1, 1)[0]),
        ("Chunk of one", x => x.Chunk(0, 1)[0]), ("x[1][2]", x => x[1][2]), ("Roll by 0", x => x.Roll(0, 0)), ("Flip of nothing", x =>
            x.Flip()),
        ("a reshaped slice", x => x[1].Reshape(1, 3)), ("Pad by 0", x => x.Pad(0)),
        ("CumulativeSum of one", x => x.Unsqueeze(0).CumulativeSum(0)), ("Prod of one", x => x.Unsqueeze(0).Prod(0)),
        ("kept Prod of one", x => x.Unsqueeze(0).Prod(0, keepDims: true)),
    ];

    private static IEnumerable<TestCaseData> Slices() => s_slices.Select(slice =>
        new TestCaseData(slice.Of).SetArgDisplayNames(slice.Name));

    [TestCaseSource(nameof(Slices))]
    public void WritingLeavesTheOtherSideAsItIs(Func<Tensor, Tensor> of)
    {
        using var step = Device.Step();
        float[] numbers = [1, 2, 3, 4, 5, 6];
        var x = Tensor.From(numbers, [2, 3], Device);
        var slice = of(x);
        var before = slice.ToArray();
        slice.CopyFrom(Tensor.Full(slice.Shape, 9, Device));
        Assert.That(slice.ToArray(), Is.All.EqualTo(9));
        Assert.That(x.ToArray(), Is.EqualTo(numbers));
        var other = of(x);
        x.CopyFrom(new float[6]);
        Assert.That(other.ToArray(), Is.EqualTo(before));
        Assert.That(of(x).ToArray(), Is.All.Zero);
    }

    /// <summary>A saved slice keeps its numbers when the whole is overwritten: the gradient is that of the old ones.</summary>
    [Test]
    public void AGradientOfASliceSurvivesAStep()
    {
        using var step = Device.Step();
        var w = Tensor.From([1, 2, 3, 4], [2, 2], Device);
        w.RequiresGrad = true;
        var y = w[1].Square().Sum();
        w.CopyFrom([0, 0, 0, 0]);
        y.Backward();
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(new float[] { 0, 0, 6, 8 }));
    }

    /// <summary>Neither its freezing nor its gradient is the leaf's.</summary>
    [Test]
    public void AWholeSliceOfALeafIsNoLeaf()
    {
        using var step = Device.Step();
        var w = Tensor.From([1f, 2], [2], Device);
        w.RequiresGrad = true;
        var slice = w[..];
        Fails.With<AutodiffException>(() => slice.RequiresGrad = false, "leaves only");
        Assert.That(w.RequiresGrad);
        var loss = (w.Square() + slice).Sum();
        Assert.That(
            Differentiation.Gradients(loss, [slice], retainGraph: true)[0].ToArray(), Is.All.EqualTo(1), "by the slice alone");
        loss.Backward();
        Assert.That(slice.Gradient, Is.Null);
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(new float[] { 3, 5 }));
        using var constants = GradMode.NoGrad();
        Assert.That(w[..].RequiresGrad, Is.False);
    }

    [Test]
    public void ARecordedStepOverwritesNoSliceFromOutside()
    {
        var layer = new Linear(2, 2, bias: false).Initialize(seed: 1).To(Device);
        var sgd = new Sgd(layer.Parameters, 0.1f);
        using var step = new RecordedStep(Device, _ =>
        {
            var row = layer.Weight.Value[0];
            sgd.Minimize(row.Square().Sum());
            return [row * 1];
        });
        for (var run = 0; run < 3; run++)
        {
            using var row = layer.Weight.Value[0].Keep();
            var before = row.ToArray();
            Assert.That(step.Run()[0].ToArray(), Is.EqualTo(before), "the step's own slice");
            Assert.That(row.ToArray(), Is.EqualTo(before), "a slice from outside");
            Assert.That(layer.Weight.Value[0].ToArray(), Is.Not.EqualTo(before));
        }
    }

    [Test]
    public void ARecordedStepTakesAndGivesSlicesAsItsCodeDoes()
    {
        using var w = Tensor.From([1, 2, 3, 4], [2, 2], Device).Keep();
        using var outside = w[0].Keep();
        using var step = new RecordedStep(Device, _ =>
        {
            var first = outside * 1;
            var before = w[1];
            w.CopyFrom(w * 2);
            return [first, before, w[1], w[1][0]];
        });
        float last = 3;
        for (var run = 0; run < 4; run++)
        {
            var y = step.Run();
            Assert.That(y[0].ToArray(), Is.EqualTo(new float[] { 1, 2 }), $"run {run}: a slice from outside is a copy");
            Assert.That(y[1].ToArray()[0], Is.EqualTo(last), $"run {run}: before the step");
            Assert.That(y[2].ToArray()[0], Is.EqualTo(2 * last), $"run {run}: after the step");
            Assert.That(y[3].Item(), Is.EqualTo(2 * last), $"run {run}: a slice of the slice");
            last *= 2;
        }

        w.CopyFrom([5, 6, 7, 8]);
        Assert.That(step.Run()[2].ToArray(), Is.EqualTo(new float[] { 14, 16 }));
        Assert.That(step.Counts.ToString(), Does.Contain("3 of 5 steps replayed"), "once more, when the slice had memory of its own");
    }

    [Test]
    public void AnySlicesGiveTheirMemoryBack()
    {
        using var x = Tensor.Ones([8, 16], Device).Keep();
        using (Device.Step())
        {
            _ = x[0];
        }

        var before = Device.Pool.AllocatedBytes;
        for (var i = 0; i < 100; i++)
        {
            using var step = Device.Step();
            var part = x[i % 8];
            x.CopyFrom(Tensor.Full(x.Shape, i, Device));
            Assert.That(part.ToArray()[0], Is.EqualTo(i == 0 ? 1 : i - 1));
        }

        Assert.That(Device.Pool.AllocatedBytes - before, Is.LessThan(100_000));
    }
}
