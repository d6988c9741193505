using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>
/// Ops that are declared outside the engine: values, gradients of both orders, replays and errors are those of built-in ones.
/// </summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class OpOfOnesOwnTests(string name) : OnDevice(name)
{
    private static readonly float[] s_values = [0, 0.5f, -1.25f, 2];

    [Test]
    public void ValueAndGradientsFollowTheDefinition()
    {
        using var step = Device.Step();
        var x = Tensor.From(s_values, new Shape(2, 2), Device);
        x.RequiresGrad = true;
        var y = x.TanhGate();
        var first = Differentiation.Gradients(y.Sum(), [x], createGraph: true)[0];
        var second = Differentiation.Gradients(first.Sum(), [x])[0];
        Assert.That(y.ToArray(), Is.EqualTo(s_values.Select(v => v * Math.Tanh(v))).Within(1e-6));
        Assert.That(first.ToArray(), Is.EqualTo(s_values.Select(v => Slope(f => f * Math.Tanh(f), v))).Within(1e-5));
        Assert.That(second.ToArray(), Is.EqualTo(s_values.Select(v => Slope(s => Slope(f => f * Math.Tanh(f), s), v))).Within(1e-4));
    }

    [Test]
    public void OnlyWhatIsAskedForIsKeptAndComputed()
    {
        using var step = Device.Step();
        var (a, b) = (Tensor.From(s_values, new Shape(4), Device), Tensor.Full(new Shape(4), 3, Device));
        a.RequiresGrad = true;
        a.Product(b).Sum().Backward();
        Assert.That(a.Gradient!.ToArray(), Is.All.EqualTo(3));
        Assert.That(b.Gradient, Is.Null);
        Assert.That(
            () => a.Product(Tensor.Ones(new Shape(3), Device)),
            Throws.TypeOf<ShapeException>().With.Message.StartsWith("product: [4] and [3]"));
    }

    /// <summary>An op may have more inputs than a mask has bits; what isn't asked for has no gradient.</summary>
    [Test]
    public void EachOfManyInputsHasItsGradient([Values(0, 31, 32, 39)] int trained)
    {
        using var step = Device.Step();
        var all = Enumerable.Range(0, 40).Select(_ => Tensor.From(s_values, new Shape(4), Device)).ToArray();
        (all[trained].RequiresGrad, all[37].RequiresGrad) = (true, true);
        Op.Run(new Total(), all).Sum().Backward();
        Assert.That(
            Enumerable.Range(0, all.Length).Where(i => all[i].Gradient is not null), Is.EquivalentTo(new[] { trained, 37 }));
        Assert.That(all[trained].Gradient!.ToArray(), Is.All.EqualTo(1));
        all[37].ClearGradient();
        var alone = Differentiation.Gradients(Op.Run(new Total(), all).Sum(), [all[trained]])[0];
        Assert.That(alone.ToArray(), Is.All.EqualTo(1));
        Assert.That(all[37].Gradient, Is.Null);
    }

    [Test]
    public void ReplaysGiveTheBitsOfTheCode()
    {
        using var x = Tensor.From(s_values, new Shape(4), Device);
        x.RequiresGrad = true;
        using var step = new RecordedStep(Device, inputs =>
        {
            var y = (x * inputs[0]).TanhGate().Product(inputs[0]);
            return [y, Differentiation.Gradients(y.Sum(), [x])[0]];
        })
        {
            Checks = 1,
        };
        for (var i = 0; i < 4; i++)
        {
            using var input = Tensor.Full(new Shape(4), 0.3f * (i + 1), Device);
            var replayed = step.Run(input).Select(y => y.ToArray()).ToArray();
            using var scope = Device.Step();
            var expected = (x * input).TanhGate().Product(input);
            Assert.That(replayed[0], Is.EqualTo(expected.ToArray()));
            Assert.That(replayed[1], Is.EqualTo(Differentiation.Gradients(expected.Sum(), [x])[0].ToArray()));
        }
    }

    /// <summary>The usual slip is a gradient that is summed over all dimensions; whoever updates by it would read other memory.</summary>
    [Test]
    public void AGradientThatDoesNotFitItsInputIsRefused()
    {
        using var step = Device.Step();
        var (x, bias) = (Tensor.From(s_values, new Shape(2, 2), Device), Tensor.Ones(new Shape(2), Device));
        bias.RequiresGrad = true;
        Fails.Starting<ShapeException>(
            () => Backward(new Bias(dy => [dy.Share(), dy.Sum()])), "bias: the gradient of input 2 of 2 is [], but the input is [2]");
        Fails.Starting<ShapeException>(
            () => Backward(new Bias(dy => [null, dy.Share()])), "bias: the gradient of input 2 of 2 is [2,2], but the input is [2]");
        Fails.Starting<ShapeException>(
            () => Backward(new Bias(dy => [null, dy.Sum()], broadcasts: true)), "bias: the gradient of input 2 of 2 is []");
        Fails.Starting<AutodiffException>(
            () => Backward(new Bias(dy => [dy.Share()])), "bias: Gradient returned 1 gradients for 2 inputs");
        Fails.Starting<AutodiffException>(() => Backward(new Bias(_ => null!)), "bias: Gradient returned 0 gradients for 2 inputs");
        Assert.That(bias.Gradient, Is.Null);

        foreach (var gradient in new Func<Tensor, Tensor>[] { dy => dy.Share(), dy => dy.Sum([0], keepDims: true), dy => dy.Sum([0]) })
        {
            Backward(new Bias(dy => [null, gradient(dy)], broadcasts: true));
            Assert.That(bias.Gradient!.ToArray(), Is.All.EqualTo(2));
            bias.ClearGradient();
        }

        void Backward(Op op) => Op.Run(op, x, bias).Sum().Backward();
    }

    [Test]
    public void ACallThatWouldReadBehindAnArrayIsRefused()
    {
        using var step = Device.Step();
        var x = Tensor.From(s_values, new Shape(2, 2), Device);
        Refused(
            (a, y) => new UnaryCall(UnaryFunction.Tanh, 0, 0, a.Span, y.Span), "UnaryCall Tanh: x has 4 elements, but y has 8");
        Refused(
            (a, y) => new BinaryCall(BinaryFunction.Add, a.Span, a.Shape, y.Span, y.Shape, y.Span, y.Shape),
            "BinaryCall Add: a [2,2] does not broadcast to y [4,2]");
        Refused(
            (a, y) => new BinaryCall(BinaryFunction.Add, y.Span, y.Shape, a.Span, y.Shape, y.Span, y.Shape),
            "BinaryCall Add: b has 4 elements, but its shape [4,2] has 8");
        Refused(
            (a, y) => new BinaryCall(BinaryFunction.Add, a.Span, a.Shape, a.Span, a.Shape, y.Span, a.Shape),
            "BinaryCall Add: y has 8 elements, but its shape [2,2] has 4");

        void Refused(Func<Tensor, Tensor, KernelCall> call, string reason) =>
            Fails.Starting<ShapeException>(() => Op.Run(new Stretched(call), x), $"stretched [2,2] -> [4,2]: {reason}");
    }

    private static double Slope(Func<double, double> f, double x) => (f(x + 1e-4) - f(x - 1e-4)) / 2e-4;
}
