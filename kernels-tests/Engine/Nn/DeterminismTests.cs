using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>The same training gives the same bits, for any number of threads and wherever its memory lies.</summary>
internal sealed class DeterminismTests
{
    [Test]
    public void TrainingGivesTheSameBitsForAnyNumberOfThreads()
    {
        var one = Train(threads: 1);
        Assert.That(Train(threads: 1), Is.EqualTo(one), "again");
        foreach (var threads in new[] { 2, 3, 7 })
        {
            Assert.That(Train(threads), Is.EqualTo(one), $"{threads} threads");
        }
    }

    private static int[] Train(int threads)
    {
        using var device = Device.Open("cpu", threads);
        var network = new Sequential(
            new ReflectionPad2d(3), new Conv2d(3, 16, 7), new InstanceNorm2d(16), new Relu(),
            new Conv2d(16, 24, 4, 2, 1), new BatchNorm2d(24), new LeakyRelu(), new Dropout(),
            new ConvTranspose2d(24, 3, 4, 2, 1), new Tanh()).Initialize(seed: 3, Initialization.Kaiming).To(device);
        var adam = new Adam(network.Parameters, 2e-3f, 0.5f);
        var random = new Random(1);
        for (var i = 0; i < 3; i++)
        {
            using var step = device.Step();
            network.Random!.Step = (uint)i;
            var shape = new Shape(2, 3, 38, 42);
            var x = Tensor.From(OpCase.DrawNumbers(random, (int)shape.Count), shape, device);
            adam.Minimize(network.Forward(x).L1Loss(x) + network.Forward(x).BceWithLogits(1));
        }

        return [.. network.NamedTensors().SelectMany(t => t.Value.ToArray()).Select(BitConverter.SingleToInt32Bits)];
    }
}
