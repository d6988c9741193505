namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// A value in the gradient graph. A leaf collects a gradient; a computed value refers to the node that computed it.
/// </summary>
internal sealed class Variable
{
    private Variable(Node? producer, Shape shape) => (Producer, Shape) = (producer, shape);

    public Node? Producer { get; }

    /// <summary>The shape of the value, and of its gradient.</summary>
    public Shape Shape { get; }

    public bool IsLeaf => Producer is null;

    public bool RequiresGrad { get; set; } = true;

    public Tensor? Gradient { get; set; }

    public static Variable Leaf(Shape shape) => new(null, shape);

    public static Variable ProducedBy(Node node, Shape shape) => new(node, shape);
}
