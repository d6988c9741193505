namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>What one variant of one kernel call took.</summary>
/// <param name="Name">the call, <c>conv2d</c></param>
/// <param name="Variant">the rung of the ladder, its tile and its splits; or nothing where there is but one</param>
/// <param name="Shape">for people</param>
/// <param name="IsChosen">whether the table takes this variant for this shape</param>
/// <param name="Cost">what the work is nominally: padding counted, each array moved once</param>
public sealed record KernelMeasurement(string Name, string Variant, string Shape, bool IsChosen, OpCost Cost, LaunchTimes Times)
{
    /// <summary>Floating-point operations for each byte that must be moved.</summary>
    public double Intensity => (double)Cost.Flops / Cost.Bytes;
}
