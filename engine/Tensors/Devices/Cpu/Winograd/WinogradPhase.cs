using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The outputs of one <see cref="OutputPhase"/>, on the grid that all phases share.</summary>
/// <param name="Top">first output row</param>
/// <param name="Left">first output column</param>
/// <param name="ShiftY">grid row of that output row</param>
/// <param name="ShiftX">grid column of that output column</param>
/// <param name="WeightTaps">[residue, r, r]: indices in a plane of the weight, −1 where the filter has no tap</param>
internal sealed record WinogradPhase(int Top, int Left, int ShiftY, int ShiftX, int[] WeightTaps)
{
    /// <summary>A phase of a correlation.</summary>
    /// <param name="taps">r</param>
    public static WinogradPhase Of(OutputPhase phase, Correlation c, int taps)
    {
        var (top, left) = (phase.Taps.Min(t => t.Y), phase.Taps.Min(t => t.X));
        var weightTaps = new int[c.StrideY * c.StrideX * taps * taps];
        Array.Fill(weightTaps, -1);
        foreach (var tap in phase.Taps)
        {
            var (y, x) = (tap.Y - top, tap.X - left);
            var residue = y % c.StrideY * c.StrideX + x % c.StrideX;
            weightTaps[(residue * taps + y / c.StrideY) * taps + x / c.StrideX] = tap.Weight;
        }

        return new WinogradPhase(phase.Top, phase.Left, top - c.FirstTapY, left - c.FirstTapX, weightTaps);
    }
}
