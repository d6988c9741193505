namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// About how long a product kernel takes on a card like an H100, in cycles. Groups that share a multiprocessor do their work one after the
/// other and wait at the same time: with R of them a tile of depth takes R times its work, or one group's work and waiting, whichever is
/// longer. For comparing choices and for steps on paper.
/// </summary>
/// <param name="Residents">groups that share a multiprocessor: R</param>
/// <param name="TileWork">cycles of a multiprocessor that one tile of depth keeps busy</param>
/// <param name="TileWaiting">cycles beyond it that a group alone waits, for memory and for its own threads</param>
/// <param name="EdgeWork">the same before the loop over the depth and behind it</param>
/// <param name="EdgeWaiting">waiting there</param>
internal readonly record struct ProductTime(int Residents, double TileWork, double TileWaiting, double EdgeWork, double EdgeWaiting)
{
    /// <summary>
    /// Cycles from a load to its number where caches have nothing, on an H100 that does nothing else: an assumption of this model, as are
    /// the other latencies and shares here, after Luo et al. 2024, "Benchmarking and Dissecting the Nvidia Hopper GPU Architecture", arXiv
    /// 2402.13499. Whole steps take an H200 nearly twice as long as they add up to. A busy second-level cache is taken to be as slow.
    /// </summary>
    public const double MemoryLatency = 480;

    /// <summary>A store to shared memory, a barrier, the first read behind it: three times the 29 cycles of shared memory.</summary>
    private const double HandoverLatency = 87;

    /// <summary>
    /// Of the data sheet's peak, what <c>mma.sync</c> is taken to reach (after the same paper): the rest is for instructions that multiply
    /// straight from shared memory.
    /// </summary>
    private const double MmaSyncShare = 0.63;

    /// <summary>Instructions that a multiprocessor issues in a cycle.</summary>
    private const int Issues = 4;

    private const int WarpSize = 32;

    /// <summary>
    /// A multiprocessor's share of the memory's bandwidth, in a cycle; partial sums that stay in the second-level cache move faster.
    /// </summary>
    public const double BytesPerCycle = 20;

    /// <summary>Of another kernel, even within a CUDA graph.</summary>
    public const double LaunchCycles = 1800;

    /// <summary>Until a launch's first groups run and its last are gone: on an H200 one that does next to nothing takes so long.</summary>
    public const double EmptyLaunchCycles = 3300;

    /// <summary>What one multiprocessor gets from the second-level cache in a cycle: two sectors.</summary>
    private const double CacheBytesPerCycle = 64;

    public static ProductTime Of(ProductKernel kernel)
    {
        var code = ProductCode.Of(kernel);
        var tile = kernel.Tile;
        var isTensorCore = kernel.Rung == ProductRung.TensorCore;
        var reach = Math.Min(ProductReach.Of(kernel.Rung, kernel.Shape, kernel.Precision), isTensorCore ? MmaSyncShare : 1);
        var work = (double)tile.Rows * tile.Columns * tile.Depth / (MultiplyAddsPerCycle(kernel.Precision) * reach);

        // One of two ways to store is taken: in pairs or fours, or one by one.
        var hasTwoWays = isTensorCore || (kernel.Rung == ProductRung.Vectorised && kernel.Shape != TileShape.Slim);
        var behind = hasTwoWays ? code.Behind / 2 : code.Behind;
        return new ProductTime(
            Residency.Of(code.Registers, tile.Threads, kernel.SharedBytes),
            work,
            LoadWaiting(kernel, work) + HandoverLatency,
            (double)tile.Threads / WarpSize * (code.Before + behind) / Issues,

            // Its arguments' first use, the first tile; what is stored at the end nobody waits for.
            (2 * MemoryLatency) + HandoverLatency);
    }

    /// <summary>Cycles until the busiest multiprocessor is done: turns of as many groups as it holds.</summary>
    /// <param name="groups">of threads, all of the launch's that have something to do</param>
    /// <param name="tiles">of depth that each goes through</param>
    public double Cycles(long groups, double tiles, int multiprocessors)
    {
        var (turns, rest) = Math.DivRem((groups + multiprocessors - 1) / multiprocessors, Residents);
        return (turns * Turn(Residents, tiles)) + (rest > 0 ? Turn(rest, tiles) : 0);
    }

    /// <summary>
    /// Cycles in which the last group of a tile adds its parts (<see cref="LastGroup"/>): what it wrote arrives, it counts itself, and
    /// reads the parts, as fast as the cache gives them or as what it has on its way arrives.
    /// </summary>
    public static double LastGroupCycles(TileSize tile, int parts)
    {
        var bytes = (double)sizeof(float) * tile.Results;
        var inFlight = 4 * sizeof(float) * LastGroup.LoadsInFlight(tile.Results / tile.Threads) * tile.Threads;
        return (3 * MemoryLatency) + (parts * Math.Max(bytes / CacheBytesPerCycle, bytes / inFlight * MemoryLatency));
    }

    /// <summary>The same in a launch of its own, which all multiprocessors share (<see cref="SplitSumKernel"/>).</summary>
    /// <param name="results">of the product</param>
    public static double SplitSumCycles(long results, int parts, int multiprocessors) =>
        LaunchCycles + EmptyLaunchCycles + (2 * MemoryLatency) + (DivideUp(parts, SplitSumKernel.LoadsInFlight) * MemoryLatency)
        + (parts * results * sizeof(float) / (BytesPerCycle * multiprocessors));

    /// <summary>
    /// Cycles of the groups behind a product's that add up rows: turns of as many as there is room for, in which a thread waits for what it
    /// has on its way, or what the memory takes if that is longer. That they fill what the product leaves idle is not counted.
    /// </summary>
    /// <param name="threads">of a group</param>
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

    /// <summary>Of a multiprocessor, at its peak.</summary>
    public static int MultiplyAddsPerCycle(ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => 1024,
        ProductPrecision.Bf16 => 2048,
        _ => 128,
    };

    /// <summary>What of a tile's loads is left to wait for when there is nothing more to multiply.</summary>
    private static double LoadWaiting(ProductKernel kernel, double work) => (kernel.Rung, kernel.Shape) switch
    {
        // Each half's loads are on their way during its multiplications, which are half of the work.
        (ProductRung.TensorCore, TileShape.Large) => 2 * Math.Max(0, MemoryLatency - (work / 2)),

        // The assembler has the first half's numbers wait before anything is multiplied.
        (ProductRung.TensorCore, _) => MemoryLatency + Math.Max(0, MemoryLatency - (work / 2)),

        // On their way during the whole tile.
        (ProductRung.DoubleBuffered or ProductRung.Vectorised, _) => Math.Max(0, MemoryLatency - work),

        // Loaded, written, and only then multiplied.
        _ => MemoryLatency,
    };

    private static int DivideUp(int parts, int atOnce) => (parts + atOnce - 1) / atOnce;

    private double Turn(long groups, double tiles) =>
        (tiles * Math.Max(groups * TileWork, TileWork + TileWaiting)) + Math.Max(groups * EdgeWork, EdgeWork + EdgeWaiting);
}
