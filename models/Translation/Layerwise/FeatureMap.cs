namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>
/// A feature map [C, H, W] that is read by rows: a picture, a layer's output on disk, or a function of another map. Reference-counted:
/// freed when the last user disposes it.
/// </summary>
/// <param name="channels">C</param>
/// <param name="height">H</param>
/// <param name="width">W</param>
internal abstract class FeatureMap(int channels, int height, int width) : IDisposable
{
    private int _references = 1;

    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    /// <summary>Floats in memory per row read, including those of the maps it depends on.</summary>
    public virtual long ValuesPerRow => (long)Channels * Width;

    /// <summary>Reads rows from <paramref name="top"/> on as [1, C, rows, W], allocated in the current step.</summary>
    public abstract Tensor Read(int top, int rows);

    /// <summary>Adds a reference, which is also disposed.</summary>
    public FeatureMap Share()
    {
        _references++;
        return this;
    }

    public void Dispose()
    {
        if (--_references == 0)
        {
            Release();
        }
    }

    protected abstract void Release();
}
