using IlgpuGan.Models.Losses;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>A training step that is replayed allocates next to nothing; figures don't depend on how wide the networks are.</summary>
[NonParallelizable]
internal sealed class ReplayAllocationTests
{
    private const int Steps = 10;

    /// <summary>For a step: the handle of its losses and the like.</summary>
    private const long MostBytes = 2048;

    private static IEnumerable<TestCaseData> Models =>
    [
        new TestCaseData(TinyRun.Pix2Pix).SetArgDisplayNames("pix2pix"),
        new TestCaseData(TinyRun.CycleGan).SetArgDisplayNames("cyclegan"),
        new TestCaseData(TinyRun.Pix2Pix with { GanMode = GanMode.Wgangp, BatchSize = 2 }).SetArgDisplayNames("wgangp"),
    ];

    [TestCaseSource(nameof(Models))]
    public void AReplayedStepAllocatesNextToNothing(TranslationOptions options)
    {
        using var device = Device.Open("cpu", threads: 2);
        using var trainer = GanModel.Create(options, device);
        using var pair = Batch.OfPair(Noise(1), Noise(2));
        long step = 0;
        for (; step < 4; step++)
        {
            trainer.Step(pair, step);
        }

        var buffers = device.Pool.Allocations;
        var (ofThread, ofProcess) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
        for (; step < 4 + Steps; step++)
        {
            _ = trainer.Step(pair, step)[0].Value;
        }

        ofThread = GC.GetAllocatedBytesForCurrentThread() - ofThread;
        ofProcess = GC.GetTotalAllocatedBytes(precise: true) - ofProcess;
        TestContext.Out.WriteLine($"{ofThread / Steps} bytes a step on this thread, {ofProcess / Steps} in the process");
        Assert.That(device.Pool.Allocations - buffers, Is.Zero, "tensor buffers");
        Assert.That(ofThread / Steps, Is.LessThan(MostBytes));
        Assert.That(ofProcess / Steps, Is.LessThan(64 * 1024), "with whatever else the test runner does meanwhile");

        Tensor Noise(uint stream) =>
            Tensor.Uniform(new RandomKey(5, stream, 0, 0), new Shape(options.BatchSize, 3, options.CropSize, options.CropSize), device)
                .Affine(2, -1);
    }
}
