using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Networks while somebody only looks at their pictures: nothing is recorded, nothing is dropped, spectral norms stand still, and running
/// statistics and other buffers are put back at the end. A network in training mode normalises by the batch's own statistics meanwhile, as
/// pix2pix shows its pictures.
/// </summary>
internal sealed class StillNetworks : IDisposable
{
    private readonly GradMode.Scope _noGrad = GradMode.NoGrad();
    private readonly List<(ModuleTensor Tensor, float[] Values)> _statistics = [];
    private readonly List<Layer> _stilled = [];

    public StillNetworks(IEnumerable<Module> networks, bool keepDropout = false)
    {
        foreach (var network in networks)
        {
            _stilled.AddRange(
                network.Descendants().OfType<Layer>().Where(l => l.Training && (l is SpectralNorm || (l is Dropout && !keepDropout))));
            _statistics.AddRange(
                network.NamedTensors().Where(t => t.Tensor.Role != TensorRole.Parameter).Select(t => (t.Tensor, t.Value.ToArray())));
        }

        _stilled.ForEach(l => l.Eval());
    }

    public void Dispose()
    {
        _stilled.ForEach(l => l.Train());
        _statistics.ForEach(s => s.Tensor.Value.CopyFrom(s.Values));
        _noGrad.Dispose();
    }
}
