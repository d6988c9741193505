using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.TestsCommon.Kernels;

/// <summary>A call of a kernel with arrays of given sizes, and what it must compute: a row of <see cref="KernelTable"/> at one
/// size.</summary>
/// <param name="Row">the row's name</param>
/// <param name="Size">the size</param>
/// <param name="Call">makes the call and its arrays</param>
/// <param name="Definition">
/// what the arrays that the call writes hold afterwards, in their order, from the numbers of all arrays before, in the order in which they
/// were made; null for a fused call, which has the bits of its parts
/// </param>
/// <param name="Accuracy">how close float32 comes</param>
internal sealed record KernelCase(
    string Row, string Size, Func<CallArrays, KernelCall> Call, Func<double[][], double[][]>? Definition, Accuracy Accuracy)
{
    /// <summary>Whether it is its row's first.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Whether accelerators compute it in the fast suite, where kernels are interpreted.</summary>
    public bool IsOnGpus { get; init; }

    /// <summary>Whether it belongs to the exhaustive suite.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether it is only measured: a network's size.</summary>
    public bool IsTimed { get; init; }

    /// <summary>What the call must write; null for a fused call.</summary>
    public double[][]? Expected()
    {
        var arrays = new NoArrays();
        Call(arrays);
        return Definition?.Invoke([.. arrays.All.Select(array => Numbers.Double(array.Values))]);
    }

    public override string ToString() => $"{Row} {Size}";
}

/// <summary>How close a kernel comes to its definition.</summary>
/// <param name="Tolerance">of each element, relative to its own size or the floor; 0 for no difference</param>
/// <param name="Floor">the size below which errors are absolute; 0 to compare whole arrays in the Euclidean norm</param>
internal readonly record struct Accuracy(double Tolerance, double Floor = 1)
{
    /// <summary>Those of the second array that is written and further ones, in turn with this; null where all are alike.</summary>
    public Accuracy[]? Further { get; init; }

    /// <summary>For products on the processor: every vector width is tried, with these uses of Winograd's algorithm.</summary>
    public WinogradUse[]? Ways { get; init; }

    public static implicit operator Accuracy(double tolerance) => new(tolerance);

    /// <summary>Of sums of products, in the Euclidean norm.</summary>
    public static Accuracy OfProducts(double tolerance, params WinogradUse[] ways) =>
        new(tolerance, 0) { Ways = ways.Length == 0 ? [WinogradUse.WhereFaster] : ways };

    /// <summary>Of the i-th array that is written.</summary>
    public Accuracy At(int i) => Further is null ? this : i % (Further.Length + 1) is var k && k == 0 ? this : Further[k - 1];

    public void Check(float[] actual, double[] expected, string what)
    {
        if (Floor > 0 || Tolerance == 0)
        {
            Numbers.AssertClose(actual, expected, Tolerance, Floor);
        }
        else
        {
            Assert.That(RelativeError.Of(actual, expected), Is.LessThan(Tolerance), what);
        }
    }
}
