namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// What a call reads in an array: a value, which one call makes whole and none changes, or state, such as a weight, in one of its versions.
/// </summary>
/// <param name="Maker">place of the call that made it; −1 if it is older than the list</param>
/// <param name="Readers">places of the calls that read any of the span asked for, in order</param>
/// <param name="Version">how many calls of the list have changed the array before; of a value 1</param>
/// <param name="IsKept">whether somebody may read it after the list</param>
/// <param name="Part">where it lies in a value that it is a part of, if the plan puts it there (<see cref="PartPlaces"/>)</param>
internal sealed record Value(int Maker, IReadOnlyList<int> Readers, int Version, bool IsKept, DeviceSpan? Part)
{
    /// <summary>Whether a call is the only one that ever reads it.</summary>
    public bool IsReadBy(int place) => !IsKept && Readers is [var only] && only == place;
}
