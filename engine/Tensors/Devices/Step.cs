namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The lifetime of temporaries: every tensor made between <see cref="Device.Step"/> and <see cref="Dispose"/> gives its
/// memory back at the end, except those on which <see cref="Tensor.Keep"/> was called.
/// Parameters, their optimiser state and anything made outside a step live on.
/// </summary>
public sealed class Step : IDisposable
{
    private readonly Device _device;
    private readonly Step? _outer;
    private readonly List<(Storage Storage, int Generation)> _owned = [];

    internal Step(Device device, long index, Step? outer) => (_device, Index, _outer) = (device, index, outer);

    /// <summary>0 for the first step taken on the device, then 1, 2, …</summary>
    public long Index { get; }

    internal void Own(Storage storage)
    {
        storage.Owner = this;
        _owned.Add((storage, storage.Generation));
    }

    public void Dispose()
    {
        foreach (var (storage, generation) in _owned)
        {
            if (storage.Generation == generation && storage.Owner == this)
            {
                storage.Reclaim();
            }
        }

        _owned.Clear();
        _device.EndStep(this, _outer);
    }
}
