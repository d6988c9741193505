using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// The one place that says which neighbouring layers become one pass over memory: a border and its convolution always, the others where
/// nothing is recorded. On by default; results have the same bits either way. (What a recorded training step fuses is chosen in
/// <c>Devices/Recording/CallPasses.cs</c>.)
/// </summary>
public static class LayerFusion
{
    [ThreadStatic]
    private static bool s_isOff;

    /// <summary>Whether forwards on this thread may join layers: nothing is recorded, and nobody turned it off.</summary>
    public static bool IsEnabled => !s_isOff && !GradMode.IsEnabled;

    /// <summary>
    /// Every layer apart until the result is disposed: to hold the joined ones against, and to look at what is between them.
    /// </summary>
    public static Scope Off() => new(isOff: true);

    /// <summary>
    /// A border of equal width all around that the convolution behind it reads where it shows: it is never written, nor kept for a
    /// gradient.
    /// </summary>
    internal static bool JoinsBorder(Layer layer, Layer? next) =>
        !s_isOff && layer is Padding2d { Mode: not PadMode.Constant, IsEven: true } && next is Conv2d { Padding.IsZero: true };

    /// <summary>
    /// What a norm computes with its own result: an activation behind it, or at the end of a residual block the sum with the way around.
    /// </summary>
    /// <param name="layer">a norm, or there is nothing to join</param>
    /// <param name="next">the layer behind it; null at the end</param>
    /// <param name="around">what is added at the end; null if nothing is</param>
    internal static NormEpilogue? BehindNorm(Layer layer, Layer? next, Tensor? around) => (IsEnabled, layer, next) switch
    {
        (true, Norm2d, ReLU) => new NormEpilogue(UnaryFunction.Relu),
        (true, Norm2d, LeakyReLU leaky) => new NormEpilogue(UnaryFunction.LeakyRelu, leaky.Slope),
        (true, Norm2d, null) when around is not null => new NormEpilogue(Addend: around),
        _ => null,
    };

    /// <summary>Restores the earlier choice when disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly bool _previous;

        internal Scope(bool isOff) => (_previous, s_isOff) = (s_isOff, isOff);

        public void Dispose() => s_isOff = _previous;
    }
}
