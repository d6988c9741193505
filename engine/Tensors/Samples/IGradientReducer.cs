using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Reduces the gradients of several samples or ranks before an optimiser takes its step.</summary>
internal interface IGradientReducer
{
    /// <summary>
    /// Called during the backward pass, before <see cref="Reduce"/>, when a parameter's gradient is final: its exchange can overlap with
    /// the rest of the pass.
    /// </summary>
    /// <param name="optimizer">the optimiser that owns the parameter</param>
    /// <param name="parameter">index in <see cref="Optimizer.Parameters"/></param>
    void GradientReady(Optimizer optimizer, int parameter)
    {
    }

    /// <summary>Contributes this sample's gradients; returns when the step has been taken for all samples.</summary>
    /// <param name="optimizer">the optimiser whose gradients are reduced</param>
    /// <param name="update">takes the step by the reduced gradients, which the parameters then hold; called once for all samples</param>
    void Reduce(Optimizer optimizer, Action update);
}
