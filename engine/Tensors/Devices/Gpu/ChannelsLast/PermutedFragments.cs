using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Numbers of TF32, which no <c>ldmatrix</c> transposes: a lane reads its own. Which filter is which row of a fragment is free, as long as
/// the results are stored accordingly; so its two rows of a fragment are neighbouring filters, read as one. A column's two numbers are of
/// two pixels, and are read one by one. All in all that is as many bytes as <c>ldmatrix</c> would read.
/// </summary>
internal struct PermutedFragments : IGradientFragments<PermutedFragments>
{
    private const int RowBytes = GradientKernel.Side * sizeof(float);

    /// <summary>From a lane's first pixel to its second, and from a fragment to that whose chunks are permuted alike.</summary>
    private const int NextPixel = 4 * RowBytes, Next = 8 * TurnsTile.ChunkBytes;

    private int _first, _second, _third, _fourth;

    /// <summary>Permuted so that two neighbouring chunks, of four pixels, are in eight different groups of banks.</summary>
    public static int Place(int pixel, int chunk) => (pixel * RowBytes) + ((chunk ^ ((pixel & 3) << 1)) * TurnsTile.ChunkBytes);

    public static PermutedFragments Left(int warpRow, int shared)
    {
        int lane = Group.IdxX & 31, chunk = (warpRow >> 2) + (lane >> 3), inChunk = shared + (((lane >> 2) & 1) * 8);
        PermutedFragments fragments = default;
        fragments._first = inChunk + Place(lane & 3, chunk);
        fragments._second = inChunk + Place(lane & 3, chunk + 4);
        return fragments;
    }

    public static PermutedFragments Right(int warpColumn, int shared)
    {
        int lane = Group.IdxX & 31, chunk = (warpColumn >> 2) + (lane >> 4), inChunk = shared + (((lane >> 2) & 3) * 4);
        PermutedFragments fragments = default;
        fragments._first = inChunk + Place(lane & 3, chunk);
        fragments._second = inChunk + Place(lane & 3, chunk + 2);
        fragments._third = inChunk + Place(lane & 3, chunk + 4);
        fragments._fourth = inChunk + Place(lane & 3, chunk + 6);
        return fragments;
    }

    public readonly Four<LeftFragment> LoadLeft(int offset)
    {
        Four<LeftFragment> a = default;
        a.A = LoadLeftAt(_first + offset);
        a.B = LoadLeftAt(_second + offset);
        a.C = LoadLeftAt(_first + offset + Next);
        a.D = LoadLeftAt(_second + offset + Next);
        return a;
    }

    public readonly Four<RightFragmentPair> LoadRight(int offset)
    {
        Four<RightFragmentPair> b = default;
        b.A = LoadRightAt(_first + offset, _second + offset);
        b.B = LoadRightAt(_third + offset, _fourth + offset);
        b.C = LoadRightAt(_first + offset + Next, _second + offset + Next);
        b.D = LoadRightAt(_third + offset + Next, _fourth + offset + Next);
        return b;
    }

    /// <summary>A lane's filters of a fragment are neighbours.</summary>
    public static void Store(in GradientPass g, WarpSums sums, int row, int column, int part) =>
        GradientResults.Store(g, sums, row + (((Group.IdxX & 31) >> 2) * 2), 1, column, part);

    private static LeftFragment LoadLeftAt(int at)
    {
        Two<uint> near = SharedAddress.LoadTwo(at), next = SharedAddress.LoadTwo(at + NextPixel);
        LeftFragment fragment = default;
        fragment.A0 = near.A;
        fragment.A1 = near.B;
        fragment.A2 = next.A;
        fragment.A3 = next.B;
        return fragment;
    }

    private static RightFragmentPair LoadRightAt(int first, int second)
    {
        RightFragmentPair pair = default;
        pair.First.B0 = SharedAddress.Load(first);
        pair.First.B1 = SharedAddress.Load(first + NextPixel);
        pair.Second.B0 = SharedAddress.Load(second);
        pair.Second.B1 = SharedAddress.Load(second + NextPixel);
        return pair;
    }
}
