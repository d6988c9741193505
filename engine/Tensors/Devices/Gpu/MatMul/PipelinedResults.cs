using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one warp of <see cref="PipelinedKernel"/>.</summary>
internal struct PipelinedResults<TTile>
    where TTile : struct, ITensorTile
{
    private const int FragmentRows = 16, FragmentColumns = 8;

    /// <summary>Sums of the warp's first 32 columns and, in wide tiles, of the next 32.</summary>
    private Four<Four<AccumulatorFragment>> _near, _far;

    /// <summary>This lane's part of the first stage: the left factor, and the first two fragments of the right factor.</summary>
    private ArrayView<Chunk> _left;

    private ArrayView<RightPair> _even, _odd;

    public static PipelinedResults<TTile> Start(ArrayView<Chunk> left, ArrayView<Chunk> right)
    {
        PipelinedResults<TTile> results = default;
        int lane = Group.IdxX % TensorLayout.WarpSize, depth = lane % 4, column = TensorResults<TTile>.FirstColumn + (lane / 4);
        results._left = left.SubView(Pipeline.LeftPlace(TensorResults<TTile>.FirstRow + (lane % 16), lane / 16), 1);
        ArrayView<RightPair> pairs = right.Cast<RightPair>();
        results._even = pairs.SubView(Pipeline.PairPlace<TTile>(depth, column), 1);
        results._odd = pairs.SubView(Pipeline.PairPlace<TTile>(depth, column + FragmentColumns), 1);
        return results;
    }

    /// <summary>Adds left · right over a stage, in TF32.</summary>
    public void MultiplyAdd(int stage)
    {
        const int NextRows = FragmentRows * Pipeline.Chunks;
        int place = stage * Pipeline.LeftSize<TTile>();
        Four<LeftFragment> a = default;
        a.A = Rounded(TensorCores.LoadLeft(ref _left[place]));
        a.B = Rounded(TensorCores.LoadLeft(ref _left[place + NextRows]));
        if (TTile.IsLarge)
        {
            a.C = Rounded(TensorCores.LoadLeft(ref _left[place + (2 * NextRows)]));
            a.D = Rounded(TensorCores.LoadLeft(ref _left[place + (3 * NextRows)]));
        }

        place = stage * Pipeline.RightSize<TTile>() / 2;
        _near = MultiplyAdd(_near, a, _even, _odd, place);
        if (TTile.IsWide)
        {
            _far = MultiplyAdd(_far, a, _even, _odd, place + (4 * FragmentColumns));
        }
    }

    private static Four<Four<AccumulatorFragment>> MultiplyAdd(
        Four<Four<AccumulatorFragment>> sums, Four<LeftFragment> a, ArrayView<RightPair> even, ArrayView<RightPair> odd, int place)
    {
        const int NextTwo = 2 * FragmentColumns;
        sums.A = TensorResults<TTile>.MultiplyAdd<Tf32>(sums.A, a, Rounded(even[place]));
        sums.B = TensorResults<TTile>.MultiplyAdd<Tf32>(sums.B, a, Rounded(odd[place]));
        sums.C = TensorResults<TTile>.MultiplyAdd<Tf32>(sums.C, a, Rounded(even[place + NextTwo]));
        sums.D = TensorResults<TTile>.MultiplyAdd<Tf32>(sums.D, a, Rounded(odd[place + NextTwo]));
        return sums;
    }

    private static LeftFragment Rounded(LeftFragment a)
    {
        a.A0 = Tf32.Round(Interop.IntAsFloat(a.A0));
        a.A1 = Tf32.Round(Interop.IntAsFloat(a.A1));
        a.A2 = Tf32.Round(Interop.IntAsFloat(a.A2));
        a.A3 = Tf32.Round(Interop.IntAsFloat(a.A3));
        return a;
    }

    private static RightFragment Rounded(RightPair pair) => new() { B0 = Tf32.Round(pair.Low), B1 = Tf32.Round(pair.High) };

    /// <summary>Writes the sums, plus biases, to the target; of a split depth, the last group of the tile does.</summary>
    public void Finish(in Product product, in GroupPlace place)
    {
        if (Arrivals.AreCounted(product.Arrivals))
        {
            TensorResults<TTile>.StorePart(product, _near, block: 0);
            if (TTile.IsWide)
            {
                TensorResults<TTile>.StorePart(product, _far, block: 1);
            }

            if (!LastGroup.IsLast(product))
            {
                return;
            }

            _near = TensorResults<TTile>.SumParts(product, block: 0);
            if (TTile.IsWide)
            {
                _far = TensorResults<TTile>.SumParts(product, block: 1);
            }
        }

        TensorResults<TTile>.Store(product, place, _near, block: 0);
        if (TTile.IsWide)
        {
            TensorResults<TTile>.Store(product, place, _far, block: 1);
        }
    }
}

/// <summary>A column's numbers at two depths, four apart: a lane's part of a right fragment before it is rounded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RightPair
{
    public float Low, High;
}
