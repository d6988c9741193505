using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The geometry and constants of a norm and the operations fused with it, as a kernel argument.</summary>
/// <param name="Groups">layout of the groups</param>
/// <param name="PerInstance">1 for instance norm: each picture's plane is a group</param>
/// <param name="Epsilon">added to the variance</param>
/// <param name="Slope">slope of the (leaky) ReLU</param>
/// <param name="Padding">the padding of the output; without extents if there is none</param>
/// <param name="Branch">the second activation</param>
/// <param name="Mask">the dropout mask</param>
internal readonly record struct NormTailShape(
    NormLayout Groups, byte PerInstance, float Epsilon, float Slope, PlanePadding Padding, BranchActivation Branch, DropoutMask Mask)
{
    /// <summary>Elements of a plane or of the padded plane, whichever is larger.</summary>
    public int LargestPlane => Math.Max(Groups.Inner, Padding.G.OutH * Padding.G.OutW);

    /// <param name="numbers">the step numbers of <see cref="DropoutMask"/></param>
    public static NormTailShape Of(in Normalization norm, in NormTail tail, BranchActivation branch, ArrayView<uint> numbers) => new(
        NormLayout.Of(norm.G), (byte)(norm.G.PerInstance ? 1 : 0), norm.Epsilon, tail.Slope,
        PlanePadding.Of(tail.PadMode, tail.Pad ?? default, tail.PadValue), branch, DropoutMask.Of(tail.Dropout, numbers));
}
