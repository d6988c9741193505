namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Copies the inputs of successive steps to a device. Where copies can overlap kernels it is double-buffered: one slot is filled while
/// the step that reads the other still runs. A copy waits for the last step that read its slot, and kernels called after
/// <see cref="Add"/> wait for the copy; the host waits for neither. Other threads that share the device take turns with it in the
/// <see cref="WorkQueue"/>.
/// </summary>
/// <remarks>A slot keeps its memory while shapes stay the same: steps of equal shapes find their inputs at the same addresses.</remarks>
internal sealed class InputFeed(Device device) : IDisposable
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, device.InputSlots).Select(_ => new Slot(device))];
    private int _current;

    /// <summary>
    /// Begins the inputs of the next step. Kernels called from here on must not read the tensors that <see cref="Add"/> returned before.
    /// </summary>
    public void Next() => device.WorkQueue.Run(() =>
    {
        _slots[_current].WasRead.Record();
        _current = (_current + 1) % _slots.Length;
        _slots[_current].Used = 0;
        return _current;
    });

    /// <summary>Copies numbers to the device.</summary>
    /// <param name="values">row-major; <see cref="HostBuffer.Wait"/> returns when they may be overwritten</param>
    /// <param name="shape">shape of the tensor</param>
    /// <returns>a tensor that is valid until <see cref="Next"/></returns>
    public Tensor Add(HostBuffer values, Shape shape) => device.WorkQueue.Run(() =>
    {
        device.RefuseUpload(shape.Count);
        var slot = _slots[_current];
        var tensor = slot.Take(shape, device);
        tensor.Overwrite("an upload");
        device.BeginUpload(values, tensor.Span, slot.WasRead);
        return tensor.Detach();
    });

    public void Dispose() => device.WorkQueue.RunLast(() =>
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    });

    private sealed class Slot(Device device) : IDisposable
    {
        private readonly List<Tensor> _tensors = [];

        public DeviceEvent WasRead { get; } = device.CreateEvent();

        /// <summary>Number of tensors that hold inputs of the present step.</summary>
        public int Used { get; set; }

        public Tensor Take(Shape shape, Device device)
        {
            var index = Used++;
            if (index < _tensors.Count && _tensors[index].Shape == shape)
            {
                return _tensors[index];
            }

            // Kernels called for the memory's previous owner may still read it.
            WasRead.Record();
            var tensor = Tensor.Empty(shape, device).Keep();
            if (index == _tensors.Count)
            {
                _tensors.Add(tensor);
                return tensor;
            }

            _tensors[index].Dispose();
            return _tensors[index] = tensor;
        }

        public void Dispose()
        {
            _tensors.ForEach(tensor => tensor.Dispose());
            WasRead.Dispose();
        }
    }
}
