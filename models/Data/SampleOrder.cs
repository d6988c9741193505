namespace IlgpuGan.Models.Data;

/// <summary>Which sample stands at which place of an epoch: a shuffle that the seed and the epoch's number determine.</summary>
internal sealed class SampleOrder(int count, ulong seed, bool serial)
{
    /// <summary>Set apart from the places of samples, which number the draws of crops and flips.</summary>
    private const uint OrderOp = uint.MaxValue;

    private readonly int[] _order = [.. Enumerable.Range(0, count)];
    private long _epoch = -1;

    /// <param name="epoch">0, 1, …</param>
    /// <param name="place">place within the epoch</param>
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

    /// <summary>Begins at the identity: epochs do not build on each other, so any can be entered directly.</summary>
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
