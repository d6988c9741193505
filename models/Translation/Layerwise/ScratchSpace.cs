using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>Where layers are kept, and the host memory through which they pass: the next call for it takes it again.</summary>
/// <param name="folder">of the temporary files</param>
/// <param name="device">of the tensors</param>
internal sealed class ScratchSpace(string folder, Device device)
{
    private float[] _strip = [];
    private float[] _row = [];

    public string Folder { get; } = folder;

    public Device Device { get; } = device;

    public Memory<float> Strip(int count) => Grown(ref _strip, count).AsMemory(0, count);

    public Span<float> Row(int count) => Grown(ref _row, count).AsSpan(0, count);

    private static float[] Grown(ref float[] array, int count) => array.Length < count ? array = new float[count] : array;
}
