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

    private static double Slope(Func<double, double> f, double x) => (f(x + 1e-4) - f(x - 1e-4)) / 2e-4;
}
