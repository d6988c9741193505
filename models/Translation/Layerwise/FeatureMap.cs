using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>
/// Numbers [C, H, W] of which rows can be read: a picture, what a layer left on the disk, or what follows from another map.
/// Several may need one map; it is given up when the last of them has disposed it.
/// </summary>
/// <param name="channels">C</param>
/// <param name="height">H</param>
/// <param name="width">W</param>
internal abstract class FeatureMap(int channels, int height, int width) : IDisposable
{
    private int _holders = 1;

    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    /// <summary>Numbers that pass through memory for each row that is read, those of the maps below included.</summary>
    public virtual long ValuesPerRow => (long)Channels * Width;

    /// <summary>Rows <paramref name="top"/> … as [1, C, rows, W], made within the current step.</summary>
    public abstract Tensor Read(int top, int rows);

    /// <summary>The same map for one more user, who disposes it, too.</summary>
    public FeatureMap Share()
    {
        _holders++;
        return this;
    }

    public void Dispose()
    {
        if (--_holders == 0)
        {
            GiveUp();
        }
    }

    protected abstract void GiveUp();
}
