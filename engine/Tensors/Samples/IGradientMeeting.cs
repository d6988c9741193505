using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Where the gradients of a sample meet those of the others, of which an optimiser's step takes the mean.</summary>
public interface IGradientMeeting
{
    /// <summary>
    /// Told in a backward, before <see cref="Meet"/>, of a parameter whose gradient is final: it may be on its way while the others are
    /// worked out.
    /// </summary>
    /// <param name="optimizer">whose parameter</param>
    /// <param name="parameter">its place among the optimiser's</param>
    void Complete(Optimizer optimizer, int parameter)
    {
    }

    /// <summary>Leaves the gradients of an optimiser's parameters, and returns when the step has been taken for all samples.</summary>
    /// <param name="optimizer">whose parameters</param>
    /// <param name="update">takes the step along the gradients that the parameters have then; called once for all samples</param>
    void Meet(Optimizer optimizer, Action update);
}
