using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>What a product takes on paper: groups that share a multiprocessor, their work and their waiting.</summary>
internal sealed class ProductTimeTests
{
    private const int Multiprocessors = 132;

    private static readonly ProductTime s_invented = new(Residents: 3, TileWork: 100, TileWaiting: 150, EdgeWork: 40, EdgeWaiting: 10);

    [Test]
    public void EveryKernelHasARow()
    {
        foreach (var kernel in ProductKernels.All)
        {
            var time = ProductTime.Of(kernel);
            var name = $"{kernel.Rung} {kernel.Shape} {kernel.Precision}";
            Assert.That(time.Residents, Is.InRange(1, 32), name);
            Assert.That(time.TileWork, Is.Positive, name);
            Assert.That(time.TileWaiting, Is.Positive, name);
            var asked = kernel.Bounds.MinNumGroupsPerMultiprocessor ?? 1;
            Assert.That(time.Residents, Is.GreaterThanOrEqualTo(asked), $"{name} has the room it asks for");
        }
    }

    /// <summary>By hand, from 65,536 registers, 2,048 threads, 32 groups and 228 KB, of which each group takes one more.</summary>
    [TestCase(128, 256, 34304, 2, TestName = "two large tiles in float32: their registers are all there are")]
    [TestCase(129, 256, 34304, 1, TestName = "one register more, and there is room for one")]
    [TestCase(228, 128, 33280, 2, TestName = "two large tiles on tensor cores")]
    [TestCase(72, 128, 16896, 7, TestName = "seven medium ones: 72 registers of 910 threads")]
    [TestCase(16, 128, 0, 16, TestName = "as many as there are threads")]
    [TestCase(16, 32, 0, 32, TestName = "as many as there are places")]
    [TestCase(16, 128, 48 * 1024, 4, TestName = "as many as shared memory holds")]
    [TestCase(255, 1024, 48 * 1024, 1, TestName = "at least one")]
    public void GroupsShareAMultiprocessor(int registers, int threads, int sharedBytes, int groups) =>
        Assert.That(Residency.Of(registers, threads, sharedBytes), Is.EqualTo(groups));

    /// <summary>max(R w, w + l) a tile, and the same at the edges.</summary>
    [TestCase(1, 10, (10 * 250) + 50, TestName = "one group waits alone")]
    [TestCase(Multiprocessors, 10, (10 * 250) + 50, TestName = "one for each multiprocessor takes as long")]
    [TestCase(2 * Multiprocessors, 10, (10 * 250) + 80, TestName = "a second one works while the first one waits")]
    [TestCase(3 * Multiprocessors, 10, (10 * 300) + 120, TestName = "with a third there is more work than waiting")]
    [TestCase(4 * Multiprocessors, 10, (10 * 300) + 120 + (10 * 250) + 50, TestName = "a fourth takes a turn of its own")]
    public void GroupsOfOneTurnWaitTogether(long groups, double tiles, double cycles) =>
        Assert.That(s_invented.Cycles(groups, tiles, Multiprocessors), Is.EqualTo(cycles).Within(1e-9));

    /// <summary>By hand: two waits before and behind, and one for each sixteen numbers of each lane that a thread stands for.</summary>
    [TestCase(0, 4096, 256, 0, TestName = "no sums, no time")]
    [TestCase(100, 4096, 256, (2 + (2 * 1)) * 480, TestName = "two lanes a thread, sixteen numbers each")]
    [TestCase(100, 1024, 64, (2 + 1) * 480, TestName = "threads without a lane")]
    [TestCase(100, 4097, 256, (2 + (2 * 2)) * 480, TestName = "one number more is another wait")]
    [TestCase((3 * Multiprocessors) + 1, 256, 256, 2 * (2 + 2) * 480, TestName = "a group more than there is room for")]
    [TestCase(3 * Multiprocessors, 16380, 256, 16380 * 4 * 3 / 20.0, TestName = "more than the memory brings meanwhile")]
    public void SumsBesideAProductTakeTurns(int rows, int count, int lanes, double cycles) =>
        Assert.That(
            s_invented.RowSumCycles(new RowSums { Rows = rows, Count = count, Lanes = lanes }, threads: 128, Multiprocessors),
            Is.EqualTo(cycles).Within(1e-9));

