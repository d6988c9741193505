namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>A time in <see cref="CallLanes"/>, as numbers of calls of each lane.</summary>
/// <param name="begin">the calls that are finished when it begins</param>
/// <param name="end">the calls that are finished when it ends</param>
internal sealed class LaneTime(int[] begin, int[] end)
{
    private readonly int[] _begin = begin, _end = end;

    /// <summary>Whether this time has ended, in whatever order the lanes allow, before another begins.</summary>
    public bool IsBefore(LaneTime other)
    {
        for (var lane = 0; lane < _end.Length; lane++)
        {
            if (_end[lane] > other._begin[lane])
            {
                return false;
            }
        }

        return true;
    }
}
