namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The geometry and constants of a norm and the operations fused with it, as a kernel argument.</summary>
/// <param name="Groups">layout of the groups</param>
/// <param name="PerInstance">1 for instance norm: each picture's plane is a group</param>
/// <param name="Epsilon">added to the variance</param>
/// <param name="Slope">slope of the (leaky) ReLU</param>
/// <param name="IsPadded">1 if the output is padded; the following parameters describe the padding</param>
/// <param name="Rows">source rows of padded rows</param>
/// <param name="Columns">source columns of padded columns</param>
/// <param name="Pad">extents and padding amounts</param>
/// <param name="PadValue">the value of constant padding</param>
/// <param name="BranchIsRelu">1 if the second activation is a ReLU, 0 if it is a leaky ReLU</param>
/// <param name="BranchSlope">slope of the second activation</param>
internal readonly record struct NormTailShape(
    NormLayout Groups, byte PerInstance, float Epsilon, float Slope, byte IsPadded, PaddedAxis Rows, PaddedAxis Columns, PadGeometry Pad,
    float PadValue,
    byte BranchIsRelu, float BranchSlope)
{
    /// <summary>Elements of a plane or of the padded plane, whichever is larger.</summary>
    public int LargestPlane => IsPadded != 0 ? Math.Max(Groups.Inner, Pad.OutH * Pad.OutW) : Groups.Inner;

    public static NormTailShape Of(
        in NormGeometry g, float epsilon, in NormTail tail, (UnaryFunction Activation, float Slope)? branch = null)
    {
        var pad = tail.Pad ?? default;
        return new NormTailShape(
            NormLayout.Of(g), (byte)(g.PerInstance ? 1 : 0), epsilon, tail.Slope, (byte)(tail.Pad is null ? 0 : 1),
            new PaddedAxis(tail.PadMode, pad.H, pad.Top, pad.OutH), new PaddedAxis(tail.PadMode, pad.W, pad.Left, pad.OutW), pad,
            tail.PadValue,
            (byte)(branch is (UnaryFunction.Relu, _) ? 1 : 0), branch?.Slope ?? 0);
    }
}
