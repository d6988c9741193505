using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Tensors.Ops;

/// <summary>A shortcut that ops take where nothing is recorded: it computes what recorded ops compute, and nobody differentiates it.</summary>
internal abstract class ForwardOnlyOp : Op
{
    public sealed override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        throw new AutodiffException($"{Name}: a shortcut for forwards that nobody differentiates was recorded");
}
