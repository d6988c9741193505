using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>
/// The first step of a pix2pix and of a CycleGAN on devices that interpret their kernels, where five would take minutes: its losses are
/// PyTorch's, and the weights after it are those of the processor, which takes all five (<see cref="GoldenStepTests"/>).
/// </summary>
[TestFixture("ptx")]
[MaxSeconds(10)]
internal sealed class InterpretedStepTests(string deviceName)
{
    /// <summary>Launches of the latest step.</summary>
    private long _launched;

    private const string Pix2Pix = "pix2pix_batch_lsgan", CycleGan = "cyclegan_instance_vanilla_pool50";

    [TestCase(Pix2Pix)]
    [TestCase(CycleGan, Category = Exhaustive.Category)]
    public void TheFirstStepAgreesWithPyTorchAndTheProcessor(string name)
    {
        using var fixture = new GoldenFixture(name);
        using var expected = Trained(fixture, TestDevices.Open("cpu"));
        using var actual = Trained(fixture, TestDevices.Open(deviceName));
        Assert.Multiple(() =>
        {
            var compared = 0;
            foreach (var ((key, theirs, _), (_, ours, _)) in fixture.Final(expected).Zip(fixture.Final(actual)))
            {
                Assert.That(GoldenStepTests.RelativeError(ours, theirs), Is.LessThan(GoldenStepTests.Tolerance), key);
                compared++;
            }

            Assert.That(compared, Is.EqualTo(fixture.CountOfFinal));
        });
        if (TestDevices.Open(deviceName) is GpuDevice { Queue.Accelerator.AcceleratorType: AcceleratorType.Cuda } card)
        {
            TheModelLaunchesAsMuch(fixture, card, _launched);
        }
    }

    /// <summary>A modelled card launches what the CUDA device launches, kernel by kernel.</summary>
    private static void TheModelLaunchesAsMuch(GoldenFixture fixture, GpuDevice card, long launched)
    {
        using var model = new ModelledDevice(GpuCard.H200 with { Multiprocessors = card.Queue.Accelerator.NumMultiprocessors });
        ((GpuKernels)model.OwnKernels).Products.Forced = ((GpuKernels)card.OwnKernels).Products.Forced;
        using var trainer = GanModel.Create(fixture.Options, model);
        using var pair = fixture.Input(0, model);
        model.Forget();
        trainer.Step(pair, 0);
        Assert.That(model.Launches, Is.EqualTo(launched), "launches of the model");
        var loaded = KernelCatalog.All.Where(entry => card.Queue.Kernels.Contains(entry.Method)).Select(entry => entry.Name);
        Assert.That(model.Log.Select(launch => launch.Kernel).Distinct(), Is.SubsetOf(loaded));
    }

    private GanModel Trained(GoldenFixture fixture, Tensors.Devices.Device device)
    {
        var trainer = GanModel.Create(fixture.Options, device);
        fixture.LoadInitial(trainer);
        using var pair = fixture.Input(0, device);
        var before = device.Launches;
        var losses = trainer.Step(pair, 0).ToDictionary(loss => loss.Name, loss => loss.Value);
        _launched = device.Launches - before;
        Assert.That(losses.Keys, Is.EquivalentTo(fixture.LossNames));
        foreach (var (loss, value) in losses)
        {
            Assert.That(
                GoldenStepTests.RelativeError([value], [fixture.Loss(loss)[0]]), Is.LessThan(GoldenStepTests.Tolerance),
                $"{loss} on {device.Name}");
        }

        return trainer;
    }
}
