namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>What a transformed weight depends on besides the numbers of the weight.</summary>
/// <param name="WeightTaps">the <see cref="WinogradPhase.WeightTaps"/> of all phases, as text, which compares by value</param>
internal sealed record WinogradWeightForm(int Points, int Taps, int FilterStride, int ChannelStride, string WeightTaps);
