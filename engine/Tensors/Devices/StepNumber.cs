using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A number that the host sets between steps and kernels read when they run, such as a growing loss weight. In a <see cref="RecordedStep"/>
/// a plain <see cref="float"/> would keep its value from the recording. Ops accept it in place of a number: <c>loss * number</c>, <c>x +
/// number</c>, <c>a.Lerp(b, number)</c>; for all others use <see cref="ToTensor"/>. For one thread at a time.
/// </summary>
public sealed class StepNumber : IDisposable
{
    private readonly int _word;
    private readonly bool _isBorrowed;
    private bool _isDisposed;

    /// <param name="device">device whose kernels read the number</param>
    /// <param name="value">initial value</param>
    /// <exception cref="DeviceException">the device's <see cref="StepNumbers"/> are full</exception>
    public StepNumber(Device device, float value = 0)
    {
        (Device, _word) = (device, device.Numbers.Reserve(1));
        device.Numbers.SetSingle(_word, value);
    }

    /// <summary>For a word that its owner releases.</summary>
    internal StepNumber(Device device, int word, bool isBorrowed) => (Device, _word, _isBorrowed) = (device, word, isBorrowed);

    public Device Device { get; }

    /// <summary>The value read by kernels that are called, or replayed, from now on.</summary>
    /// <exception cref="RecordingException">set or read in a step that is being recorded: a replay would not repeat it</exception>
    public float Value
    {
        get
        {
            Refuse("reads");
            return Device.Numbers.Single(Word);
        }

        set
        {
            Refuse("sets");
            Device.Numbers.SetSingle(Word, value);
        }
    }

    /// <summary>Its index in <see cref="Device.Numbers"/>.</summary>
    public int Word
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_isBorrowed)
            {
                Device.Recording?.DependsOn(this, () => !_isDisposed);
            }

            return _word;
        }
    }

    /// <summary>The number as a scalar tensor, shape [], without gradient.</summary>
    public Tensor ToTensor()
    {
        var tensor = Tensor.Empty(Shape.Scalar, Device);
        Device.Kernels.Run(new FillFromCall(Word, tensor.Span));
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

    private static void Refuse(string reads) =>
        KernelRecording.Current?.Refuse($"{reads} a step number's value", "set it before the step and give ops the number itself");
}
