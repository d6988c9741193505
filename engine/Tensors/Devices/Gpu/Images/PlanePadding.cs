namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>The padding of planes, as a kernel argument.</summary>
/// <param name="Rows">source rows of padded rows</param>
/// <param name="Columns">source columns of padded columns</param>
/// <param name="G">extents and padding amounts</param>
/// <param name="Value">the value of constant padding</param>
internal readonly record struct PlanePadding(PaddedAxis Rows, PaddedAxis Columns, PadGeometry G, float Value)
{
    /// <summary>False without extents: there is no padding.</summary>
    public bool IsPadding => G.OutW > 0;

    public static PlanePadding Of(PadMode mode, in PadGeometry g, float value = 0) =>
        new(new PaddedAxis(mode, g.H, g.Top, g.OutH), new PaddedAxis(mode, g.W, g.Left, g.OutW), g, value);
}
