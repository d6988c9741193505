using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The argument of product kernels: target [Rows, Columns] = left [Rows, Depth] · right [Depth, Columns], for each plane. All convolutions
/// and matrix products have this form (<see cref="Convolution.ConvolutionProducts"/>, <see cref="MatMulProduct"/>), so each rung of the
/// ladder is written once. Planes are the batches of a matrix product or the phases of a strided data gradient.
/// </summary>
internal struct Product
{
    public LeftOperand Left;

    public RightOperand Right;

    public TargetOperand Target;

    /// <summary>
    /// Partial sums of a split depth, [planes · Splits, Rows, PartialColumns]; where <see cref="Arrivals"/> is not empty, in the layout of
    /// <see cref="LastGroup"/>.
    /// </summary>
    public ArrayView<float> Partial;

    /// <summary>
    /// Arrival counters, [tiles], all 0 between launches, where the last group of a tile adds its parts (<see cref="LastGroup"/>); empty
    /// where a second launch does.
    /// </summary>
    public ArrayView<int> Arrivals;

    /// <summary>Row sums that additional groups compute, if any; only kernels along the depth support them.</summary>
    public RowSums Sums;

    /// <summary>The most columns of a plane.</summary>
    public Divisor PartialColumns;

    public int Rows;

    /// <summary>Columns of the current plane; before <see cref="EnterPlane"/>, the most columns of a plane.</summary>
    public int Columns;

    public int Depth;

    /// <summary>Number of planes: batches, or phases. Read by the host only.</summary>
    public int Planes;

    public Radix ColumnRadix;

    public Radix DepthRadix;

    /// <summary>Parts into which the depth is split, so that products with few results fill the device.</summary>
    public Divisor Splits;

    /// <summary>Depth of each part, a multiple of the tile's depth.</summary>
    public int SplitDepth;

    /// <summary>
    /// Strides from one plane's operands to the next one's, in elements. For phases, LeftPlane is not 0 where the left factor is packed
    /// (<see cref="Convolution.PackedWeights"/>), each phase's taps contiguous; see <see cref="EnterPacked"/>.
    /// </summary>
    public int LeftPlane, RightPlane, TargetPlane;

    /// <summary>
    /// Stride from one part's sums to the next one's, where the target is <see cref="Partial"/> (<see cref="InParts"/>); otherwise 0.
    /// </summary>
    public int TargetSplit;

    /// <summary>Not 0 where tensor-core kernels can write results two columns at a time. The launcher sets it.</summary>
    public int HasPairs;

    /// <summary>Horizontal phases of a strided data gradient; 0 for other products.</summary>
    public int PhasesX;

    public int Images;

    public PhaseAxis Vertical, Horizontal;

    /// <summary>Whether the last group of a tile adds its parts (<see cref="Arrivals"/>). Asked by the host only.</summary>
    public readonly bool IsAddedByLastGroup => Arrivals.Length > 0;

    /// <summary>Whether there is only one phase, so that strides apply as they are.</summary>
    public readonly bool HasOnePhase => PhasesX == 0 || (Vertical.Stride.Value == 1 && Horizontal.Stride.Value == 1);

    /// <summary>The largest depth of a plane.</summary>
    public readonly int LongestDepth => PhasesX == 0 ? Depth : Depth * Vertical.MaxTaps.Value * Horizontal.MaxTaps.Value;

    /// <summary>Whether the results of this launch can be written in vectors of <paramref name="width"/> columns.</summary>
    /// <param name="width">2 or 4</param>
    public readonly bool HasVectorTarget(int width) => TargetSplit > 0
        ? PartialColumns.Value % width == 0
        : HasOnePhase && Target.HasVectorColumns(width, ColumnRadix, Columns) && TargetPlane % width == 0;

