namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// A value in the gradient graph. A leaf collects a gradient; a computed value refers to the node that computed it.
/// </summary>
internal sealed class Variable
{
    private Variable(Node? producer, bool requiresGrad) => (Producer, RequiresGrad) = (producer, requiresGrad);

    public Node? Producer { get; }

    public bool IsLeaf => Producer is null;

    public bool RequiresGrad { get; set; }

    public Tensor? Gradient { get; set; }

    public static Variable Leaf() => new(null, requiresGrad: true);

    public static Variable ProducedBy(Node node) => new(node, requiresGrad: true);
}
