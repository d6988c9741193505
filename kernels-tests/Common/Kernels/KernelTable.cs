using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

/// <summary>
/// The table of all kernels: a row for each call, with sizes and its definition in double precision, in a file for each one of
/// <c>Devices/Calls</c>. The suites run it on every device, thread count and vector width; benchmarks take their sizes from it.
/// </summary>
internal static partial class KernelTable
{
    /// <summary>
    /// Lengths around those of vectors, and one that is shared among threads. Accelerators take the first, for two groups of threads.
    /// </summary>
    private static readonly int[] s_lengths = [1101, 1, 15, 16, 17, 1000, 70001];

    private static readonly Lazy<KernelCase[]> s_rows = new(() => [.. Rows()]);

    public static IEnumerable<KernelCase> All => s_rows.Value.Where(c => !c.IsTimed);

    public static IEnumerable<KernelCase> Timed => s_rows.Value.Where(c => c.IsTimed);

    /// <summary>Of each row the first case, and one of each combination of operands that may be given.</summary>
    public static IEnumerable<KernelCase> Small => All.Where(c => c.IsFirst || c.IsOnGpus);

    /// <summary>Test cases with the category of those that are slow.</summary>
    public static IEnumerable<TestCaseData> Cases(Func<KernelCase, bool> isSlow) => All.Select(c =>
    {
        var data = new TestCaseData(c).SetArgDisplayNames(c.ToString());
        return isSlow(c) ? data.SetCategory(Exhaustive.Category) : data;
    });

    private static IEnumerable<KernelCase> Rows() =>
    [
        .. MemoryRows(), .. ElementwiseRows(), .. ImageRows(), .. NormRows(), .. PlaceRows(), .. ProductRows(), .. ChannelsLastRows(),
        .. RandomRows(),
        .. OptimizerRows(), .. JoinedRows(),
    ];

    /// <summary>
    /// A row: the same call at several sizes; first one with odd extents above 1 that is the work of several groups of threads, which
    /// accelerators compute.
    /// </summary>
    /// <param name="accuracy">none to compare exactly; on accelerators any is 2e-6 in the Euclidean norm</param>
    /// <param name="onGpus">which sizes accelerators compute in the fast suite; the first alone if it isn't given</param>
    /// <param name="slow">which sizes belong to the exhaustive suite</param>
    /// <param name="timed">sizes that are only measured</param>
    private static IEnumerable<KernelCase> Row<T>(
        string name, IEnumerable<T> sizes, Func<CallArrays, T, KernelCall> call, Func<T, double[][], double[][]>? definition,
        Accuracy accuracy = default, Func<T, bool>? onGpus = null, Func<T, bool>? slow = null, params T[] timed)
    {
        var isFirst = true;
        foreach (var size in sizes)
        {
            yield return Case(size) with { IsFirst = isFirst, IsOnGpus = onGpus?.Invoke(size) ?? isFirst,
                IsSlow = slow?.Invoke(size) == true };
            isFirst = false;
        }

        foreach (var size in timed)
        {
            yield return Case(size) with { IsTimed = true };
        }

        KernelCase Case(T size) =>
            new(name, $"{size}", a => call(a, size), definition is null ? null : before => definition(size, before), accuracy);
    }

    /// <summary>Extents such as "2x3 1x3", a dash for none.</summary>
    private static int[][] Extents(string text) => Array.ConvertAll(text.Split(' '), part => part == "-" ? [] : Array.ConvertAll(
        part.Split('x'), extent => int.Parse(extent, CultureInfo.InvariantCulture)));

    private static Shape[] Shapes(string text) => Array.ConvertAll(Extents(text), extents => new Shape(extents));

    private static double[][] Each(double[] x, Func<double, double> f) => [Array.ConvertAll(x, v => f(v))];

    private static Array64 Planes(double[] x, int planes, int h, int w) => new(new Shape(1, planes, h, w), x);

    /// <summary>Mᵀ·dy of each plane, where M is the matrix of a linear function of planes, read off one unit vector after the
    /// other.</summary>
    private static double[] Transposed(Func<Array64, Array64> linear, int planes, int h, int w, double[] dy)
    {
        var (dx, size, of) = (new double[planes * h * w], h * w, dy.Length / planes);
        for (var i = 0; i < size; i++)
        {
            var unit = new Array64(new Shape(1, 1, h, w)) { Values = { [i] = 1 } };
            var column = linear(unit).Values;
            for (var plane = 0; plane < planes; plane++)
            {
                for (var j = 0; j < of; j++)
                {
                    dx[(plane * size) + i] += column[j] * dy[(plane * of) + j];
                }
            }
        }

        return dx;
    }

    /// <summary>
    /// The transpose of a function that copies elements: each dy added to the element that the function, shown numbers from 1 on, put
    /// there.
    /// </summary>
    private static double[] AddedBack(Func<double[], Array64> copies, int count, double[] dy)
    {
        var (dx, from) = (new double[count], copies([.. Enumerable.Range(1, count).Select(i => (double)i)]).Values);
        for (var i = 0; i < dy.Length; i++)
        {
            if (from[i] >= 1)
            {
                dx[(int)from[i] - 1] += dy[i];
            }
        }

        return dx;
    }
}
