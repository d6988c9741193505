using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// A value in the gradient graph. A leaf collects a gradient; a computed value refers to the node that computed it.
/// </summary>
internal sealed class Variable
{
    /// <summary>Null for a computed value.</summary>
    private readonly Setting<bool>? _isTrained;

    private Tensor? _gradient;

    private Variable(Node? producer, Shape shape, Setting<bool>? isTrained) =>
        (Producer, Shape, _isTrained) = (producer, shape, isTrained);

    public Node? Producer { get; }

    /// <summary>The shape of the value, and of its gradient.</summary>
    public Shape Shape { get; }

    public bool IsLeaf => Producer is null;

    public bool RequiresGrad
    {
        get => _isTrained?.Value ?? true;
        set => _isTrained!.Value = value;
    }

    /// <summary>A leaf's gradient. Code that is being recorded depends on whether it found one that was made before.</summary>
    public Tensor? Gradient
    {
        get
        {
            if (_isTrained?.Recording is { } recording)
            {
                var hasGradient = HasGradient;
                recording.DependsOn((this, nameof(Gradient)), () => HasGradient == hasGradient);
            }

            return _gradient;
        }

        set
        {
            _isTrained?.Recording?.Decides((this, nameof(Gradient)));
            _gradient = value;
        }
    }

    /// <summary>False if the step that made the gradient has ended; null without one.</summary>
    private bool? HasGradient => _gradient?.IsUsable;

    /// <summary>Disposes the gradient, whether or not there is one.</summary>
    public void ClearGradient()
    {
        if (_isTrained?.Recording is { } recording && recording.Decides((this, nameof(Gradient))))
        {
            recording.BeforeReplay(Clear); // One that was made since must not outlive a replay either.
        }

        Clear();

        void Clear()
        {
            _gradient?.Dispose();
            _gradient = null;
        }
    }

    /// <param name="shape">of the value</param>
    /// <param name="isTrained">whether the leaf collects a gradient</param>
    public static Variable Leaf(Shape shape, Setting<bool> isTrained) => new(null, shape, isTrained);

    public static Variable ProducedBy(Node node, Shape shape) => new(node, shape, null);
}
