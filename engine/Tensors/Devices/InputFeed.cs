namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Brings the inputs of one step after the other to a device. Where copies run beside kernels there are two places in turn: one is filled
/// while the step that reads the other still runs. The copy waits for the step that read its place last, and kernels called behind
/// <see cref="Add"/> wait for the copy; the host waits for neither.
/// </summary>
/// <remarks>Within a place a shape keeps its memory, so that a step of the same shapes finds its inputs at the same addresses.</remarks>
public sealed class InputFeed(Device device) : IDisposable
{
    private readonly Place[] _places = [.. Enumerable.Range(0, device.InputPlaces).Select(_ => new Place(device))];
    private int _current;

    /// <summary>
    /// Goes on to the next inputs. What <see cref="Add"/> returned before belongs to the kernels called so far: none called from here on
    /// may read it.
    /// </summary>
    public void Next()
    {
        _places[_current].WasRead.Mark();
        _current = (_current + 1) % _places.Length;
        _places[_current].Used = 0;
    }

    /// <summary>Copies numbers to the device.</summary>
    /// <param name="values">row-major; <see cref="HostBuffer.Wait"/> tells when they may be overwritten</param>
    /// <param name="shape">of the tensor</param>
    /// <returns>a handle that is valid until <see cref="Next"/></returns>
    public Tensor Add(HostBuffer values, Shape shape)
    {
        device.RefuseUpload(shape.Count);
        var place = _places[_current];
        var tensor = place.Take(shape, device);
        device.BeginUpload(values, tensor.Span, place.WasRead);
        return tensor.Detach();
    }

    public void Dispose()
    {
        foreach (var place in _places)
        {
            place.Dispose();
        }
    }

    private sealed class Place(Device device) : IDisposable
    {
        private readonly List<Tensor> _tensors = [];

        public DevicePoint WasRead { get; } = device.CreatePoint();

        /// <summary>How many of the tensors hold inputs of this turn.</summary>
        public int Used { get; set; }

        public Tensor Take(Shape shape, Device device)
        {
            var index = Used++;
            if (index < _tensors.Count && _tensors[index].Shape == shape)
            {
                return _tensors[index];
            }

            // Memory from the pool may still be read by kernels that were called for its last owner.
            WasRead.Mark();
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
