namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// <see cref="StridedRows"/> as a kernel argument: the offsets of element i of a merged loop nest in two arrays. The rank is the same for
/// all threads, so only existing dimensions cost a division.
/// </summary>
internal readonly struct StridedNest
{
    private readonly int _rank;
    private readonly int _extent0;
    private readonly int _extent1;
    private readonly int _extent2;
    private readonly int _extent3;
    private readonly int _extent4;
    private readonly int _a0;
    private readonly int _a1;
    private readonly int _a2;
    private readonly int _a3;
    private readonly int _a4;
    private readonly int _a5;
    private readonly int _b0;
    private readonly int _b1;
    private readonly int _b2;
    private readonly int _b3;
    private readonly int _b4;
    private readonly int _b5;

    public StridedNest(in StridedRows rows)
    {
        _rank = rows.Rank;
        (_extent0, _extent1, _extent2) = ((int)rows.Extent(0), (int)rows.Extent(1), (int)rows.Extent(2));
        (_extent3, _extent4) = ((int)rows.Extent(3), (int)rows.Extent(4));
        (_a0, _a1, _a2) = ((int)rows.AStride(0), (int)rows.AStride(1), (int)rows.AStride(2));
        (_a3, _a4, _a5) = ((int)rows.AStride(3), (int)rows.AStride(4), (int)rows.AStride(5));
        (_b0, _b1, _b2) = ((int)rows.BStride(0), (int)rows.BStride(1), (int)rows.BStride(2));
        (_b3, _b4, _b5) = ((int)rows.BStride(3), (int)rows.BStride(4), (int)rows.BStride(5));
    }

    /// <summary>The offsets of an element in the first and in the second array.</summary>
    public (int A, int B) Place(int element)
    {
        var rest = element;
        var (a, b) = (0, 0);
        if (_rank > 1)
        {
            Step(ref rest, _extent0, _a0, _b0, ref a, ref b);
            if (_rank == 2)
            {
                return (a + (rest * _a1), b + (rest * _b1));
            }

            Step(ref rest, _extent1, _a1, _b1, ref a, ref b);
            if (_rank == 3)
            {
                return (a + (rest * _a2), b + (rest * _b2));
            }

            Step(ref rest, _extent2, _a2, _b2, ref a, ref b);
            if (_rank == 4)
            {
                return (a + (rest * _a3), b + (rest * _b3));
            }

            Step(ref rest, _extent3, _a3, _b3, ref a, ref b);
            if (_rank == 5)
            {
                return (a + (rest * _a4), b + (rest * _b4));
            }

            Step(ref rest, _extent4, _a4, _b4, ref a, ref b);
            return (a + (rest * _a5), b + (rest * _b5));
        }

        return (rest * _a0, rest * _b0);
    }

    /// <summary>Splits the innermost digit off an index and adds its offsets.</summary>
    private static void Step(ref int rest, int extent, int aStride, int bStride, ref int a, ref int b)
    {
        var quotient = (int)((uint)rest / (uint)extent);
        var digit = rest - (quotient * extent);
        a += digit * aStride;
        b += digit * bStride;
        rest = quotient;
    }
}
