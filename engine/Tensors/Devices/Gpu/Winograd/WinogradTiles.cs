using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// The tiles of an array [Images, Channels, Height, Width], which begin four pixels apart. In the Winograd domain a channel's values of all
/// tiles of all images are contiguous, so that tiles are the columns of a product, or its depth.
/// </summary>
internal struct WinogradTiles
{
    /// <summary>Distance between tiles in both directions, in pixels.</summary>
    public const int Step = 4;

    /// <summary>Values of 16 bytes.</summary>
    private const int Aligned = 4;

    public int Channels, Height, Width;

    /// <summary>Row and column of the first pixel of the first tile; negative in the padding.</summary>
    public int OriginY, OriginX;

    /// <summary>Number of tiles of all images.</summary>
    public int Count;

    /// <summary>
    /// Values of a channel at a point: <see cref="Count"/>, padded by up to three zeros so that rows start at multiples of 16 bytes.
    /// </summary>
    public Divisor Stride;

    /// <summary>The radix of a tile's (image, row, column).</summary>
    public Radix Places;

    /// <summary>Created on the host, for 4 x 4 outputs of a tile, or for the inputs of such outputs.</summary>
    /// <param name="channels">channels of the array</param>
    /// <param name="plane">height and width of the array</param>
    /// <param name="outputs">height and width of the output, which determine the number of tiles</param>
    /// <param name="origin">row and column of the first tile in the array</param>
    public WinogradTiles(int images, int channels, (int H, int W) plane, (int H, int W) outputs, (int Y, int X) origin)
    {
        Channels = channels;
        (Height, Width) = plane;
        (OriginY, OriginX) = origin;
        Places = new Radix(DivideUp(outputs.H, Step), DivideUp(outputs.W, Step));
        Count = images * Places.Middle.Value * Places.Low.Value;
        Stride = new Divisor(DivideUp(Count, Aligned) * Aligned);
    }

    /// <summary>Values of a point.</summary>
    public readonly int Plane => Channels * Stride.Value;

    private static int DivideUp(int count, int unit) => (count + unit - 1) / unit;
}
