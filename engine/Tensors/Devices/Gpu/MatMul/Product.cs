using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What a product kernel is told: target [Rows, Columns] = left [Rows, Depth] · right [Depth, Columns], for each of some planes. All
/// convolutions and matrix products are of this form (<see cref="Convolution.ConvolutionProducts"/>, <see cref="MatMulProduct"/>), so
/// each rung of the ladder is written once. Planes are the batches of a matrix product or the phases of a strided data gradient.
/// </summary>
internal struct Product
{
    public LeftOperand Left;

    public RightOperand Right;

    public TargetOperand Target;

    /// <summary>
    /// Sums of a part of the depth, [planes · Splits, Rows, PartialColumns], if there is more than one part; with
    /// <see cref="Arrivals"/> as threads hold them.
    /// </summary>
    public ArrayView<float> Partial;

    /// <summary>
    /// Counters of the groups that are done, [tiles], all 0 between launches, where the last group of a tile adds its parts
    /// (<see cref="LastGroup"/>); empty where another launch does.
    /// </summary>
    public ArrayView<int> Arrivals;

    /// <summary>What groups behind those of the product add up, if anything: kernels along the depth look.</summary>
    public RowSums Sums;

    /// <summary>Columns of the plane with most of them.</summary>
    public Divisor PartialColumns;

    public int Rows;

    /// <summary>Of the plane that was entered; before, of the one with most of them.</summary>
    public int Columns;

    public int Depth;

    /// <summary>Products side by side: batches, or phases. Read by the host.</summary>
    public int Planes;

    public Radix ColumnRadix;

    public Radix DepthRadix;

    /// <summary>Parts into which the depth is cut, so that products with few results fill the device.</summary>
    public Divisor Splits;

    /// <summary>Depth of each part: a multiple of a tile's.</summary>
    public int SplitDepth;

    /// <summary>
    /// Elements from one plane's operands to the next one's. Of phases, LeftPlane is not 0 where the left factor is packed: each phase's
    /// taps in one piece (<see cref="Convolution.PackedWeights"/>), which <see cref="EnterPacked"/> turns to.
    /// </summary>
    public int LeftPlane, RightPlane, TargetPlane;

    /// <summary>
    /// Elements from one part's sums to the next one's, where the target are the sums of parts (<see cref="InParts"/>); otherwise 0.
    /// </summary>
    public int TargetSplit;

    /// <summary>
    /// Not 0 where results can be written two columns at a time; before a launcher has looked, where all arrays begin at multiples of 16
    /// bytes. Read by kernels on tensor cores.
    /// </summary>
    public int HasPairs;

    /// <summary>For the phases of a strided data gradient; PhasesX is 0 otherwise.</summary>
    public int PhasesX;

    public int Images;

    public PhaseAxis Vertical, Horizontal;

    /// <summary>Whether the image is not taken apart into phases, so that strides are what they say.</summary>
    public readonly bool HasOnePhase => PhasesX == 0 || (Vertical.Stride.Value == 1 && Horizontal.Stride.Value == 1);

    /// <summary>Of the plane with the longest one.</summary>
    public readonly int LongestDepth => PhasesX == 0 ? Depth : Depth * Vertical.MostTaps.Value * Horizontal.MostTaps.Value;

    /// <summary>Whether the results of this launch can be written so many columns at a time.</summary>
    /// <param name="width">2 or 4</param>
    public readonly bool HasVectorTarget(int width) => TargetSplit > 0
        ? PartialColumns.Value % width == 0
        : HasOnePhase && Target.HasVectorColumns(width, ColumnRadix, Columns) && TargetPlane % width == 0;

    /// <summary>
    /// The same product with <see cref="Partial"/> for its target, told in the form of any target: kernels need not know that there is a
    /// second one.
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

    /// <summary>Turns to one plane: the first thing that a kernel does with its copy.</summary>
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
    /// Behind <see cref="EnterPlane"/>, for kernels that read packed left factors: those on tensor cores. In others the question alone
    /// would cost registers.
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
        Phase y = Vertical.Enter(vertical), x = Horizontal.Enter(horizontal);
        Left.Origin += (y.FirstTap * Left.MiddleStride) + (x.FirstTap * Left.LowStride);
        Left.MiddleStride *= Vertical.TapStep.Value;
        Left.LowStride *= Horizontal.TapStep.Value;
        Right.OriginY = y.Origin;
        Right.OriginX = x.Origin;
        if (TargetSplit > 0)
        {
            // The sums of parts lie in the order of the phase's own columns.
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

    /// <summary>An element of the left factor; 0 beyond its edges.</summary>
    public readonly float LeftAt(int row, int depth, int end) =>
        row < Rows && depth < end ? Left.Data[Left.Offset(DepthRadix.Of(depth)) + (row * Left.RowStride)] : 0;

    /// <summary>An element of the right factor; 0 beyond its edges and outside the image.</summary>
    public readonly float RightAt(int depth, int column, int end)
    {
        if (depth >= end || column >= Columns)
        {
            return 0;
        }

        int offset = Right.Offset(Right.Column(ColumnRadix.Of(column), exists: true), DepthRadix.Of(depth));
        return offset >= 0 ? Right.Image[offset] : 0;
    }

    /// <summary>Writes a result.</summary>
    /// <param name="column">in digits</param>
    public readonly void Write(int row, Digits column, float sum) => Target.Data[Target.Offset(row, column)] = sum + BiasOf(row);

    /// <summary>
    /// What is added to a row: 0 where there is no bias, or no row. Kernels of many results read it once a row, all rows at once.
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
