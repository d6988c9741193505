using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// How the planes of an array [Images, Channels, Height, Width] fall into tiles that begin four pixels apart. At the points a channel has a
/// number for each tile of all images, side by side, so that tiles are the columns of a product, or its depth.
/// </summary>
internal struct WinogradTiles
{
    /// <summary>Pixels from a tile to the next one, in both directions.</summary>
    public const int Step = 4;

    public int Channels, Height, Width;

    /// <summary>Row and column of the first pixel of the first tile; negative in the padding.</summary>
    public int OriginY, OriginX;

    /// <summary>Tiles of all images.</summary>
    public int Count;

    /// <summary>
    /// Numbers of a channel at a point: <see cref="Count"/> and up to three zeros, so that rows begin at multiples of 16 bytes.
    /// </summary>
    public Divisor Stride;

    /// <summary>A tile's (image, row, column).</summary>
    public Radix Places;

    /// <summary>On the host: tiles of 4 x 4 outputs, and of what lies under them.</summary>
    /// <param name="channels">of the array</param>
    /// <param name="plane">its height and width</param>
    /// <param name="outputs">height and width of what has an output in each tile's four rows and columns</param>
    /// <param name="origin">of the first tile in the array</param>
    public WinogradTiles(int images, int channels, (int H, int W) plane, (int H, int W) outputs, (int Y, int X) origin)
    {
        Channels = channels;
        (Height, Width) = plane;
        (OriginY, OriginX) = origin;
        Places = new Radix(DivideUp(outputs.H), DivideUp(outputs.W));
        Count = images * Places.Middle.Value * Places.Low.Value;
        Stride = new Divisor(DivideUp(Count) * Step);
    }

    /// <summary>Numbers of a point.</summary>
    public readonly int Plane => Channels * Stride.Value;

    private static int DivideUp(int count) => (count + Step - 1) / Step;
}
