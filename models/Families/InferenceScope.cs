using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Runs networks for inference without changing them: no graph is recorded, dropout and noise are off, spectral norms do no power
/// iteration, and running statistics and other buffers are restored at the end. Norms of a network in training mode still use the
/// statistics of the batch, as pix2pix does at test time.
/// </summary>
internal sealed class InferenceScope : IDisposable
{
    private readonly GradMode.Scope _noGrad;
    private readonly List<(ModuleTensor Tensor, float[] Values)> _statistics = [];
    private readonly List<Layer> _switched = [];

    public InferenceScope(IEnumerable<Module> networks, bool keepDropout = false)
    {
        foreach (var network in networks)
        {
            _switched.AddRange(network.Descendants().OfType<Layer>().Where(
                l => l.Training && (l is SpectralNorm or GaussianNoise || (l is Dropout or Dropout2d && !keepDropout))));
            _statistics.AddRange(
                network.NamedTensors().Where(t => t.Tensor.Role != TensorRole.Parameter).Select(t => (t.Tensor, t.Value.ToArray())));
        }

        _switched.ForEach(l => l.Eval());
        _noGrad = GradMode.NoGrad(); // Last: what throws before leaves nobody to turn gradients on again.
    }

    public void Dispose()
    {
        try
        {
            _switched.ForEach(l => l.Train());
            _statistics.ForEach(s => s.Tensor.Value.CopyFrom(s.Values));
        }
        finally
        {
            _noGrad.Dispose();
        }
    }
}