    /// <summary>
    /// The same product with <see cref="Partial"/> as its target, so that kernels write partial sums like any results.
    /// </summary>
    public readonly Product InParts()
    {
        var parts = this;
        parts.TargetSplit = Rows * PartialColumns.Value;
        parts.TargetPlane = Splits.Value * parts.TargetSplit;
        parts.Target = new TargetOperand
        {
            Data = Partial,
            RowStride = PartialColumns.Value,
            HighStride = ColumnRadix.Middle.Value * ColumnRadix.Low.Value,
            MiddleStride = ColumnRadix.Low.Value,
            LowStride = 1,
        };
        return parts;
    }

    /// <summary>Moves the operands to a plane: a kernel's first step, on its copy of the argument.</summary>
    public void EnterPlane(int plane)
    {
        if (PhasesX > 0)
        {
            int vertical = Horizontal.Stride.Quotient(plane);
            EnterPhase(vertical, plane - (vertical * PhasesX));
        }
        else
        {
            Left.Origin += plane * LeftPlane;
            Right.Origin += plane * RightPlane;
        }

        Target.Origin += plane * TargetPlane;
    }

    /// <summary>
    /// Moves a packed left factor to a plane, after <see cref="EnterPlane"/>. Called by tensor-core kernels only, which alone read packed
    /// factors; in others the check would cost registers.
    /// </summary>
    public void EnterPacked(int plane)
    {
        if (PhasesX > 0 && LeftPlane > 0)
        {
            Left.Origin += plane * LeftPlane;
            Left.HighStride = DepthRadix.Middle.Value * DepthRadix.Low.Value;
            Left.MiddleStride = DepthRadix.Low.Value;
            Left.LowStride = 1;
        }
    }

    private void EnterPhase(int vertical, int horizontal)
    {
        AxisPhase y = Vertical.Enter(vertical), x = Horizontal.Enter(horizontal);
        Left.Origin += (y.FirstTap * Left.MiddleStride) + (x.FirstTap * Left.LowStride);
        Left.MiddleStride *= Vertical.TapStep.Value;
        Left.LowStride *= Horizontal.TapStep.Value;
        Right.OriginY = y.Origin;
        Right.OriginX = x.Origin;
        if (TargetSplit > 0)
        {
            // Partial sums are in the order of the phase's own columns.
            Target.HighStride = y.Count * x.Count;
            Target.MiddleStride = x.Count;
        }
        else
        {
            Target.Origin += (vertical * Target.MiddleStride) + (horizontal * Target.LowStride);
            Target.MiddleStride *= Vertical.Stride.Value;
            Target.LowStride *= Horizontal.Stride.Value;
        }

        Columns = Images * y.Count * x.Count;
        Depth *= y.Taps * x.Taps;
        ColumnRadix.Middle = Vertical.ByCount(y.Count);
        ColumnRadix.Low = Horizontal.ByCount(x.Count);
        DepthRadix.Middle = Vertical.ByTaps(y.Taps);
        DepthRadix.Low = Horizontal.ByTaps(x.Taps);
    }

    /// <summary>An element of the left factor; 0 outside of it.</summary>
    public readonly float LeftAt(int row, int depth, int end) =>
        row < Rows && depth < end ? Left.Data[Left.Offset(DepthRadix.Of(depth)) + (row * Left.RowStride)] : 0;

    /// <summary>An element of the right factor; 0 outside of it and outside the image.</summary>
    public readonly float RightAt(int depth, int column, int end)
    {
        if (depth >= end || column >= Columns)
        {
            return 0;
        }

        int offset = Right.Offset(Right.Column(ColumnRadix.Of(column), exists: true), DepthRadix.Of(depth));
        return offset >= 0 ? Right.Image[offset] : 0;
    }

    /// <summary>Writes a result, with its bias.</summary>
    /// <param name="column">the column's digits</param>
    public readonly void Write(int row, Digits column, float sum) => Target.Data[Target.Offset(row, column)] = sum + BiasOf(row);

    /// <summary>
    /// The bias of a row; 0 where there is no bias, or no such row. Kernels with many results a thread read it once a row.
    /// </summary>
    public readonly float BiasOf(int row)
    {
        float bias = 0;
        if ((Target.HasBias != 0) & (row < Rows))
        {
            bias = Target.Bias[row];
        }

        return bias;
    }
}
