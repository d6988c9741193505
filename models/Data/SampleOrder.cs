namespace IlgpuGan.Models.Data;

/// <summary>The order of the samples in each epoch: a shuffle determined by the seed and the epoch's number.</summary>
internal sealed class SampleOrder(int count, ulong seed, bool serial)
{
    /// <summary>Op number of the shuffle; differs from the positions of samples, which number the draws of crops and flips.</summary>
    private const uint OrderOp = uint.MaxValue;

    private readonly int[] _order = [.. Enumerable.Range(0, count)];
    private long _epoch = -1;

    /// <param name="epoch">0, 1, …</param>
    /// <param name="place">position within the epoch</param>
    public int At(long epoch, int place)
    {
        if (serial)
        {
            return place;
        }

        lock (_order)
        {
            if (_epoch != epoch)
            {
                Shuffle(epoch);
            }

            return _order[place];
        }
    }

    /// <summary>Starts from the identity: epochs are independent of each other, so any can be entered directly.</summary>
    private void Shuffle(long epoch)
    {
        var random = new RandomSequence(new RandomKey(seed, RandomStream.Data, (uint)epoch, OrderOp));
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        random.Shuffle(_order.AsSpan());
        _epoch = epoch;
    }
}
