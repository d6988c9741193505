using ILGPU.Runtime.Cuda;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What a person is told when a device can't do what is asked of it, and what is left of the work.</summary>
internal sealed class FailureTests
{
    [SetUp]
    public void TheMachineGoesOnAfterAFault() => PtxDriver.FaultsPersist = false;

    [TearDown]
    public void ClearNextFailure() => (PtxDriver.NextFailure, PtxDriver.FaultsPersist) = (null, false);

    [TestCase("cpu")]
    [TestCase("opencl")]
    [TestCase("ptx")]
    public void MissingMemorySaysHowMuchAndWhatToDo(string name)
    {
        var device = TestDevices.Open(name);
        using var step = device.Step();
        var one = Tensor.Ones(new Shape(1), device);
        var huge = new Shape(1 << 15, 1 << 15, 1 << 12);
        var failure = Assert.Throws<DeviceException>(() => one.Expand(huge));
        Assert.That((failure.Op, failure.IsOutOfMemory), Is.EqualTo(("expand", true)));
        Assert.That(
            failure.Message, Does.StartWith("expand [1] -> [32768,32768,4096]: out of memory on").And.Contain("17592186 MB more are needed")
            .And.Contain("Take a smaller batch"));
        Assert.That(one.Expand(new Shape(3)).ToArray(), Is.EqualTo(new[] { 1f, 1, 1 }), "the device still works");
    }

    /// <summary>A card that draws a desktop may not compute for long without a pause.</summary>
    [Test]
    public void TheWatchdogOfTheSystemIsNamed()
    {
        var device = TestDevices.Open("ptx");
        PtxDriver.NextFailure = ("cuStreamSynchronize", CudaError.CUDA_ERROR_LAUNCH_TIMEOUT);
        var failure = Assert.Throws<DeviceException>(device.Synchronize);
        Assert.That(failure.Message, Does.Contain("watchdog").And.Contain("two seconds"));
    }

    [Test]
    public void AFailedKernelIsNamedWithItsOp()
    {
        var device = (GpuDevice)TestDevices.Open("ptx");
        using var step = device.Step();
        var x = Tensor.Ones(new Shape(4), device);
        device.Queue.WaitsForEachKernel = true;
        try
        {
            var failure = Assert.Throws<DeviceException>(() => Op.Run(new ReadPastTheEnd(), x));
            Assert.That(
                failure.Message,
                Does.StartWith("read_past_the_end [4] -> ").And.Contain("the kernel Copy failed on").And.Contain("outside of"));
        }
        finally
        {
            device.Queue.WaitsForEachKernel = false;
        }
    }

    [Test]
    public void ALaunchThatTheDriverRefusesIsNamedWithItsOp()
    {
        var device = TestDevices.Open("ptx");
        using var step = device.Step();
        var x = Tensor.Ones(new Shape(4), device);
        PtxDriver.NextFailure = ("cuLaunchKernel", CudaError.CUDA_ERROR_LAUNCH_FAILED);
        var failure = Assert.Throws<DeviceException>(() => x.Tanh());
        Assert.That(
            failure.Message,
            Does.StartWith("tanh [4] -> [4]: the kernel Apply failed on PTX machine sm_80").And.Contain("CUDA_ERROR_LAUNCH_FAILED"));
    }

    /// <summary>As an array that is too large for a kernel: others may still be computed.</summary>
    [Test]
    public void AGridThatNoCardHasIsNamedWithItsKernel()
    {
        var device = (GpuDevice)TestDevices.Open("ptx");
        using var step = device.Step();
        var x = Tensor.Ones(new Shape(64), device);
        var config = new ILGPU.KernelConfig(new ILGPU.Index2D(1, 65536), new ILGPU.Index2D(64, 1));
        var failure = Assert.Throws<DeviceException>(
            () => device.Queue.Launch(PeakKernels.FusedMultiplyAdd, config, x.Span.View(), 0.5f, 1));
        Assert.That(failure.Message, Does.StartWith("the kernel FusedMultiplyAdd failed on PTX machine sm_80").And.Contain("65536"));
        Assert.That((failure.IsOutOfMemory, device.Fault), Is.EqualTo((true, (string?)null)));
    }

