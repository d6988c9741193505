using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Names, devices, freezing, modes and random keys of module trees.</summary>
internal sealed class ModuleTests() : OnCpu(threads: 1)
{
    [Test]
    public void TensorsAreNamedAndOrderedAsInAStateDict()
    {
        var network = new Sequential(
            new ReflectionPad2d(1), new Conv2d(3, 4, 3), new BatchNorm2d(4), new Relu(),
            new Sequential(new ConvTranspose2d(4, 2, 3, bias: false), new InstanceNorm2d(2), new Identity(), new Linear(5, 6)));
        Assert.That(network.NamedTensors("net.").Select(t => $"{t.Name} {t.Tensor.Shape} {t.Tensor.Role}"), Is.EqualTo(new[]
        {
            "net.1.weight [4,3,3,3] Parameter",
            "net.1.bias [4] Parameter",
            "net.2.weight [4] Parameter",
            "net.2.bias [4] Parameter",
            "net.2.running_mean [4] Buffer",
            "net.2.running_var [4] Buffer",
            "net.2.num_batches_tracked [] Counter",
            "net.4.0.weight [4,2,3,3] Parameter",
            "net.4.3.weight [6,5] Parameter",
            "net.4.3.bias [6] Parameter",
        }));
        Assert.That(network.ParameterCount, Is.EqualTo(108 + 4 + 4 + 4 + 72 + 30 + 6));
    }

    /// <summary>As in PyTorch: two keys in the state dict, one parameter.</summary>
    [Test]
    public void AModuleThatIsRegisteredTwiceHasTwoKeysAndItsParametersOnce()
    {
        var shared = new Conv2d(2, 2, 1);
        var network = new Sequential(shared, new Relu(), shared).Initialize(seed: 3, gain: 1).To(_device);
        Assert.That(network.ParameterCount, Is.EqualTo(4 + 2));
        Assert.That(network.Parameters.Select(p => p.Name), Is.EqualTo(new[] { "0.weight", "0.bias" }));
        Assert.That(network.NamedTensors().Select(t => t.Name), Is.EqualTo(new[] { "0.weight", "0.bias", "2.weight", "2.bias" }));
        Assert.That(new Adam(network.NamedTensors()).Parameters.Select(p => p.Name), Is.EqualTo(new[] { "0.weight", "0.bias" }));
        Assert.That(
            shared.Weight.Value.ToArray(), Is.EqualTo(new Conv2d(2, 2, 1).Initialize(seed: 3, gain: 1).To(_device).Weight.Value.ToArray()),
            "the numbers of its first place");
    }

    [Test]
    public void InstanceNormHasTensorsOnRequestOnly()
    {
        Assert.That(new InstanceNorm2d(3).NamedTensors(), Is.Empty);
        Assert.That(new InstanceNorm2d(3, affine: true, trackRunningStatistics: true).NamedTensors().Select(t => t.Name),
            Is.EqualTo(new[] { "weight", "bias", "running_mean", "running_var", "num_batches_tracked" }));
    }

    [Test]
    public void AModuleWithoutADeviceSaysWhatToDo() => Assert.That(
        () =>
            new Conv2d(1, 1, 1).Weight.Value, Throws.InvalidOperationException.With.Message.Contains(
                "call To(device) on the module first"));

    [Test]
    public void MovingToAnotherDeviceKeepsTheNumbersAndTheFreezing()
    {
        var linear = new Linear(2, 3).Initialize(seed: 4, gain: 1).To(_device);
        linear.RequiresGrad = false;
        var before = linear.Weight.Value.ToArray();
        using var other = Device.Open("cpu", threads: 1);
        linear.To(other);
        Assert.That(linear.Weight.Device, Is.SameAs(other));
        Assert.That(linear.Weight.Value.ToArray(), Is.EqualTo(before));
        Assert.That(linear.RequiresGrad, Is.False);
        Assert.That(linear.Weight.Value.RequiresGrad, Is.False);
    }

    [Test]
    public void ParametersMadeInsideAStepOutliveIt()
    {
        Linear linear;
        using (_device.Step())
        {
            linear = new Linear(2, 2).Initialize(seed: 1).To(_device);
        }

        Assert.That(linear.Weight.Value.ToArray(), Has.Some.Not.Zero);
    }

    [Test]
    public void BuffersNeverAskForGradients()
    {
        var norm = new BatchNorm2d(2).To(_device);
        norm.RequiresGrad = false;
        norm.RequiresGrad = true;
        Assert.That(norm.NamedTensors().Where(t => t.Value.RequiresGrad).Select(t => t.Name), Is.EqualTo(new[] { "weight", "bias" }));
    }

    [Test]
    public void ModesReachTheWholeTree()
    {
        var network = new Sequential(new Sequential(new Dropout()), new BatchNorm2d(1));
        Assert.That(network.Eval().Children[0].Module.Children[0].Module.Training, Is.False);
        Assert.That(network.Train().Children[1].Module.Training, Is.True);
    }

    [Test]
    public void SequentialReleasesIntermediatesButNeverItsInput()
    {
        var seen = new List<Tensor>();
        var network = new Sequential(new Spy(seen), new Spy(seen), new Spy(seen)).To(_device);
        using var step = _device.Step();
        var x = Tensor.Ones(new Shape(2), _device);
        var y = network.Forward(x);
        Assert.That(y.ToArray(), Is.All.EqualTo(8));
        Assert.That(x.ToArray(), Is.All.EqualTo(1));
        Assert.That(seen[0], Is.SameAs(x));
        Assert.That(seen[1].ToArray, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(seen[2].ToArray, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void IdentitiesPassTheInputThrough()
    {
        using var x = Tensor.Ones(new Shape(2), _device);
        Assert.That(new Sequential(new Identity(), new Identity()).Forward(x), Is.SameAs(x));
        Assert.That(new Dropout().Eval().Forward(x), Is.SameAs(x));
        Assert.That(x.ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void DropoutMasksDependOnSeedStepAndPosition()
    {
        float[] Masks(ulong seed, uint step)
        {
            var network = new Sequential(new Dropout(), new Dropout()).Initialize(seed);
            network.Random!.Step = step;
            using var scope = _device.Step();
            return [.. network.Forward(Tensor.Ones(new Shape(200), _device)).ToArray(),
                .. network.Forward(Tensor.Ones(new Shape(200), _device)).ToArray()];
        }

        var masks = Masks(1, 5);
        Assert.That(Masks(1, 5), Is.EqualTo(masks), "the same run again");
        Assert.That(Masks(2, 5), Is.Not.EqualTo(masks), "another seed");
        Assert.That(Masks(1, 6), Is.Not.EqualTo(masks), "another step");
        var (first, second) = (masks[..200], masks[200..]);
        Assert.That(second, Is.Not.EqualTo(first), "another draw of the same step");
        Assert.That(masks.Count(x => x == 0), Is.InRange(260, 340), "three of four fall out");
        Assert.That(masks.Where(x => x != 0), Is.All.EqualTo(4));
    }

    [Test]
    public void DropoutWithoutARandomStateSaysWhatToDo()
    {
        using var x = Tensor.Ones(new Shape(2), _device);
        Assert.That(() => new Dropout().Forward(x), Throws.InvalidOperationException.With.Message.Contains("Initialize(seed)"));
    }

    private sealed class Spy(List<Tensor> seen) : Layer
    {
        public override Tensor Forward(Tensor x)
        {
            seen.Add(x);
            return x * 2;
        }
    }
}
