using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A number that the host sets between steps and kernels look up when they run, such as the weight of a loss that grows: in a
/// <see cref="RecordedStep"/> a plain <see cref="float"/> would stay what it was when the step was recorded. Ops take it where they take a
/// number: <c>loss * number</c>, <c>x + number</c>, <c>a.Lerp(b, number)</c>; <see cref="ToTensor"/> serves all others.
/// </summary>
public sealed class StepNumber : IDisposable
{
    private readonly int _word;
    private readonly bool _isBorrowed;
    private bool _isDisposed;

    /// <param name="device">where the number is read</param>
    /// <param name="value">its first value</param>
    /// <exception cref="DeviceException">the device has no more room for such numbers</exception>
    public StepNumber(Device device, float value = 0)
    {
        (Device, _word) = (device, device.Numbers.Reserve(1));
        device.Numbers.SetSingle(_word, value);
    }

    /// <summary>For a word that somebody else will give back.</summary>
    internal StepNumber(Device device, int word, bool isBorrowed) => (Device, _word, _isBorrowed) = (device, word, isBorrowed);

    public Device Device { get; }

    /// <summary>What kernels that are called, or replayed, from now on read.</summary>
    /// <exception cref="RecordingException">set or read in a step that is being recorded, where it would be once for all</exception>
    public float Value
    {
        get
        {
            RefuseInRecording("read");
            return Device.Numbers.Single(Word);
        }

        set
        {
            RefuseInRecording("set");
            Device.Numbers.SetSingle(Word, value);
        }
    }

    /// <summary>Where kernels look it up in <see cref="Device.Numbers"/>.</summary>
    public int Word => _isDisposed ? throw new ObjectDisposedException(nameof(StepNumber)) : _word;

    /// <summary>The number as a tensor [], which has no gradient.</summary>
    public Tensor ToTensor()
    {
        var tensor = Tensor.Empty(Shape.Scalar, Device);
        Device.Kernels.FillFrom(Word, tensor.Span);
        return tensor;
    }

    public void Dispose()
    {
        if (!_isDisposed && !_isBorrowed)
        {
            Device.Numbers.Release(_word, 1);
            _isDisposed = true;
        }
    }

    private static void RefuseInRecording(string what)
    {
        if (KernelRecording.IsUnderWay)
        {
            throw new RecordingException(
                $"a step number's value is {what} in a step that is being recorded, which a replay would not do again; set it before the " +
                    "step and give ops the number itself");
        }
    }
}
