using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors;

/// <summary>
/// A function of one number of your own, for <see cref="TensorOps.Map{TFunction}"/>: a struct without fields, compiled into the loops of
/// the processor and into the kernels of other devices.
/// </summary>
public interface IElementwise
{
    /// <summary>
    /// f(x), by arithmetic, comparisons and <see cref="MathF"/>: no memory, no exceptions. Any number of threads call it at once.
    /// </summary>
    static abstract float Of(float x);

    /// <summary>
    /// f′(x) of each element, by ops or by <c>x.Map</c> of another function: so it is differentiated again like any op. Called only for
    /// gradients.
    /// </summary>
    /// <param name="x">what f was applied to</param>
    static abstract Tensor Derivative(Tensor x);
}
