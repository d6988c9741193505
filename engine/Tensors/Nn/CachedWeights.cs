namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Declares that a network's weights do not change until this is disposed. Convolutions then cache transformed weights from the second
/// forward on, and may use algorithms that are faster only with cached weights (results differ by rounding). Loading numbers into a weight,
/// or an optimiser's step, ends the caching of that weight; nothing else may write to it.
/// </summary>
internal sealed class CachedWeights : IDisposable
{
    private readonly Module _network;

    public CachedWeights(Module network)
    {
        _network = network;
        foreach (var parameter in network.Parameters)
        {
            parameter.Value.Device.Kernels.Hold(parameter.Value.Span);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _network.Parameters)
        {
            parameter.Value.Device.Kernels.Release(parameter.Value.Span);
        }
    }
}
