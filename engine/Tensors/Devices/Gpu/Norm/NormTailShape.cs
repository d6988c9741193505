namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>A norm and what surrounds it, as kernels are given them.</summary>
/// <param name="Groups">the groups</param>
/// <param name="PerInstance">1 if each picture's planes are groups of their own</param>
/// <param name="Epsilon">added to the variance</param>
/// <param name="Slope">p of the activation</param>
/// <param name="IsPadded">1 if planes are padded behind it, as the rest says</param>
/// <param name="Rows">where rows come from</param>
/// <param name="Columns">where columns come from</param>
/// <param name="Pad">the amounts</param>
/// <param name="PadValue">the constant, if the padding shows one</param>
/// <param name="BranchIsRelu">1 if the activation of the branch is ReLU, else it is leaky</param>
/// <param name="BranchSlope">its p</param>
internal readonly record struct NormTailShape(
    NormLayout Groups, byte PerInstance, float Epsilon, float Slope, byte IsPadded, PaddedLine Rows, PaddedLine Columns, PadGeometry Pad,
    float PadValue,
    byte BranchIsRelu, float BranchSlope)
{
    /// <summary>Elements of a plane, or of the padded one, whichever has more.</summary>
    public int LargestPlane => IsPadded != 0 ? Math.Max(Groups.Inner, Pad.OutH * Pad.OutW) : Groups.Inner;

    public static NormTailShape Of(
        in NormGeometry g, float epsilon, in NormTail tail, (UnaryFunction Activation, float Slope)? branch = null)
    {
        var pad = tail.Pad ?? default;
        return new NormTailShape(
            NormLayout.Of(g), (byte)(g.PerInstance ? 1 : 0), epsilon, tail.Slope, (byte)(tail.Pad is null ? 0 : 1),
            new PaddedLine(tail.PadMode, pad.H, pad.Top, pad.OutH), new PaddedLine(tail.PadMode, pad.W, pad.Left, pad.OutW), pad,
            tail.PadValue,
            (byte)(branch is (UnaryFunction.Relu, _) ? 1 : 0), branch?.Slope ?? 0);
    }
}
