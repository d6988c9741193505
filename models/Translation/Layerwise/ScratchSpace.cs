namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>The folder of the temporary files, and host buffers that are reused by the next call.</summary>
/// <param name="folder">folder of the temporary files</param>
/// <param name="device">device of the tensors</param>
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
