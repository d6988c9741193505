using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// A value in the gradient graph. A leaf collects a gradient; a computed value refers to the node that computed it.
/// </summary>
internal sealed class Variable
{
    private Tensor? _gradient;

    private Variable(Node? producer, Shape shape) => (Producer, Shape) = (producer, shape);

    public Node? Producer { get; }

    /// <summary>The shape of the value, and of its gradient.</summary>
    public Shape Shape { get; }

    public bool IsLeaf => Producer is null;

    public bool RequiresGrad { get; set; } = true;

    /// <summary>A leaf's gradient. Code that is being recorded depends on whether it found one that was made before.</summary>
    public Tensor? Gradient
    {
        get
        {
            if (KernelRecording.Current is { } recording)
            {
                var hasGradient = HasGradient;
                recording.DependsOn((this, nameof(Gradient)), () => HasGradient == hasGradient);
            }

            return _gradient;
        }

        set
        {
            KernelRecording.Current?.Decides((this, nameof(Gradient)));
            _gradient = value;
        }
    }

    /// <summary>False, too, if the step that made the gradient has ended.</summary>
    private bool HasGradient => _gradient is { IsUsable: true };

    /// <summary>Disposes the gradient, whether or not there is one.</summary>
    public void ClearGradient()
    {
        if (KernelRecording.Current is { } recording && recording.Decides((this, nameof(Gradient))))
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

    public static Variable Leaf(Shape shape) => new(null, shape);

    public static Variable ProducedBy(Node node, Shape shape) => new(node, shape);
}
