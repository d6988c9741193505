using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Sums over the rows of an array [images, Rows, Plane] by groups of threads behind those of a product: one launch instead of two where a
/// weight gradient and a bias's gradient read the same numbers. A group adds up one row, in the order of
/// <see cref="ReduceKernels.ByGroup"/> and to its bits: a thread takes the lanes of several where a product's groups are smaller.
/// </summary>
/// <remarks>On CUDA alone, where a launch is what such a sum takes longest for.</remarks>
internal struct RowSums
{
    /// <summary>
    /// Numbers that a thread has on their way: a multiprocessor holds few of a product's groups, so each must wait for many at once.
    /// </summary>
    public const int LoadsInFlight = 4 * Fours;

    private const int Fours = 4;

    public ArrayView<float> Source;

    /// <summary>[Rows].</summary>
    public ArrayView<float> Target;

    /// <summary>0 where there is nothing to add up.</summary>
    public int Rows;

    /// <summary>Numbers of a row, of all images.</summary>
    public int Count;

    /// <summary>Numbers of a row of one image.</summary>
    public Divisor Plane;

    /// <summary>Threads that a sum would have in a launch of its own: a power of two, at most <see cref="GroupTree.MaxThreads"/>.</summary>
    public int Lanes;

    /// <summary>Where groups for sums begin in the grid's Z, behind those of the product; the launcher says.</summary>
    public int FirstSlice;

    /// <summary>Whether the calling group of threads is one of those for sums.</summary>
    public static bool IsSumGroup(in Product product) =>
        Arrivals.IsSupported && product.Sums.Rows > 0 && Grid.IdxZ >= product.Sums.FirstSlice;

    /// <summary>Adds up this group's row.</summary>
    /// <param name="shared">shared memory of <see cref="GroupTree.SharedLength"/> elements at least</param>
    public static void Run(in Product product, ArrayView<float> shared)
    {
        int row = ((((Grid.IdxZ - product.Sums.FirstSlice) * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX;
        if (row >= product.Sums.Rows)
        {
            return;
        }

        ArrayView<float> high = shared.SubView(0, GroupTree.MaxThreads), low = shared.SubView(GroupTree.MaxThreads, GroupTree.MaxThreads);
        int lanes = product.Sums.Lanes;
        for (int lane = Group.IdxX; lane < lanes; lane += Group.DimX)
        {
            Compensated sum = default;
            for (int first = lane; first < product.Sums.Count; first += LoadsInFlight * lanes)
            {
                // The zeros of numbers that do not exist change nothing.
                Four<Float4> values = default;
                values.A = Read(product, row, first);
                values.B = Read(product, row, first + (4 * lanes));
                values.C = Read(product, row, first + (8 * lanes));
                values.D = Read(product, row, first + (12 * lanes));
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
            product.Sums.Target[row] = new Compensated(high[0], low[0]).Value;
        }
    }

    /// <summary>Four numbers of a row that are as far apart as there are lanes.</summary>
    private static Float4 Read(in Product product, int row, int i)
    {
        int lanes = product.Sums.Lanes;
        Float4 four = default;
        four.X = ReadOne(product, row, i);
        four.Y = ReadOne(product, row, i + lanes);
        four.Z = ReadOne(product, row, i + (2 * lanes));
        four.W = ReadOne(product, row, i + (3 * lanes));
        return four;
    }

    private static float ReadOne(in Product product, int row, int i)
    {
        // Those of an image lie side by side; the next image's begin as many rows later as there are.
        int image = product.Sums.Plane.Quotient(i);
        float value = 0;
        if (i < product.Sums.Count)
        {
            value = product.Sums.Source[(((image * (product.Sums.Rows - 1)) + row) * product.Sums.Plane.Value) + i];
        }

        return value;
    }

    private static Compensated Add(Compensated sum, Float4 four) => sum.Add(four.X).Add(four.Y).Add(four.Z).Add(four.W);
}
