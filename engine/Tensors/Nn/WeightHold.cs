namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Promises that a network's weights stay as they are until this is disposed: its forwards may then keep them in the forms in which they
/// are read, from the second forward on, and take algorithms that only then are the fastest (their results differ by rounding). Loading
/// numbers into a weight or an optimiser's step ends the promise for that weight; nothing else may write to it.
/// </summary>
public sealed class WeightHold : IDisposable
{
    private readonly Module _network;

    public WeightHold(Module network)
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
