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

    /// <summary>Sums of a part of the depth, [planes · Splits, Rows, PartialColumns], if there is more than one part.</summary>
    public ArrayView<float> Partial;

    /// <summary>Columns of the plane with most of them.</summary>
    public int PartialColumns;

    public int Rows;

    /// <summary>Of the plane that was entered; before, of the one with most of them.</summary>
    public int Columns;

    public int Depth;

    /// <summary>Products side by side: batches, or phases. Read by the host.</summary>
    public int Planes;

    public Radix ColumnRadix;

    public Radix DepthRadix;

    /// <summary>Parts into which the depth is cut, so that products with few results fill the device.</summary>
    public int Splits;

    /// <summary>Depth of each part: a multiple of a tile's.</summary>
    public int SplitDepth;

    /// <summary>Elements from one plane's operands to the next one's.</summary>
    public int LeftPlane, RightPlane, TargetPlane;

    /// <summary>For the phases of a strided data gradient; PhasesX is 0 otherwise.</summary>
    public int PhasesX;

    public int Images;

    public PhaseAxis Vertical, Horizontal;

    /// <summary>Whether the image is not taken apart into phases, so that strides are what they say.</summary>
    public readonly bool HasOnePhase => PhasesX == 0 || (Vertical.Stride == 1 && Horizontal.Stride == 1);

    /// <summary>Of the plane with the longest one.</summary>
    public readonly int LongestDepth => PhasesX == 0 ? Depth : Depth * Vertical.MostTaps * Horizontal.MostTaps;

    /// <summary>Turns to one plane: the first thing that a kernel does with its copy.</summary>
    public void EnterPlane(int plane)
    {
        if (PhasesX > 0)
        {
            EnterPhase(plane / PhasesX, plane % PhasesX);
            return;
        }

        Left.Origin += plane * LeftPlane;
        Right.Origin += plane * RightPlane;
        Target.Origin += plane * TargetPlane;
    }

    private void EnterPhase(int vertical, int horizontal)
    {
        Phase y = Vertical.Enter(vertical), x = Horizontal.Enter(horizontal);
        Left.Origin += (y.FirstTap * Left.MiddleStride) + (x.FirstTap * Left.LowStride);
        Left.MiddleStride *= Vertical.TapStep;
        Left.LowStride *= Horizontal.TapStep;
        Right.OriginY = y.Origin;
        Right.OriginX = x.Origin;
        Target.Origin += (vertical * Target.MiddleStride) + (horizontal * Target.LowStride);
        Target.MiddleStride *= Vertical.Stride;
        Target.LowStride *= Horizontal.Stride;
        Columns = Images * y.Count * x.Count;
        Depth *= y.Taps * x.Taps;

        // A phase may have no pixels or no taps; threads beyond the edge still divide by the radix.
        ColumnRadix = new Radix(IntrinsicMath.Max(y.Count, 1), IntrinsicMath.Max(x.Count, 1));
        DepthRadix = new Radix(IntrinsicMath.Max(y.Taps, 1), IntrinsicMath.Max(x.Taps, 1));
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

    /// <summary>Writes a result, or this split's part of it.</summary>
    /// <param name="digits">of the column</param>
    public readonly void Write(in GroupPlace place, int row, int column, Digits digits, float sum)
    {
        if (Splits > 1)
        {
            Partial[PartialOffset(place.PartialNumber, row, column)] = sum;
        }
        else
        {
            WriteResult(row, digits, sum);
        }
    }

    public readonly void WriteResult(int row, Digits column, float sum)
    {
        float bias = Target.HasBias != 0 ? Target.Bias[row] : 0;
        Target.Data[Target.Offset(row, column)] = sum + bias;
    }

    public readonly int PartialOffset(int number, int row, int column) => (((number * Rows) + row) * PartialColumns) + column;
}
