using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one warp of <see cref="PipelinedKernel"/>.</summary>
internal struct PipelinedResults<TTile, TPrecision>
    where TTile : struct, ITensorTile
    where TPrecision : struct, IStagePrecision
{
    private const int FragmentRows = 16, FragmentColumns = 8;

    /// <summary>Sums of the warp's first 32 columns and, in wide tiles, of the next 32.</summary>
    private Four<Four<AccumulatorFragment>> _near, _far;

    /// <summary>This lane's part of the first stage: the left factor, and the first two fragments of the right factor.</summary>
    private ArrayView<Chunk> _left;

    private ArrayView<RightPair> _even, _odd;

    public static PipelinedResults<TTile, TPrecision> Start(ArrayView<Chunk> left, ArrayView<Chunk> right)
    {
        PipelinedResults<TTile, TPrecision> results = default;
        int lane = Group.IdxX % TensorLayout.WarpSize, depth = lane % 4, column = TensorResults<TTile>.FirstColumn + (lane / 4);
        results._left = left.SubView(Pipeline.LeftPlace(TensorResults<TTile>.FirstRow + (lane % 16), lane / 16), 1);
        ArrayView<RightPair> pairs = right.Cast<RightPair>();
        results._even = pairs.SubView(Pipeline.PairPlace<TTile>(depth, column), 1);
        results._odd = pairs.SubView(Pipeline.PairPlace<TTile>(depth, column + FragmentColumns), 1);
        return results;
    }

    /// <summary>Adds left · right over a stage.</summary>
    public void MultiplyAdd(int stage)
    {
        const int NextRows = FragmentRows * Pipeline.Chunks;
        int place = stage * Pipeline.LeftSize<TTile>();
        Four<LeftFragment> a = default;
        a.A = TPrecision.Round(TensorCores.LoadLeft(ref _left[place]));
        a.B = TPrecision.Round(TensorCores.LoadLeft(ref _left[place + NextRows]));
        if (TTile.IsLarge)
        {
            a.C = TPrecision.Round(TensorCores.LoadLeft(ref _left[place + (2 * NextRows)]));
            a.D = TPrecision.Round(TensorCores.LoadLeft(ref _left[place + (3 * NextRows)]));
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
        sums.A = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums.A, a, TPrecision.Round(even[place]));
        sums.B = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums.B, a, TPrecision.Round(odd[place]));
        sums.C = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums.C, a, TPrecision.Round(even[place + NextTwo]));
        sums.D = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums.D, a, TPrecision.Round(odd[place + NextTwo]));
        return sums;
    }

    /// <summary>Writes the sums, plus biases, to the target; of a split depth, the last group of the tile does.</summary>
    public void Finish(in Product product, in GroupPlace place)
    {
        if (ArrivalCounters.AreCounted(product.Arrivals))
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
