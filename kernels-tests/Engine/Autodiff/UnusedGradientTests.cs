using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>What nobody asks for is not computed.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class UnusedGradientTests(string name) : OnDevice(name)
{
    private const string DataGradient = "conv2d_input_gradient";
    private const string WeightGradient = "conv2d_weight_gradient";

    [Test]
    public void OfAnInput() => Assert.That(
        Backward(Network(), inputRequiresGrad: false),
        Is.EqualTo(new Dictionary<string, int> { [WeightGradient] = 2, [DataGradient] = 1 }), "the picture's own gradient");

    [Test]
    public void OfAFrozenNetwork()
    {
        var network = Network();
        network.RequiresGrad = false;
        Assert.That(Backward(network, inputRequiresGrad: true), Is.EqualTo(new Dictionary<string, int> { [DataGradient] = 2 }));
        Assert.That(network.Parameters.Select(p => p.Value.Gradient), Is.All.Null);
    }

    [Test]
    public void OfANetworkThatIsFrozenAndThawed()
    {
        var network = Network();
        network.RequiresGrad = false;
        network.RequiresGrad = true;
        Assert.That(
            Backward(network, inputRequiresGrad: true),
            Is.EqualTo(new Dictionary<string, int> { [WeightGradient] = 2, [DataGradient] = 2 }));
    }

    /// <summary>A gradient penalty asks for the picture's gradient only: the weights' must not be computed on the way.</summary>
    [Test]
    public void OfWeightsWhereOnlyTheInputIsATarget()
    {
        var network = Network();
        using var step = Device.Step();
        var x = Picture();
        x.RequiresGrad = true;
        var score = network.Forward(x).Sum();
        using var profile = OpProfile.Start();
        Differentiation.Gradients(score, [x]);
        Assert.That(Convolutions(profile), Is.EqualTo(new Dictionary<string, int> { [DataGradient] = 2 }));
    }

    [Test]
    public void OfWhatLiesBehindADetachedValue()
    {
        using var step = Device.Step();
        var first = Network();
        var second = new Conv2d(3, 1, 1).To(Device);
        using var profile = OpProfile.Start();
        second.Forward(first.Forward(Picture()).Detach()).Sum().Backward();
        Assert.That(Convolutions(profile)[WeightGradient], Is.EqualTo(1));
        Assert.That(first.Parameters.Select(p => p.Value.Gradient), Is.All.Null);
    }

    private Dictionary<string, int> Backward(Layer network, bool inputRequiresGrad)
    {
        using var step = Device.Step();
        var x = Picture();
        x.RequiresGrad = inputRequiresGrad;
        var loss = network.Forward(x).Sum();
        using var profile = OpProfile.Start();
        loss.Backward();
        return Convolutions(profile);
    }

    private static Dictionary<string, int> Convolutions(OpProfile profile) => profile.Timings
        .Where(t => t.Name is DataGradient or WeightGradient).GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.Count());

    private Sequential Network() => new Sequential(new Conv2d(2, 4, 3, padding: 1), new Relu(), new Conv2d(4, 3, 3)).To(Device);

    private Tensor Picture() => Tensor.Ones(new Shape(1, 2, 5, 5), Device);
}
