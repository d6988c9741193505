namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>A transformed weight, or some panels of it: [place][phase][panel][channel][row].</summary>
/// <param name="plan">its plan</param>
/// <param name="start">its first element</param>
/// <param name="panels">the panels of each phase that it contains</param>
internal readonly unsafe struct TransformedWeight(WinogradPlan plan, float* start, PanelRange panels)
{
    public PanelRange Panels { get; } = panels;

    /// <summary>Distance between places.</summary>
    public nint Pitch { get; } = plan.WeightPitchOf(panels.Count);

    /// <summary>A panel of a phase at the first place.</summary>
    /// <param name="panel">index of the panel in the phase</param>
    public float* At(int phase, int panel) =>
        start + ((((nint)phase * Panels.Count) + panel - Panels.First) * plan.Channels * plan.Kernel.Rows);
}

/// <summary>Consecutive panels of filters, the same in each phase.</summary>
internal readonly record struct PanelRange(int First, int Count)
{
    public int End => First + Count;
}
