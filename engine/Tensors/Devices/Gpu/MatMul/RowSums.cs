using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Sums over the rows of an array [images, Rows, Plane] by additional groups of another launch, a product's or that of its parts' sum: one
/// launch less for a weight gradient and a bias gradient, which read the same numbers. A group sums one row, in the order of
/// <see cref="ReduceKernels.ByGroup"/> and with the same bits: where groups have fewer threads, a thread computes several lanes.
/// </summary>
/// <remarks>CUDA only, where such a sum is shorter than its launch.</remarks>
internal struct RowSums
{
    /// <summary>
    /// Loads in flight a thread: a multiprocessor holds few of a product's groups, so each thread needs many to hide latency.
    /// </summary>
    public const int LoadsInFlight = 4 * Fours;

    private const int Fours = 4;

    public ArrayView<float> Source;

    /// <summary>[Rows].</summary>
    public ArrayView<float> Target;

    /// <summary>Number of rows; 0 where there are no sums.</summary>
    public int Rows;

    /// <summary>Elements of a row, of all images.</summary>
    public int Count;

    /// <summary>Elements of a row of one image.</summary>
    public Divisor Plane;

    /// <summary>Threads that a separate launch would use for a row: a power of two, at most <see cref="GroupTree.MaxThreads"/>.</summary>
    public int Lanes;

    /// <summary>The first grid Z of the groups for sums, after those of the product, or grid X after those that add parts.</summary>
    public int FirstSlice;

    /// <summary>Whether the calling group computes sums.</summary>
    public static bool IsSumGroup(in Product product) =>
        ArrivalCounters.IsSupported && product.Sums.Rows > 0 && Grid.IdxZ >= product.Sums.FirstSlice;

    /// <summary>Sums this group's row.</summary>
    /// <param name="shared">shared memory of at least <see cref="GroupTree.SharedLength"/> elements</param>
    public static void Run(in Product product, ArrayView<float> shared) => Run(
        product.Sums, ((((Grid.IdxZ - product.Sums.FirstSlice) * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX, shared);

    /// <summary>Sums a row; all threads of the group must call it.</summary>
    public static void Run(in RowSums sums, int row, ArrayView<float> shared)
    {
        if (row >= sums.Rows)
        {
            return;
        }

        ArrayView<float> high = shared.SubView(0, GroupTree.MaxThreads), low = shared.SubView(GroupTree.MaxThreads, GroupTree.MaxThreads);
        int lanes = sums.Lanes;
        for (int lane = Group.IdxX; lane < lanes; lane += Group.DimX)
        {
            Compensated sum = default;
            for (int first = lane; first < sums.Count; first += LoadsInFlight * lanes)
            {
                // Reads beyond the end return zeros, which change nothing.
                Four<Float4> values = default;
                values.A = Read(sums, row, first);
                values.B = Read(sums, row, first + (4 * lanes));
                values.C = Read(sums, row, first + (8 * lanes));
                values.D = Read(sums, row, first + (12 * lanes));
                sum = Add(Add(Add(Add(sum, values.A), values.B), values.C), values.D);
            }

            high[lane] = sum.High;
            low[lane] = sum.Low;
        }

        Group.Barrier();
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            for (int lane = Group.IdxX; lane < half; lane += Group.DimX)
            {
                Compensated joined = new Compensated(high[lane], low[lane]).Add(new Compensated(high[lane + half], low[lane + half]));
                high[lane] = joined.High;
                low[lane] = joined.Low;
            }

            Group.Barrier();
        }

        if (Group.IdxX == 0)
        {
            sums.Target[row] = new Compensated(high[0], low[0]).Value;
        }
    }

    /// <summary>Four elements of a row, with a stride of the number of lanes.</summary>
    private static Float4 Read(in RowSums sums, int row, int i)
    {
        int lanes = sums.Lanes;
        Float4 four = default;
        four.X = ReadOne(sums, row, i);
        four.Y = ReadOne(sums, row, i + lanes);
        four.Z = ReadOne(sums, row, i + (2 * lanes));
        four.W = ReadOne(sums, row, i + (3 * lanes));
        return four;
    }

    private static float ReadOne(in RowSums sums, int row, int i)
    {
        // A row is contiguous within an image; the same row of the next image begins Rows planes later.
        int image = sums.Plane.Quotient(i);
        float value = 0;
        if (i < sums.Count)
        {
            value = sums.Source[(((image * (sums.Rows - 1)) + row) * sums.Plane.Value) + i];
        }

        return value;
    }

    private static Compensated Add(Compensated sum, Float4 four) => sum.Add(four.X).Add(four.Y).Add(four.Z).Add(four.W);
}
