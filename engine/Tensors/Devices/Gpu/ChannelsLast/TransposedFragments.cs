using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Numbers of bfloat16: <c>ldmatrix</c> transposes each matrix of 8 x 8. A lane gives the address of a chunk of one of 16 pixels;
/// neighbouring fragments are two chunks apart.
/// </summary>
internal struct TransposedFragments : IGradientFragments<TransposedFragments>
{
    private const int RowBytes = GradientKernel.Side * 2;

    private int _first, _second, _third, _fourth;

    /// <summary>
    /// Permuted by the pixel's number within eights, so that eight neighbouring pixels have their chunk in eight different groups of banks.
    /// </summary>
    public static int Place(int pixel, int chunk) => (pixel * RowBytes) + ((chunk ^ (pixel & 7)) * TurnsTile.ChunkBytes);

    public static TransposedFragments Left(int warpRow, int shared)
    {
        int lane = Group.IdxX & 31;
        return Of(((lane >> 4) << 3) + (lane & 7), (warpRow >> 3) + ((lane >> 3) & 1), shared);
    }

    public static TransposedFragments Right(int warpColumn, int shared)
    {
        int lane = Group.IdxX & 31;
        return Of((((lane >> 3) & 1) << 3) + (lane & 7), (warpColumn >> 3) + (lane >> 4), shared);
    }

    private static TransposedFragments Of(int pixel, int chunk, int shared)
    {
        TransposedFragments lane = default;
        lane._first = shared + Place(pixel, chunk);
        lane._second = shared + Place(pixel, chunk + 2);
        lane._third = shared + Place(pixel, chunk + 4);
        lane._fourth = shared + Place(pixel, chunk + 6);
        return lane;
    }

    public readonly Four<LeftFragment> LoadLeft(int offset)
    {
        Four<LeftFragment> a = default;
        a.A = SharedAddress.LoadLeftTransposed(_first + offset);
        a.B = SharedAddress.LoadLeftTransposed(_second + offset);
        a.C = SharedAddress.LoadLeftTransposed(_third + offset);
        a.D = SharedAddress.LoadLeftTransposed(_fourth + offset);
        return a;
    }

    public readonly Four<RightFragmentPair> LoadRight(int offset)
    {
        Four<RightFragmentPair> b = default;
        b.A = SharedAddress.LoadRightPairTransposed(_first + offset);
        b.B = SharedAddress.LoadRightPairTransposed(_second + offset);
        b.C = SharedAddress.LoadRightPairTransposed(_third + offset);
        b.D = SharedAddress.LoadRightPairTransposed(_fourth + offset);
        return b;
    }

    /// <summary>A lane's filters of a fragment are eight apart.</summary>
    public static void Store(in GradientPass g, WarpSums sums, int row, int column, int part) =>
        GradientResults.Store(g, sums, row + ((Group.IdxX & 31) >> 2), 8, column, part);
}
