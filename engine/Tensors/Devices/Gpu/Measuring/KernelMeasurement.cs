namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>The measured time of one variant of a kernel call.</summary>
/// <param name="Name">the call, <c>conv2d</c></param>
/// <param name="Variant">rung, tile and splits; empty where there is only one variant</param>
/// <param name="Shape">display text of the shape</param>
/// <param name="IsChosen">whether this variant is used for this shape by default</param>
/// <param name="Cost">nominal cost: padding counted, each array moved once</param>
/// <param name="Times">seconds of one call</param>
internal sealed record KernelMeasurement(string Name, string Variant, string Shape, bool IsChosen, OpCost Cost, LaunchTimes Times)
{
    /// <summary>Arithmetic intensity: floating-point operations for each byte moved.</summary>
    public double Intensity => (double)Cost.Flops / Cost.Bytes;
}