    /// <summary>A large tile's loads outlast half of its multiplications; in float32 multiplying takes longer than any load.</summary>
    [Test]
    public void TensorCoresWaitMoreThanFloat32()
    {
        var tensor = Time(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32);
        var single = Time(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32);
        Assert.That(tensor.TileWaiting, Is.GreaterThan(tensor.TileWork / 2));
        Assert.That(single.TileWaiting, Is.LessThan(single.TileWork / 20));
        Assert.That(SecondGroup(tensor), Is.LessThan(1.4), "it uses what the first one leaves");
        Assert.That(SecondGroup(single), Is.GreaterThan(1.9), "there is nothing left to use");

        static double SecondGroup(ProductTime time) =>
            time.Cycles(2 * Multiprocessors, 100, Multiprocessors) / time.Cycles(Multiprocessors, 100, Multiprocessors);
    }

    /// <summary>What the loop leaves room for is what <see cref="ProductReach"/> says, as long as nothing waits.</summary>
    [TestCase(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32)]
    [TestCase(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32)]
    [TestCase(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16)]
    public void FullTurnsOfDeepProductsReachWhatTheirLoopsDo(ProductRung rung, TileShape shape, ProductPrecision precision)
    {
        const int Tiles = 100_000;
        var kernel = Kernel(rung, shape, precision);
        var time = ProductTime.Of(kernel);
        var multiplyAdds = (double)kernel.Tile.Rows * kernel.Tile.Columns * kernel.Tile.Depth * Tiles * time.Residents;
        var peak = multiplyAdds / ProductTime.MultiplyAddsPerCycle(precision);
        Assert.That(
            peak / time.Cycles(Multiprocessors * (long)time.Residents, Tiles, Multiprocessors),
            Is.EqualTo(ProductReach.Of(rung, shape, precision)).Within(1).Percent);
    }

    /// <summary>
    /// By hand, of large tiles on tensor cores: seven parts of 36 tiles take their last groups 3 · 480 + 7 · 65,536 / 64 = 8,608 cycles,
    /// and a launch 1,800 + 3,300 + 4 · 480 + 7 · 2.36 MB / 2,640 = 13,276; sixteen of 16 take 17,824 and 14,335.
    /// </summary>
    [TestCase(64, 4, true, TestName = "four parts: a residual block")]
    [TestCase(36, 7, true, TestName = "seven parts: its weight gradient")]
    [TestCase(16, 16, false, TestName = "sixteen parts: few tiles, whose last groups leave most of the card idle")]
    public void TheLastGroupAddsWhatALaunchWouldTakeLongerFor(int tiles, int parts, bool suits)
    {
        var kernel = Kernel(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32);
        var results = (long)tiles * kernel.Tile.Results;
        var card = new ProductDevice(
            AcceleratorType.Cuda, IsProcessor: false, Multiprocessors, MaxThreads: 1024, HasTensorCores: true);
        Assert.That(LastGroup.Suits(kernel, card, tiles, results, parts), Is.EqualTo(suits));
        Assert.That(
            LastGroup.Suits(kernel, card with { Kind = AcceleratorType.OpenCL }, tiles, results, parts), Is.False, "no fence reaches far");
        Assert.That(LastGroup.Suits(kernel, card, ArrivalCounters.MaxCounters + 1, results, parts), Is.False, "more tiles than counters");
        var tiled = Kernel(ProductRung.Tiled, TileShape.Medium, ProductPrecision.Fp32);
        Assert.That(LastGroup.Suits(tiled, card, tiles, results, parts), Is.False, "a rung that leaves it to the launch");
    }

    private static ProductTime Time(ProductRung rung, TileShape shape, ProductPrecision precision) =>
        ProductTime.Of(Kernel(rung, shape, precision));

    private static ProductKernel Kernel(ProductRung rung, TileShape shape, ProductPrecision precision) => ProductKernels.Find(
        new ProductVariant(rung, shape, 1), new ProductShape(128, 128, 128, 1, IsAlongDepth: false, HasVectorRows: true), precision)!;
}
