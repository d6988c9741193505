using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What a recorded step launches on a card on paper, with gradients of biases beside those of weights and apart.</summary>
internal sealed class BiasGradientLaunchTests
{
    /// <summary>Two layers that halve the picture, and two blocks of two layers: sums of 256 to 1,024 pixels.</summary>
    private const int LayersOfOneGroupsSums = 6;

    [Test]
    public void ALaunchIsSparedForEachSum()
    {
        using var device = new ModelledDevice(GpuCard.H200);
        var network = new ResNetGenerator(3, 3, blocks: 2, ngf: 8).Initialize(seed: 1).To(device);
        var adam = new Adam(network.Parameters);
        using var x = Tensor.Zeros(new Shape(1, 3, 64, 64), device);
        adam.Minimize(network.Forward(x).L1Loss(x));
        using var recording = KernelRecording.Take(device, () => adam.Minimize(network.Forward(x).L1Loss(x)));
        var (calls, _) = recording.Place(CallPasses.Apply(recording.Calls, KernelRecording.IsTemporary, device.OwnKernels));
        var spared = calls.OfType<Conv2dWeightAndBiasGradientCall>().Count();
        Assert.That(spared, Is.GreaterThanOrEqualTo(LayersOfOneGroupsSums));
        Assert.That(Launches(device, calls, apart: true), Is.EqualTo(Launches(device, calls, apart: false) + spared));
    }

    private static long Launches(ModelledDevice device, IReadOnlyList<KernelCall> calls, bool apart)
    {
        device.Forget();
        foreach (var call in calls)
        {
            device.OwnKernels.Run(call, fused: !apart || call is not Conv2dWeightAndBiasGradientCall);
        }

        return device.Launches;
    }
}
