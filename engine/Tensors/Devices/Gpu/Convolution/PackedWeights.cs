using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution's weight [K, C, rows, columns], packed for its data gradient as [phase, C, K, taps of the phase]. A row's elements are
/// then contiguous and can be read four at a time, as in a forward pass. In the original weight they are a kernel's taps apart, and every
/// tile of columns would read them one by one.
/// </summary>
internal readonly struct PackedWeights
{
    private readonly PhaseAxis _vertical, _horizontal;

    /// <summary>Output and input channels.</summary>
    private readonly int _k, _c;

    public PackedWeights(in Product inputGradient)
    {
        (_vertical, _horizontal) = (inputGradient.Vertical, inputGradient.Horizontal);
        (_k, _c) = (inputGradient.Depth, inputGradient.Rows);
    }

    /// <summary>Elements of a row, for the phase with most taps; other phases leave some unused.</summary>
    public readonly int Row => _k * _vertical.MaxTaps.Value * _horizontal.MaxTaps.Value;

    /// <summary>Elements of a phase.</summary>
    public readonly int Plane => _c * Row;

    /// <summary>Packs the weight of a data gradient, and makes the product read the packed weight.</summary>
    /// <param name="packed">[<see cref="Plane"/> · phases]</param>
    public static void Apply(KernelQueue queue, ref Product inputGradient, ArrayView<float> packed)
    {
        var weights = new PackedWeights(inputGradient);
        queue.Launch(Pack, queue.ForElements(packed.IntLength), inputGradient.Left.Data, packed, weights);
        inputGradient.LeftPlane = weights.Plane;
        inputGradient.Left = new LeftOperand { Data = packed, RowStride = weights.Row };
    }

    public static void Pack(ArrayView<float> w, ArrayView<float> packed, PackedWeights p)
    {
        int place = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (place >= packed.IntLength)
        {
            return;
        }

        int plane = place / p.Plane, inPlane = place - (plane * p.Plane);
        int row = inPlane / p.Row, inRow = inPlane - (row * p.Row);
        int vertical = p._horizontal.Stride.Quotient(plane);
        AxisPhase y = p._vertical.Enter(vertical), x = p._horizontal.Enter(plane - (vertical * p._horizontal.Stride.Value));
        int taps = IntrinsicMath.Max(y.Taps * x.Taps, 1), channel = inRow / taps, tap = inRow - (channel * taps);
        if (channel >= p._k || y.Taps * x.Taps == 0)
        {
            return;
        }

        int down = p._horizontal.ByTaps(x.Taps).Quotient(tap), across = tap - (down * x.Taps);
        int kernelRow = y.FirstTap + (down * p._vertical.TapStep.Value), kernelColumn = x.FirstTap + (across * p._horizontal.TapStep.Value);
        packed[place] = w[(((((channel * p._c) + row) * p._vertical.Kernel) + kernelRow) * p._horizontal.Kernel) + kernelColumn];
    }
}
