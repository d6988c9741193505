using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>Tensors without elements: results as in PyTorch, or one sentence.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class EmptyTests(string deviceName) : OnDevice(deviceName)
{
    [Test]
    public void ResultsHaveTheirShapes()
    {
        using var step = Device.Step();
        foreach (var (made, expected) in new (Func<Tensor>, Shape)[]
        {
            (() => TensorOps.Stack(-1, Z(0, 1, 0), Z(0, 1, 0)), [0, 1, 0, 2]), (() => TensorOps.Concat(0, Z(0, 3), Z(0, 3)), [0, 3]),
            (() => Z(0, 3, 8, 8).Conv2d(Z(4, 3, 3, 3)), [0, 4, 6, 6]), (() => Z(0, 3, 8, 8).ConvTranspose2d(Z(3, 4, 3, 3)), [0, 4, 10, 10]),
            (() => Z(0, 3, 8, 8).Conv2d(Z(4, 3, 3, 3), padding: 1, paddingMode: PadMode.Reflect), [0, 4, 8, 8]),
            (() => Z(0, 3, 8).Conv1d(Z(4, 3, 3)), [0, 4, 6]),
            (() => Z(0, 3, 2, 2).BatchNorm(), [0, 3, 2, 2]), (() => Z(0, 3, 2, 2).InstanceNorm(Z(3), Z(3)), [0, 3, 2, 2]),
            (() => Z(0, 3, 2, 2).BatchNorm(new RunningStatistics(Z(3), Z(3))), [0, 3, 2, 2]),
            (() => Z(0, 1).LayerNorm(1, Z(1), Z(1)), [0, 1]), (() => Z(2, 0).LayerNorm(1), [2, 0]),
            (() => Z(0, 4, 2).GroupNorm(2, Z(4), Z(4)), [0, 4, 2]), (() => Z(0, 4).PixelNorm(), [0, 4]),
            (() => Z(2, 5, 0).MatMul(Z(0, 3)), [2, 5, 3]), (() => Z(0, 5).Linear(Z(3, 5), Z(3)), [0, 3]),
            (() => Z(2, 0).Linear(Z(3, 0), Z(3)), [2, 3]), (() => Z(0, 2, 3).MatMul(Z(3, 0)), [0, 2, 0]),
            (() => Z(3)[1..1], [0]), (() => Z(2, 3)[.., 3..], [2, 0]), (() => Z(3)[(2..2, -1)], [0]), (() => Z(0).Roll(0, 1), [0]),
            (() => Z(0).Flip(0), [0]), (() => Z(0, 2).Sort(0).Values, [0, 2]), (() => Z(3).TopK(0).Values, [0]),
            (() => Z(0, 3).Softmax(), [0, 3]), (() => Z(2, 0).LogSoftmax(), [2, 0]), (() => Z(0, 3).CumulativeSum(0), [0, 3]),
            (() => Z(0, 2, 4, 4).Pad(1), [0, 2, 6, 6]), (() => Z(0, 2, 4, 4).Pad(1, PadMode.Circular), [0, 2, 6, 6]),
            (() => Z(0, 2, 4, 4).MaxPool2d(2), [0, 2, 2, 2]), (() => Z(0, 2, 4, 4).AvgPool2d(2), [0, 2, 2, 2]),
            (() => Z(0, 2, 4, 4).Upsample(2), [0, 2, 8, 8]), (() => Z(0, 2, 4, 4).Resize(3), [0, 2, 3, 3]),
            (() => Z(0, 2, 4, 4).Blur([1, 2, 1]), [0, 2, 4, 4]), (() => Z(0, 2, 4, 4).AdaptiveAvgPool2d(1), [0, 2, 1, 1]),
            (() => Z(0, 4, 2, 2).PixelShuffle(2), [0, 1, 4, 4]), (() => Z(0, 3).Gather(1, Z(0, 2)), [0, 2]),
            (() => Z(4, 3).IndexSelect(0, []), [0, 3]), (() => Z(0).OneHot(3), [0, 3]), (() => Z(0, 3) + Z(1, 3), [0, 3]),
            (() => (Z(0, 3) > 0).Where(Z(1, 3), Z(0, 1)), [0, 3]), (() => Z(0, 3).Permute(1, 0), [3, 0]), (() => Z(0).Prod(), []),
            (() => Z(0, 3).Max([0 + 1]), [0]), (() => Z(0, 3).Dropout(0.5f, default), [0, 3]), (() => Z(0, 3) / 3, [0, 3]),
            (() => Z(0, 2, 4, 4).GridSample(Z(0, 3, 3, 2)), [0, 2, 3, 3]), (() => Z(0, 2, 3).AffineGrid((4, 5)), [0, 4, 5, 2]),
            (() => Z(0, 3).Var([1]), [0]), (() => Z(0, 3).Norm(2, [1]), [0]), (() => Z(0, 3).LogSumExp([1]), [0]),
            (() => new Conv2d(0, 4, 3).Initialize(1).To(Device).Forward(Z(1, 0, 8, 8)), [1, 4, 6, 6]),
            (() => new BatchNorm2d(3).Initialize(1).To(Device).Forward(Z(0, 3, 2, 2)), [0, 3, 2, 2]),
            (() => new Linear(2, 3).Initialize(1).To(Device).Forward(Z(0, 2)), [0, 3]),
        })
        {
            var y = made();
            Assert.That(y.Shape, Is.EqualTo(expected));
            Assert.That(y.ToArray(), Has.Length.EqualTo((int)expected.Count));
        }

        Assert.That(Z(0).Chunk(0, 2).Select(piece => piece.Shape), Is.EqualTo(new Shape[] { [0], [0] }));
        Assert.That(Z(4).Split(0, 0, 4, 0).Select(piece => piece.Count), Is.EqualTo(new[] { 0, 4, 0 }));
    }

    [Test]
    public void ValuesOfNothing()
    {
        using var step = Device.Step();
        Assert.That(Z(0).Sum().Item(), Is.Zero);
        Assert.That(Z(0).Mean().Item(), Is.NaN);
        Assert.That(Z(0).Prod().Item(), Is.EqualTo(1));
        Assert.That(Z(2, 5, 0).MatMul(Z(0, 3)).ToArray(), Is.All.Zero);
        Assert.That(Z(1, 0, 4, 4).Conv2d(Z(2, 0, 3, 3), Tensor.From([3, 4], [2], Device)).ToArray(), Is.EqualTo(new float[] { 3, 3, 3, 3, 4,
            4, 4, 4 }));
        Assert.That(Z(2, 3).ScatterAdd(0, Z(0, 3), Z(0, 3)).ToArray(), Is.All.Zero);
        foreach (var mistake in new Func<Tensor>[] { () => Z(0).Max(), () => Z(2, 0).Min([1]), () => Z(0).Argmax(0), () => Z(2,
            0).Max(1).Values })
        {
            Assert.That(mistake, Throws.TypeOf<ShapeException>());
        }
    }

    [Test]
    public void GradientsFlowAroundNothing()
    {
        using var step = Device.Step();
        var (a, b) = (Z(0, 3), Tensor.Ones([2, 3], Device));
        (a.RequiresGrad, b.RequiresGrad) = (true, true);
        TensorOps.Concat(0, a, b).Sum().Backward();
        Assert.That(a.Gradient!.Shape, Is.EqualTo(new Shape(0, 3)));
        Assert.That(b.Gradient!.ToArray(), Is.All.EqualTo(1));
        foreach (var f in new Func<Tensor, Tensor, Tensor>[]
        {
            (x, w) => x.Conv2d(w), (x, w) => x.ConvTranspose2d(w), (x, w) => x.BatchNorm(w.Sum([0, 2, 3]), w.Sum([0, 2, 3])),
            (x, w) => x.InstanceNorm(w.Sum([0, 2, 3])), (x, w) => x.Reshape(0, 75).MatMul(w.Reshape(9, 9)[.., ..].Reshape(27,
                3)[0..0].Reshape(0, 3), transposeA: true),
        })
        {
            var (x, w) = (Z(0, 3, 5, 5), Tensor.Ones([3, 3, 3, 3], Device));
            (x.RequiresGrad, w.RequiresGrad) = (true, true);
            var slopes = Differentiation.Gradients(f(x, w).Sum(), [x, w], createGraph: true);
            Assert.That(slopes[0].Shape, Is.EqualTo(x.Shape));
            Assert.That(slopes[1].ToArray(), Is.All.Zero);
            f(x, w).Sum().Backward();
            Assert.That(w.Gradient!.ToArray(), Is.All.Zero);
        }

        var sliced = Tensor.Ones([4], Device);
        sliced.RequiresGrad = true;
        (sliced[2..2].Sum() + sliced[1..3].Sum()).Backward();
        Assert.That(sliced.Gradient!.ToArray(), Is.EqualTo(new float[] { 0, 1, 1, 0 }));
    }

    [Test]
    public void StepsOfNothingAreRecordedAndReplayed()
    {
        using var step = new RecordedStep(Device, inputs => [inputs[0].Sum() + 1, inputs[0] * 2, TensorOps.Concat(0, inputs[0],
            inputs[1])]);
        for (var run = 0; run < 3; run++)
        {
            using var nothing = Z(0, 2);
            using var something = Tensor.Full([1, 2], run, Device);
            var results = step.Run(nothing, something);
            Assert.That(results[0].Item(), Is.EqualTo(1));
            Assert.That(results[1].ToArray(), Is.Empty);
            Assert.That(results[2].ToArray(), Is.EqualTo(new float[] { run, run }));
        }
    }

    private Tensor Z(params int[] extents) => Tensor.Zeros(new Shape(extents), Device);
}
