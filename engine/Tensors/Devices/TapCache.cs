namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The latest taps by what they were made of, for all devices and threads. Bounded, because callers choose the sizes of pictures.
/// </summary>
internal sealed class TapCache<TKey>
    where TKey : notnull
{
    /// <summary>Taps kept: several times as many as the networks of one program use, and at most some megabytes.</summary>
    internal const int Kept = 256;

    private readonly Lock _lock = new();
    private readonly LruCache<TKey, ResampleTaps> _taps = new(Kept);

    public int Count => _taps.Count;

    public ResampleTaps Of(TKey key, Func<TKey, ResampleTaps> make)
    {
        lock (_lock)
        {
            if (!_taps.TryGetValue(key, out var taps))
            {
                _taps.Add(key, taps = make(key));
            }

            return taps;
        }
    }
}
