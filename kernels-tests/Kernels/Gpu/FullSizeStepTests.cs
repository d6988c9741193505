using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Training steps of the size that people train, on the driver without a card as an sm_80: every call is checked as always, modules are
/// parsed, launches are held against the device's limits, but no kernel runs.
/// </summary>
[Exhaustive]
internal sealed class FullSizeStepTests
{
    private const int Side = 256;
    private const int Steps = 4;

    [TearDown]
    public void KernelsRunAgain() =>
        (PtxDriver.RunsKernels, PtxCard.MemoryBytes, PtxDriver.FaultsPersist) = (true, 1L << 30, false);

    [TestCase("pix2pix", ProductPrecision.Fp32, 1)]
    [TestCase("pix2pix", ProductPrecision.Bf16, 16)]
    [TestCase("cyclegan", ProductPrecision.Tf32, 1)]
    public void AStepAsAGraphKeepsTheRulesOfTheDriver(string model, ProductPrecision precision, int batch)
    {
        (PtxDriver.RunsKernels, PtxCard.MemoryBytes, PtxDriver.FaultsPersist) = (false, 140L << 30, true);
        PtxDriver.Violations.Clear();
        using (var device = PtxDriver.Open())
        {
            PtxDriver.ClearCalls();
            var options = FamilyCatalog.Find(model)!.Defaults() with
            {
                BatchSize = batch, Precision = Enum.Parse<Precision>(precision.ToString()),
            };
            using var trainer = GanModel.Create(options, device);
            using var pair = Batch.OfPair(
                Tensor.Zeros(new Shape(batch, 3, Side, Side), device), Tensor.Zeros(new Shape(batch, 3, Side, Side), device), ["zeros"]);
            for (var step = 0; step < Steps; step++)
            {
                trainer.Step(pair, step);
            }

            device.Synchronize();
            TestContext.Out.WriteLine(
                $"{model}, {precision}, {batch} a batch: {device.Pool.AllocatedBytes / 1e6:0.0} MB of tensors and " +
                    $"{device.ScratchBytes / 1e6:0.0} MB of scratch in {device.Lanes} lanes");
        }

        Assert.That(PtxDriver.Violations, Is.Empty);
        Assert.That(Count("cuGraphLaunch"), Is.EqualTo(Steps - 1), "the first one calls its kernels, which loads them");
        Assert.That(Count("cuLaunchKernel"), Is.GreaterThan(500));

        static int Count(string name) => PtxDriver.Calls.Count(call => call.StartsWith(name, StringComparison.Ordinal));
    }
}
