using System.Collections.Concurrent;
using IlgpuGan.EngineTests.Ops;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>
/// Whole networks, small: value, the gradient of every weight and of the picture, and, for discriminators, the gradient of the picture's
/// gradient that a gradient penalty needs. Against numerical derivatives of the networks written out in double precision.
/// </summary>
// Definitions of whole networks, differentiated numerically.
[MaxSeconds(5)]
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class NetworkGradientTests(string name) : OnDevice(name)
{
    // Small: longer steps would carry activations across the kinks of the rectifiers.
    private const double FirstStep = 1e-6;
    private const double SecondStep = 3e-5;

    /// <summary>By test, whatever the device: the definition's derivatives take most of the time.</summary>
    private static readonly ConcurrentDictionary<string, double[][]> s_expected = [];

    [Test]
    public void UNet([Values(NormKind.Batch, NormKind.Instance)] NormKind norm) => Check(
        new UNet(1, 1, downs: 3, ngf: 2, norm, dropout: false), new Shape(2, 1, 16, 16), norm, n => n.UNet);

    [Test]
    public void ResNet([Values(NormKind.Batch, NormKind.Instance)] NormKind norm) => Check(
        new ResNetGenerator(2, 1, blocks: 1, ngf: 2, norm), new Shape(1, 2, 12, 12), norm, n => n.ResNet);

    [Test]
    public void AntialiasedResNet([Values(NormKind.Batch, NormKind.Instance)] NormKind norm) => Check(
        new ResNetGenerator(2, 1, blocks: 1, ngf: 2, norm, scaling: ScalingKind.Antialias), new Shape(1, 2, 12, 12), norm,
        n => n.AntialiasedResNet);

    [Test]
    public void SmoothResNet() => Check(
        new ResNetGenerator(2, 1, blocks: 1, ngf: 2, scaling: ScalingKind.Smooth), new Shape(1, 2, 8, 8), NormKind.Instance,
        n => n.SmoothResNet);

    [Test]
    public void PatchGan([Values(NormKind.Batch, NormKind.Instance)] NormKind norm) => Check(
        new PatchGan(2, ndf: 2, layers: 2, norm), new Shape(2, 2, 16, 16), norm, n => n.PatchGan);

    [Test]
    public void GradientOfAPatchGansGradient([Values(NormKind.Batch, NormKind.Instance)] NormKind norm)
    {
        var network = new PatchGan(2, ndf: 2, layers: 2, norm).Initialize(seed: 5, Initialization.Xavier, gain: 1).To(Device);
        var setup = new Setup(network, new Shape(1, 2, 16, 16), norm, n => n.PatchGan);
        var direction = OpCase.DrawNumbers(new Random(9), (int)setup.InputShape.Count);
        using var step = Device.Step();
        var x = setup.Input(Device);
        var gradient = Differentiation.Gradients(setup.Loss(network.Forward(x)), [x], createGraph: true)[0];
        var along = (gradient * Tensor.From(direction, setup.InputShape, Device)).Sum();
        var found = Differentiation.Gradients(along, [.. network.Parameters.Select(p => p.Value)]);

        double[]?[] directions = [.. setup.Keys.Select(_ => (double[]?)null), Array.ConvertAll(direction, d => (double)d)];
        var derivative = NumericalDerivative.Along(setup.ReferenceLoss, directions, SecondStep);
        var expected = s_expected.GetOrAdd(
            TestContext.CurrentContext.Test.Name, _ => NumericalDerivative.Gradient(derivative, setup.Arguments, SecondStep)[..^1]);
        Assert.That(RelativeError.OfAll([.. found.Select(g => g.ToArray())], expected), Is.LessThan(OpTests.GradientTolerance));
    }

    private void Check(Layer network, Shape input, NormKind norm, Func<NaiveNetworks, Func<Array64, Array64>> reference)
    {
        network.Initialize(seed: 5, Initialization.Xavier, gain: 1).To(Device);
        var setup = new Setup(network, input, norm, reference);
        using var step = Device.Step();
        var x = setup.Input(Device);
        var y = network.Forward(x);
        Assert.That(RelativeError.Of(y.ToArray(), setup.Output(setup.Arguments).Values), Is.LessThan(1e-5), "value");

        setup.Loss(y).Backward();
        var gradients = network.Parameters.Select(p => p.Value.Gradient!.ToArray()).Append(x.Gradient!.ToArray()).ToArray();
        var expected = s_expected.GetOrAdd(
            TestContext.CurrentContext.Test.Name, _ => NumericalDerivative.Gradient(setup.ReferenceLoss, setup.Arguments, FirstStep));
        Assert.That(RelativeError.OfAll(gradients, expected), Is.LessThan(OpTests.GradientTolerance), "gradient");
    }

    /// <summary>The same network, picture and loss in float32 and in double precision.</summary>
    private sealed class Setup
    {
        private readonly Func<NaiveNetworks, Func<Array64, Array64>> _reference;
        private readonly bool _perInstance;
        private readonly Shape[] _shapes;
        private readonly float[] _picture;
        private readonly float[] _weights;

        public Setup(Layer network, Shape input, NormKind norm, Func<NaiveNetworks, Func<Array64, Array64>> reference)
        {
            (_reference, _perInstance, InputShape) = (reference, norm == NormKind.Instance, input);
            Keys = [.. network.Parameters.Select(p => p.Name)];
            _shapes = [.. network.Parameters.Select(p => p.Tensor.Shape)];
            _picture = OpCase.DrawNumbers(new Random(3), (int)input.Count);
            Arguments = [.. network.Parameters.Select(p => Array64.From(p.Value).Values), Array.ConvertAll(_picture, v => (double)v)];
            _weights = OpCase.DrawNumbers(new Random(4), Output(Arguments).Values.Length);
        }

        public Shape InputShape { get; }

        public string[] Keys { get; }

        /// <summary>All parameters, then the picture.</summary>
        public double[][] Arguments { get; }

        public Tensor Input(Device device)
        {
            var x = Tensor.From(_picture, InputShape, device);
            x.RequiresGrad = true;
            return x;
        }

        public Tensor Loss(Tensor output) => (output * Tensor.From(_weights, output.Shape, output.Device)).Sum();

        public Array64 Output(double[][] arguments)
        {
            var weights = Keys.Select((key, i) => (key, new Array64(_shapes[i], arguments[i]))).ToDictionary(p => p.key, p => p.Item2);
            return _reference(new NaiveNetworks(weights, _perInstance))(new Array64(InputShape, arguments[^1]));
        }

        public double ReferenceLoss(double[][] arguments) => Output(arguments).Values.Zip(_weights, (y, w) => y * w).Sum();
    }
}
