using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>
/// The first step of a pix2pix and of a CycleGAN on devices that interpret or compile their kernels, where five would take minutes: its
/// losses are PyTorch's, and the weights after it are those of the processor, which takes all five (<see cref="FamilyStepTests"/>).
/// </summary>
[TestFixture("ptx")]
[TestFixture("opencl")]
[MaxSeconds(10)]
internal sealed class InterpretedStepTests(string deviceName)
{
    [TestCase("pix2pix_batch_lsgan")]
    [TestCase("cyclegan_instance_vanilla_pool50", Category = Exhaustive.Category)]
    public void TheFirstStepAgreesWithPyTorchAndTheProcessor(string name)
    {
        using var golden = new GoldenCase(name);
        var device = TestDevices.Open(deviceName);
        using var expected = golden.Begin(TestDevices.Open("cpu"));
        using var actual = golden.Begin(device);
        golden.Take(expected, 1);
        var before = device.Launches;
        golden.Take(actual, 1);
        var launched = device.Launches - before;
        golden.Compare(actual, expected);
        if (device is GpuDevice { Queue.Accelerator.AcceleratorType: AcceleratorType.Cuda } card)
        {
            TheModelLaunchesAsMuch(golden, card, launched);
        }
    }

    /// <summary>A modelled card launches what the CUDA device launches, kernel by kernel.</summary>
    private static void TheModelLaunchesAsMuch(GoldenCase golden, GpuDevice card, long launched)
    {
        using var model = new ModelledDevice(GpuCard.H200 with { Multiprocessors = card.Queue.Accelerator.NumMultiprocessors });
        ((GpuKernels)model.OwnKernels).Products.Forced = ((GpuKernels)card.OwnKernels).Products.Forced;
        using var trainer = GanModel.Create(golden.Options, model);
        using var pair = golden.Input(0, model);
        model.Forget();
        trainer.Step(pair, 0);
        Assert.That(model.Launches, Is.EqualTo(launched), "launches of the model");
        var loaded = KernelCatalog.All.Where(entry => card.Queue.Kernels.Contains(entry.Method)).Select(entry => entry.Name);
        Assert.That(model.Log.Select(launch => launch.Kernel).Distinct(), Is.SubsetOf(loaded));
    }
}
