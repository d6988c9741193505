namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>A weight at the points, or some panels of it: [place][phase][panel][channel][row].</summary>
/// <param name="plan">what it belongs to</param>
/// <param name="start">its first number</param>
/// <param name="panels">of each phase, those that are here</param>
internal readonly unsafe struct PlacedWeight(WinogradPlan plan, float* start, PanelRange panels)
{
    /// <summary>From one place to the next.</summary>
    public nint Pitch { get; } = plan.WeightPitchOf(panels.Count);

    /// <summary>A panel of a phase at the first place.</summary>
    /// <param name="panel">one of the phase's</param>
    public float* At(int phase, int panel) =>
        start + ((((nint)phase * panels.Count) + panel - panels.First) * plan.Channels * plan.Kernel.Rows);
}

/// <summary>Panels of filters that are neighbours, the same of each phase.</summary>
internal readonly record struct PanelRange(int First, int Count)
{
    public int End => First + Count;
}
