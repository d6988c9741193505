namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The estimated time of a product kernel on a card like an H100, in cycles. The work of groups that share a multiprocessor is serial, but
/// their waiting overlaps: with R groups a tile of depth takes R times its work, or one group's work and waiting, whichever is longer. For
/// comparing choices and for modelled steps.
/// </summary>
/// <param name="Residents">groups that share a multiprocessor: R</param>
/// <param name="TileWork">cycles that one tile of depth keeps a multiprocessor busy</param>
/// <param name="TileWaiting">further cycles that a group waits for memory and at barriers, for one tile of depth</param>
/// <param name="EdgeWork">cycles of work before and after the loop over the depth</param>
/// <param name="EdgeWaiting">cycles of waiting before and after the loop</param>
internal readonly record struct ProductTime(int Residents, double TileWork, double TileWaiting, double EdgeWork, double EdgeWaiting)
{
    /// <summary>
    /// Cycles of a load that misses all caches, on an idle H100: an assumption of this model, as are the other latencies and shares here,
    /// after Luo et al. 2024, "Benchmarking and Dissecting the Nvidia Hopper GPU Architecture", arXiv 2402.13499. Whole steps take an H200
    /// nearly twice as long as the model says. A busy L2 cache is assumed to be as slow.
    /// </summary>
    public const double MemoryLatency = 480;

    /// <summary>A store to shared memory, a barrier, and the first read after it: three times shared memory's 29 cycles.</summary>
    private const double HandoverLatency = 87;

    /// <summary>
    /// The share of the data sheet's peak that <c>mma.sync</c> is assumed to reach (same paper); only instructions that multiply straight
    /// from shared memory reach more.
    /// </summary>
    private const double MmaSyncShare = 0.63;

    /// <summary>Instructions that a multiprocessor issues in a cycle.</summary>
    private const int Issues = 4;

    private const int WarpSize = 32;

    /// <summary>
    /// A multiprocessor's share of the memory bandwidth, in bytes a cycle; partial sums that stay in the L2 cache are faster.
    /// </summary>
    public const double BytesPerCycle = 20;

    /// <summary>Cost of an additional launch, within a CUDA graph.</summary>
    public const double LaunchCycles = 1800;

    /// <summary>From a launch's start to the end of its last group: the measured time of a nearly empty kernel on an H200.</summary>
    public const double EmptyLaunchCycles = 3300;

    /// <summary>Bytes a cycle from the L2 cache to one multiprocessor: two sectors.</summary>
    private const double CacheBytesPerCycle = 64;

    public static ProductTime Of(ProductKernel kernel)
    {
        var code = ProductCode.Of(kernel);
        var tile = kernel.Tile;
        var isTensorCore = kernel.Rung >= ProductRung.TensorCore;
        var reach = Math.Min(ProductReach.Of(kernel.Rung, kernel.Shape, kernel.Precision), isTensorCore ? MmaSyncShare : 1);
        var work = (double)tile.Rows * tile.Columns * tile.Depth / (MultiplyAddsPerCycle(kernel.Precision) * reach);

        // The code has two ways to store, in vectors or one by one; a launch runs one of them.
        var hasTwoWays = isTensorCore || (kernel.Rung == ProductRung.Vectorised && kernel.Shape != TileShape.Slim);
        var behind = hasTwoWays ? code.Behind / 2 : code.Behind;
        return new ProductTime(
            Residency.Of(code.Registers, tile.Threads, kernel.SharedBytes),
            work,
            LoadWaiting(kernel, work) + HandoverLatency,
            (double)tile.Threads / WarpSize * (code.Before + behind) / Issues,

            // The first use of the arguments, and the first tile; no thread waits for the final stores.
            (2 * MemoryLatency) + HandoverLatency);
    }

    /// <summary>Cycles until the busiest multiprocessor is done: waves of as many groups as it holds.</summary>
    /// <param name="groups">groups of the launch that have work</param>
    /// <param name="tiles">depth tiles of each group</param>
    public double Cycles(long groups, double tiles, int multiprocessors)
    {
        var (turns, rest) = Math.DivRem((groups + multiprocessors - 1) / multiprocessors, Residents);
        return (turns * Turn(Residents, tiles)) + (rest > 0 ? Turn(rest, tiles) : 0);
    }

    /// <summary>
    /// Cycles in which the last group of a tile adds its parts (<see cref="LastGroup"/>): its writes complete, it increments the counter,
    /// and it reads the parts, limited by the cache's bandwidth or by its loads in flight.
    /// </summary>
    public static double LastGroupCycles(TileSize tile, int parts)
    {
        var bytes = (double)sizeof(float) * tile.Results;
        var inFlight = 4 * sizeof(float) * LastGroup.LoadsInFlight(tile.Results / tile.Threads) * tile.Threads;
        return (3 * MemoryLatency) + (parts * Math.Max(bytes / CacheBytesPerCycle, bytes / inFlight * MemoryLatency));
    }

    /// <summary>Cycles in which a second launch adds the parts, on all multiprocessors (<see cref="SplitSumKernel"/>).</summary>
    /// <param name="results">results of the product</param>
    public static double SplitSumCycles(long results, int parts, int multiprocessors) =>
        LaunchCycles + EmptyLaunchCycles + (2 * MemoryLatency) + (DivideUp(parts, SplitSumKernel.LoadsInFlight) * MemoryLatency)
        + (parts * results * sizeof(float) / (BytesPerCycle * multiprocessors));

    /// <summary>
    /// Cycles of the additional groups that compute row sums: waves of as many groups as fit, each limited by latency with the loads in
    /// flight, or by memory bandwidth if that is longer. That they may use multiprocessors that the product leaves idle is not counted.
    /// </summary>
    /// <param name="threads">threads of a group</param>
    public double RowSumCycles(in RowSums sums, int threads, int multiprocessors)
    {
        if (sums.Rows == 0)
        {
            return 0;
        }

        var reads = DivideUp(sums.Lanes, threads) * DivideUp(sums.Count, sums.Lanes * RowSums.LoadsInFlight);
        return Math.Max(
            DivideUp(sums.Rows, Residents * multiprocessors) * (2 + reads) * MemoryLatency,
            (double)sizeof(float) * sums.Rows * sums.Count / (BytesPerCycle * multiprocessors));
    }

    /// <summary>Peak multiply-adds a cycle of a multiprocessor.</summary>
    public static int MultiplyAddsPerCycle(ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => 1024,
        ProductPrecision.Bf16 => 2048,
        _ => 128,
    };

    /// <summary>The latency of a tile's loads that its multiplications don't hide.</summary>
    private static double LoadWaiting(ProductKernel kernel, double work) => (kernel.Rung, kernel.Shape) switch
    {
        // Each half's loads are in flight during its multiplications, which are half of the work.
        (ProductRung.TensorCore, TileShape.Large) => 2 * Math.Max(0, MemoryLatency - (work / 2)),

        // The assembler places the wait for the first half's loads before the multiplications.
        (ProductRung.TensorCore, _) => MemoryLatency + Math.Max(0, MemoryLatency - (work / 2)),

        // In flight during the whole tile.
        (ProductRung.DoubleBuffered or ProductRung.Vectorised, _) => Math.Max(0, MemoryLatency - work),

        // Loads are not overlapped with multiplications.
        _ => MemoryLatency,
    };

    private static int DivideUp(int parts, int atOnce) => (parts + atOnce - 1) / atOnce;

    private double Turn(long groups, double tiles) =>
        (tiles * Math.Max(groups * TileWork, TileWork + TileWaiting)) + Math.Max(groups * EdgeWork, EdgeWork + EdgeWaiting);
}
