using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Parameters changed in the middle of the walk end up with the bits that a whole backward and a step after it give.</summary>
internal sealed class FinishStepTests() : OnCpu(threads: 1)
{
    private static readonly Shape s_shape = new(2, 3, 12, 12);

    [Test]
    public void GivesTheBitsOfBackwardAndStep([Values] bool adam)
    {
        Assert.That(Train(Finish, adam), Is.EqualTo(Train(BackwardAndStep, adam)));

        static void Finish(Optimizer optimizer, Tensor first, Tensor second)
        {
            optimizer.ClearGradients();
            first.Backward();
            optimizer.FinishStep(second);
        }

        static void BackwardAndStep(Optimizer optimizer, Tensor first, Tensor second)
        {
            optimizer.ClearGradients();
            first.Backward();
            second.Backward();
            optimizer.Step();
        }
    }

    /// <summary>The second factor reads the weight's memory behind autodiff's back, after the weight's own gradient is complete.</summary>
    [Test]
    public void AWeightThatIsStillToBeReadWaits([Values] bool finish)
    {
        using var step = _device.Step();
        var weight = new ModuleTensor(new Shape(4), TensorRole.Parameter, InitialValue.One);
        weight.MoveTo(_device);
        var early = new ModuleTensor(new Shape(4), TensorRole.Parameter, InitialValue.One);
        early.MoveTo(_device);
        var sgd = new Sgd([new NamedTensor("early", early), new NamedTensor("weight", weight)], 1);
        var loss = ((early.Value * weight.Value.Detach()) * (weight.Value * 2)).Sum();
        if (finish)
        {
            sgd.FinishStep(loss);
        }
        else
        {
            loss.Backward();
            sgd.Step();
        }

        Assert.That(weight.Value.ToArray(), Is.All.EqualTo(-1f));
        Assert.That(early.Value.ToArray(), Is.All.EqualTo(-1f));
    }

    [Test]
    public void LeavesNoGradientsAndSparesFrozenParameters()
    {
        using var step = _device.Step();
        var network = Network(_device);
        var adam = new Adam(network.Parameters);
        var frozen = network.Parameters.First();
        frozen.Tensor.RequiresGrad = false;
        var before = frozen.Value.ToArray();
        adam.Minimize(network.Forward(Tensor.Ones(s_shape, _device)).Square().Mean());
        Assert.That(network.Parameters.Select(p => p.Value.Gradient), Is.All.Null);
        Assert.That(frozen.Value.ToArray(), Is.EqualTo(before));
        Assert.That(adam.State().Count(), Is.EqualTo(3 * (network.Parameters.Count() - 1)));
    }

    /// <summary>Layers of one size: with all their gradients at once there would be a block for each.</summary>
    [Test]
    public void HoldsFewGradientsAtATime()
    {
        const int width = 2048;
        using var device = Device.Open("cpu", threads: 2);
        var weights =
            Enumerable.Range(0, 6).Select(_ => new ModuleTensor(new Shape(width, width), TensorRole.Parameter, InitialValue.Zero)).ToList();
        weights.ForEach(w => w.MoveTo(device));
        var sgd = new Sgd(weights.Select((w, i) => new NamedTensor($"{i}", w)), 1);
        var before = device.Pool.AllocatedBytes;
        using (device.Step())
        {
            var x = Tensor.Ones(new Shape(1, width), device);
            sgd.Minimize(weights.Aggregate(x, (y, w) => y.MatMul(w.Value)).Sum());
        }

        Assert.That(device.Pool.AllocatedBytes - before, Is.LessThan(3L * width * width * sizeof(float)));
    }

    private static int[] Train(Action<Optimizer, Tensor, Tensor> take, bool adam)
    {
        using var device = Device.Open("cpu", threads: 1);
        var network = Network(device);
        Optimizer optimizer = adam
            ? new Adam(network.Parameters, 1e-2f, weightDecay: 0.1f)
            : new Sgd(network.Parameters, 1e-2f, momentum: 0.9f);
        var random = new Random(5);
        for (var i = 0; i < 3; i++)
        {
            using var step = device.Step();
            var x = Tensor.From(OpCase.DrawNumbers(random, (int)s_shape.Count), s_shape, device);
            take(optimizer, network.Forward(x).L1Loss(x), network.Forward(network.Forward(x)).BceWithLogits(1));
        }

        return [.. network.NamedTensors().SelectMany(t => t.Value.ToArray()).Select(BitConverter.SingleToInt32Bits)];
    }

    private static Sequential Network(Device device) => new Sequential(
        new Conv2d(3, 8, 3, 1, 1), new BatchNorm2d(8), new LeakyRelu(), new Conv2d(8, 3, 3, 1, 1),
        new Tanh()).Initialize(seed: 3).To(device);
}
