using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>The profile: which ops ran, on which shapes, at which declared cost.</summary>
internal sealed class ProfileTests() : InStep("cpu")
{
    [Test]
    public void NamesShapesAndCostsOfAForwardAndItsBackward()
    {
        var x = Tensor.Ones(new Shape(2, 3, 8, 8), Device);
        var w = Tensor.Ones(new Shape(5, 3, 4, 4), Device);
        w.RequiresGrad = true;
        using var profile = OpProfile.Start();
        x.Conv2d(w, stride: 2, padding: 1).Sum().Backward();
        var forward = profile.Timings.Single(t => t.Name == "conv2d");
        Assert.That(forward.Shapes, Is.EqualTo("[2,3,8,8] [5,3,4,4] -> [2,5,4,4]"));
        Assert.That(forward.Cost, Is.EqualTo(new OpCost(2L * 2 * 5 * 4 * 4 * 3 * 4 * 4, 4L * (384 + 240 + 160))));
        Assert.That(profile.Timings.Single(t => t.Name == "conv2d_weight_gradient").Cost.Flops, Is.EqualTo(forward.Cost.Flops));
        Assert.That(profile.Timings.Select(t => t.Name), Does.Not.Contain("conv2d_input_gradient"));
    }

    [Test]
    public void AConvolutionSaysWhichAlgorithmItTookAndWhy()
    {
        var x = Tensor.Ones(new Shape(2, 3, 8, 8), Device);
        using var profile = OpProfile.Start();
        _ = x.Conv2d(Tensor.Ones(new Shape(5, 3, 1, 1), Device)) + 1;
        Assert.That(profile.Timings.Single(t => t.Name == "conv2d").Algorithm, Is.EqualTo("direct: no other way applies"));
        Assert.That(profile.Timings.Where(t => t.Name != "conv2d").Select(t => t.Algorithm), Is.Not.Empty.And.All.Null);
    }

    [Test]
    public void GradientsArePutDownToTheLayerOfTheirForward()
    {
        var inner = new Sequential(new Conv2d(3, 4, 3), new Relu());
        var network = new Sequential(new Conv2d(3, 3, 1), inner).Initialize(seed: 1).To(Device);
        var x = Tensor.Ones(new Shape(1, 3, 8, 8), Device);
        using var profile = OpProfile.Start(network.LayerNames("net"));
        network.Forward(x).Sum().Backward();
        Assert.That(LayersOf("conv2d"), Is.EqualTo(new[] { "net.0", "net.1.0" }));
        Assert.That(LayersOf("conv2d_weight_gradient"), Is.EquivalentTo(new[] { "net.1.0", "net.0" }));
        Assert.That(LayersOf("relu_gradient"), Is.EqualTo(new[] { "net.1.1" }));
        Assert.That(LayersOf("sum"), Does.Contain(""), "the loss belongs to no layer");

        IEnumerable<string> LayersOf(string op) => profile.Timings.Where(t => t.Name == op).Select(t => t.Layer);
    }

    [Test]
    public void AnOptimisersUpdateIsTimedToo()
    {
        var network = new Conv2d(3, 4, 3).Initialize(seed: 1).To(Device);
        var adam = new Adam(network.Parameters);
        network.Forward(Tensor.Ones(new Shape(1, 3, 8, 8), Device)).Sum().Backward();
        using var profile = OpProfile.Start();
        adam.Step();
        Assert.That(profile.Timings.Single().Name, Is.EqualTo("adam"));
        Assert.That(profile.Timings.Single().Cost.Bytes, Is.EqualTo(7 * 4 * (4 * 3 * 3 * 3 + 4)));
    }

    [Test]
    public void ASliceThatMovesNothingCostsNothing()
    {
        var x = Tensor.Ones(new Shape(4, 6), Device);
        using var profile = OpProfile.Start();
        _ = x.Slice(0, 1, 2);
        _ = x.Slice(1, 1, 2);
        Assert.That(profile.Timings.Select(t => t.Cost.Bytes), Is.EqualTo(new[] { 0L, 2 * 4 * 8 }));
    }

    [Test]
    public void ProfilesNestAndEnd()
    {
        var x = Tensor.Ones(new Shape(2), Device);
        using var outer = OpProfile.Start();
        using (var inner = OpProfile.Start())
        {
            _ = x.Exp();
            Assert.That(inner.Timings, Has.Count.EqualTo(1));
        }

        _ = x.Log();
        Assert.That(outer.Timings.Select(t => t.Name), Is.EqualTo(new[] { "log" }));
        outer.Dispose();
        _ = x.Exp();
        Assert.That(outer.Timings, Has.Count.EqualTo(1));
    }
}
