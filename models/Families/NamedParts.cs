using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>A network of a model under its name in checkpoints: <c>netG</c>.</summary>
public readonly record struct NamedNetwork(string Name, Module Network);

/// <summary>An optimiser of a model under its name in checkpoints: <c>optG</c>.</summary>
internal readonly record struct NamedOptimizer(string Name, Optimizer Optimizer)
{
    /// <summary>Ratio of its learning rate to the run's.</summary>
    public float RateFactor { get; init; }
}

/// <summary>An image pool of a model under its name in checkpoints.</summary>
internal readonly record struct NamedPool(string Name, ImagePool Pool);

/// <summary>Sample pictures of a model and what they are.</summary>
/// <param name="Label">one of the family's views: <c>output</c></param>
/// <param name="Picture">[N, C, H, W]</param>
internal readonly record struct LabelledTensor(string Label, Tensor Picture);
