namespace IlgpuGan.Models.Data;

/// <summary>Which sample stands at which place of an epoch: a shuffle that the seed and the epoch's number determine.</summary>
internal sealed class SampleOrder(int count, ulong seed, bool serial)
{
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

    /// <summary>Fisher and Yates, from the identity: epochs do not build on each other, so any can be entered directly.</summary>
    private void Shuffle(long epoch)
    {
        var random = new RandomSequence(seed, RandomStream.SampleOrder, (uint)epoch);
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        for (var i = _order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }

        _epoch = epoch;
    }
}
