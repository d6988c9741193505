using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A reduction with neighbouring dimensions of one kind (kept or reduced) merged. Tasks form a grid: shares of the outputs × parts of the
/// elements reduced into each output, both sized by shape alone.
/// </summary>
internal readonly struct ReducePlan
{
    [InlineArray(Shape.MaxRank)]
    private struct Dimensions
    {
        private long _innermost;
    }

    private readonly Dimensions _keptExtents;
    private readonly Dimensions _keptStrides;
    private readonly Dimensions _reducedExtents;
    private readonly Dimensions _reducedStrides;
    private readonly int _keptRank;
    private readonly int _reducedRank;

    public ReducePlan(Shape x, Shape y)
    {
        Reduced = 1;
        Outputs = 1;
        InnerLength = 1;
        InnerIsReduced = true;
        bool? previous = null;
        long stride = 1;
        for (var i = x.Rank - 1; i >= 0; i--)
        {
            var extent = x[i];
            if (extent == 1)
            {
                continue;
            }

            var isReduced = y[i] == 1;
            if (previous is null)
            {
                InnerIsReduced = isReduced;
            }

            if (isReduced)
            {
                if (previous == true)
                {
                    _reducedExtents[_reducedRank - 1] *= extent;
                }
                else
                {
                    (_reducedExtents[_reducedRank], _reducedStrides[_reducedRank]) = (extent, stride);
                    _reducedRank++;
                }

                Reduced *= extent;
            }
            else
            {
                if (previous == false)
                {
                    _keptExtents[_keptRank - 1] *= extent;
                }
                else
                {
                    (_keptExtents[_keptRank], _keptStrides[_keptRank]) = (extent, stride);
                    _keptRank++;
                }

                Outputs *= extent;
            }

            previous = isReduced;
            stride *= extent;
        }

        InnerLength = previous is null ? 1 : InnerIsReduced ? _reducedExtents[0] : _keptExtents[0];

        // With the inner dimension kept, a part has as many rows as make a block of a share of 1024 columns.
        ReducedPerPart = InnerIsReduced ? Blocks.Size : Math.Max(Blocks.Size / Math.Min(InnerLength, 1024), 1);
        ReducedPerPart = Math.Min(ReducedPerPart, Math.Max(Reduced, 1));
        OutputsPerShare = Math.Max(Blocks.Size / ReducedPerPart, 1);
    }

    /// <summary>Number of results.</summary>
    public long Outputs { get; }

    /// <summary>Elements reduced into each output.</summary>
    public long Reduced { get; }

    /// <summary>True if neighbouring elements are reduced into the same output, false if they belong to neighbouring outputs.</summary>
    public bool InnerIsReduced { get; }

    /// <summary>Length of the innermost merged dimension.</summary>
    public long InnerLength { get; }

    public long ReducedPerPart { get; }

    public long OutputsPerShare { get; }

    public long Parts => Math.Max((Reduced + ReducedPerPart - 1) / ReducedPerPart, 1);

    public int Shares => checked((int)((Outputs + OutputsPerShare - 1) / OutputsPerShare));

    public int Tasks => checked((int)(Parts * Shares));

    /// <summary>Whether each output reduces a contiguous row of fewer than 32 elements.</summary>
    public bool AreShortRows => InnerIsReduced && Outputs > 1 && _reducedRank == 1 && _keptRank == 1 && Reduced < 2 * Lanes.Count;

    /// <summary>Whether each output reduces a contiguous row that one task reads as a whole.</summary>
    public bool AreRows => InnerIsReduced && _reducedRank == 1 && _keptRank <= 1 && Parts == 1;

    /// <summary>Whether outputs reduce the columns of contiguous rows shorter than a vector.</summary>
    public bool AreNarrowColumns => !InnerIsReduced && _reducedRank == 1 && InnerLength < Lanes.Count;

    /// <summary>Offset of an output's first element; of a row of outputs if the inner dimension is kept.</summary>
    public long OutputStart(long output) => Offset(output, _keptExtents, _keptStrides, InnerIsReduced ? 0 : 1, _keptRank);

    /// <summary>Offset from there of a reduced index; of a run of them if the inner dimension is reduced.</summary>
    public long ReducedStart(long reduced) => Offset(reduced, _reducedExtents, _reducedStrides, InnerIsReduced ? 1 : 0, _reducedRank);

    private static long Offset(long index, in Dimensions extents, in Dimensions strides, int first, int rank)
    {
        long offset = 0;
        for (var i = first; i < rank; i++)
        {
            (index, var digit) = Math.DivRem(index, extents[i]);
            offset += digit * strides[i];
        }

        return offset;
    }
}
