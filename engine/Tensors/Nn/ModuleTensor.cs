using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Nn;

/// <summary>The role of a module's tensor.</summary>
public enum TensorRole
{
    /// <summary>Trained by an optimiser.</summary>
    Parameter,

    /// <summary>Updated by the module itself, such as running statistics.</summary>
    Buffer,

    /// <summary>A scalar buffer that counts; files store it as a 64-bit integer.</summary>
    Counter,
}

/// <summary>How <see cref="Initialization"/> treats a tensor.</summary>
public enum InitialValue
{
    /// <summary>0; under <see cref="Initialization.Default"/> a <c>bias</c> is drawn like the weight registered before it.</summary>
    Zero,

    One,

    /// <summary>Drawn by the chosen scheme from fan-in and fan-out: weights of convolutions and linear layers.</summary>
    Drawn,

    /// <summary>Drawn around 1: scales of batch norm.</summary>
    DrawnAroundOne,

    /// <summary>A constant of the module, such as PReLU's initial slope.</summary>
    Constant,

    /// <summary>A random unit vector, under every scheme.</summary>
    Direction,

    /// <summary>N(0, 1), under every scheme.</summary>
    StandardNormal,

    /// <summary>
    /// The lengths of the slices of the weight that the module registered before, along this tensor's only dimension of extent above 1.
    /// </summary>
    LengthOfWeight,
}

/// <summary>
/// A tensor that belongs to a module and outlives steps. It has no memory until <see cref="Modules.To{T}"/> moves it to a device.
/// </summary>
/// <param name="shape">shape of the tensor</param>
/// <param name="role">role of the tensor</param>
/// <param name="initial">initial value</param>
/// <param name="constant">the number of <see cref="InitialValue.Constant"/></param>
public sealed class ModuleTensor(Shape shape, TensorRole role, InitialValue initial, float constant = 0)
{
    /// <summary>The tensor's too, if it is a parameter.</summary>
    private readonly Setting<bool> _isTrained = new(role == TensorRole.Parameter);

    private Tensor? _value;
    private Action<Tensor>? _fill;
    private bool _isDisposed;

    public Shape Shape { get; } = shape;

    /// <summary>The module that registered the tensor.</summary>
    internal Module? Owner { get; set; }

    public TensorRole Role { get; } = role;

    public InitialValue Initial { get; } = initial;

    /// <summary>The value of all elements that are not drawn.</summary>
    internal float FirstValue { get; } = initial switch
    {
        InitialValue.One or InitialValue.DrawnAroundOne => 1,
        InitialValue.Constant => constant,
        InitialValue.Direction => 1 / MathF.Sqrt(shape.Count),
        _ => 0,
    };

    /// <summary>Whether nothing was drawn or loaded for it, and it is on no device.</summary>
    internal bool IsUnset => _value is null && _fill is null;

    /// <summary>The tensor's device; null before <see cref="Modules.To{T}"/>.</summary>
    public Device? Device => _value?.Device;

    /// <summary>The tensor itself; the same object for as long as the module stays on its device.</summary>
    /// <exception cref="InvalidOperationException">the module is not on a device yet</exception>
    /// <exception cref="ObjectDisposedException">the module was disposed</exception>
    public Tensor Value => _value ?? throw (_isDisposed ? Disposed() : new InvalidOperationException(
        $"a module's tensor {Shape} is not on a device yet; call To(device) on the module first"));

    /// <summary>Whether a parameter requires a gradient; set it to false to freeze it. Always false for buffers.</summary>
    public bool RequiresGrad
    {
        get => _isTrained.Value;
        set => _isTrained.Value = value && Role == TensorRole.Parameter;
    }

    /// <summary>Writes initial values: now if the tensor is on a device, else when it moves to one.</summary>
    /// <exception cref="ObjectDisposedException">the module was disposed</exception>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public void Initialize(Action<Tensor> fill)
    {
        RefuseDisposed();
        KernelRecording.Current?.Refuse("initialises or loads weights", "do it before the step");
        if (_value is null)
        {
            _fill = fill;
        }
        else
        {
            _value.Overwrite("Initialize");
            fill(_value);
        }
    }

    internal void MoveTo(Device device)
    {
        RefuseDisposed();
        if (_value?.Device == device)
        {
            return;
        }

        KernelRecording.Current?.Refuse("moves a module to a device", "make the module, and move it, before the step");
        var value = Tensor.Empty(Shape, device).Keep();
        if (_value is { } old)
        {
            value.CopyFrom(old.ToArray());
            old.ClearGradient();
            old.Dispose();
        }
        else if (_fill is { } fill)
        {
            fill(value);
        }
        else
        {
            device.Kernels.Run(new FillCall(value.Span, FirstValue));
        }

        (_value, _fill) = (value, null);
        if (Role == TensorRole.Parameter)
        {
            value.Attach(Variable.Leaf(Shape, _isTrained));
        }
    }

    /// <summary>Gives the memory back, for good.</summary>
    internal void Dispose()
    {
        _value?.ClearGradient();
        _value?.Dispose();
        (_value, _fill, _isDisposed) = (null, null, true);
    }

    private void RefuseDisposed()
    {
        if (_isDisposed)
        {
            throw Disposed();
        }
    }

    private ObjectDisposedException Disposed() =>
        new(Owner?.GetType().Name, $"the module of a tensor {Shape} was disposed, and its numbers with it; load or make it anew");
}

/// <summary>A tensor under the name that it has in checkpoints.</summary>
public readonly record struct NamedValue(string Name, Tensor Value);

/// <summary>A module's tensor under its state-dict key, such as <c>model.1.weight</c>.</summary>
public readonly record struct NamedTensor(string Name, ModuleTensor Tensor)
{
    public Tensor Value => Tensor.Value;
}
