using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Nn;

/// <summary>What a module's tensor is for.</summary>
public enum TensorRole
{
    /// <summary>Trained by an optimiser.</summary>
    Parameter,

    /// <summary>Kept by the module itself, such as running statistics.</summary>
    Buffer,

    /// <summary>A buffer that counts: a scalar whose files hold a 64-bit integer.</summary>
    Counter,
}

/// <summary>How <see cref="Initialization"/> treats a tensor.</summary>
public enum InitialValue
{
    Zero,
    One,

    /// <summary>Drawn by the chosen scheme from fan-in and fan-out: weights of convolutions and linear layers.</summary>
    Drawn,

    /// <summary>Drawn around 1: scales of batch norm.</summary>
    DrawnAroundOne,

    /// <summary>A number of the module's own, such as a first slope.</summary>
    Constant,

    /// <summary>A vector of length 1 in a random direction, whatever the scheme.</summary>
    Direction,

    /// <summary>N(0, 1), whatever the scheme.</summary>
    StandardNormal,

    /// <summary>
    /// The lengths of the slices of the weight that the module registered before, along the dimension in which this has extent.
    /// </summary>
    LengthOfWeight,
}

/// <summary>
/// A tensor that belongs to a module and outlives steps. It has no memory until <see cref="Modules.To{T}"/> gives it a device.
/// </summary>
/// <param name="shape">its shape</param>
/// <param name="role">what it is for</param>
/// <param name="initial">its first value</param>
/// <param name="constant">the number that <see cref="InitialValue.Constant"/> means</param>
public sealed class ModuleTensor(Shape shape, TensorRole role, InitialValue initial, float constant = 0)
{
    private Tensor? _value;
    private Action<Tensor>? _fill;
    private bool _frozen;

    public Shape Shape { get; } = shape;

    /// <summary>The module that registered it.</summary>
    internal Module? Owner { get; set; }

    public TensorRole Role { get; } = role;

    public InitialValue Initial { get; } = initial;

    /// <summary>What it holds before anything is drawn or loaded.</summary>
    internal float FirstValue { get; } = initial switch
    {
        InitialValue.One or InitialValue.DrawnAroundOne => 1,
        InitialValue.Constant => constant,
        InitialValue.Direction => 1 / MathF.Sqrt(shape.Count),
        _ => 0,
    };

    /// <summary>Where the tensor is; null before <see cref="Modules.To{T}"/>.</summary>
    public Device? Device => _value?.Device;

    /// <summary>The numbers; the same object for as long as the module stays on its device.</summary>
    public Tensor Value =>
        _value
            ?? throw new InvalidOperationException(
                $"a module's tensor {Shape} is not on a device yet; call To(device) on the module first");

    /// <summary>Whether gradients of a parameter are asked for; set to false to freeze it. Always false for buffers.</summary>
    public bool RequiresGrad
    {
        get => Role == TensorRole.Parameter && !_frozen;
        set
        {
            _frozen = !value;
            if (_value is not null)
            {
                _value.RequiresGrad = RequiresGrad;
            }
        }
    }

    /// <summary>Writes first values: now if the tensor is on a device, else as soon as it gets there.</summary>
    public void Initialize(Action<Tensor> fill)
    {
        if (_value is null)
        {
            _fill = fill;
        }
        else
        {
            fill(_value);
        }
    }

    internal void MoveTo(Device device)
    {
        if (_value?.Device == device)
        {
            return;
        }

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
            device.Kernels.Fill(value.Span, FirstValue);
        }

        (_value, _fill) = (value, null);
        value.RequiresGrad = RequiresGrad;
    }
}

/// <summary>A module's tensor under its state-dict key, such as <c>model.1.weight</c>.</summary>
public readonly record struct NamedTensor(string Name, ModuleTensor Tensor)
{
    public Tensor Value => Tensor.Value;
}