    /// <summary>
    /// After the fault all calls fail, those that give back the run and its device among them: the message is that of the first.
    /// </summary>
    [Test]
    [MaxSeconds(20)] // Whole steps are interpreted, on a device of their own, which nobody can use afterwards.
    public void ADeviceThatFailsInTheMiddleLeavesAGoodCheckpoint()
    {
        using var runs = new TinyRun();
        var options = TinyRun.Pix2Pix with { Steps = 3, SaveSteps = 1 };
        PtxDriver.FaultsPersist = true;
        Fails.With<DeviceException>(
            () =>
            {
                using var device = PtxDriver.Open();
                TestDevices.ForcePlainProducts(device);
                using var run = TrainingRun.Create(runs.PathOf("run"), options, TinyRun.Data(options), device);
                run.Train(new Saboteur());
            },
            "the kernel", "failed on PTX machine sm_80", "CUDA_ERROR_LAUNCH_FAILED", "CUDA_LAUNCH_BLOCKING=1");

        var saved = Checkpoint.Read(new RunDirectory(runs.PathOf("run")).Latest).Position.Step;
        Assert.That(saved, Is.EqualTo(1), "nothing can be read afterwards");
        Assert.That(runs.Resume("run", o => o with { Device = "cpu" }), Is.EqualTo(TrainingOutcome.Finished));
    }

    /// <summary>As after an update of the driver, or in a container: the processor is taken, but not in silence.</summary>
    [TestCase(CudaError.CUDA_SUCCESS, false)]
    [TestCase(CudaError.CUDA_ERROR_NO_DEVICE, false)]
    [TestCase(CudaError.CUDA_ERROR_OPERATING_SYSTEM, true)]
    public void ADriverThatDoesNotStartIsNoMissingCard(CudaError status, bool refuses)
    {
        if (PtxDriver.UnavailableReason.Length > 0)
        {
            Assert.Ignore(PtxDriver.UnavailableReason);
        }

        var heard = new List<string>();
        PtxDriver.Refusal = status;
        DeviceSearch.Remarked = heard.Add;
        try
        {
            var reason = refuses
                ? "the CUDA driver refuses to start: CUDA_ERROR_OPERATING_SYSTEM (status 304)"
                : "the CUDA driver was found, but no card";
            Fails.Saying<DeviceException>(() => Device.Open("cuda"), $"the device 'cuda' can't be had: {reason}");
            Assert.That(DeviceSearch.Automatic().Reason, Does.Contain(reason));
            using var device = Device.Open("auto");
            Assert.That(device.Name, Is.EqualTo("cpu"));
            Assert.That(heard, Is.EqualTo(refuses ? new[] { $"auto takes the processor, since {reason}" } : []));
        }
        finally
        {
            (PtxDriver.Refusal, DeviceSearch.Remarked) = (CudaError.CUDA_SUCCESS, null);
        }
    }

    [TestCase("cuda:7", "cuda")]
    [TestCase("opencl:99", "opencl")]
    [TestCase("opencl:x", "auto, cpu, cuda[:n], opencl[:n], ilgpu-cpu")]
    [TestCase("abacus", "auto, cpu, cuda[:n], opencl[:n], ilgpu-cpu")]
    public void ADeviceThatIsNotThereIsNeverReplaced(string name, string part) =>
        Fails.With<DeviceException>(() => Device.Open(name), part);

    /// <summary>Lets a launch fail once the first checkpoint is there, which is known before the second is made.</summary>
    private sealed class Saboteur : ITrainingObserver
    {
        public void Saved(long step, string file)
        {
            if (step == 1)
            {
                PtxDriver.NextFailure = ("cuLaunchKernel", CudaError.CUDA_ERROR_LAUNCH_FAILED);
            }
        }
    }

    private sealed class ReadPastTheEnd : Op
    {
        public override string Name => "read_past_the_end";

        public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => new(100_000);

        protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
            kernels.Run(new CopyCall(inputs[0].Span, output.Span));

        public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [null];
    }
}
