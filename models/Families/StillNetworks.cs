using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Networks while somebody only looks at their pictures: nothing is recorded, nothing is dropped, and running statistics are put back at
/// the end. A network in training mode normalises by the batch's own statistics meanwhile, as pix2pix shows its pictures.
/// </summary>
internal sealed class StillNetworks : IDisposable
{
    private readonly GradMode.Scope _noGrad = GradMode.NoGrad();
    private readonly List<(ModuleTensor Tensor, float[] Values)> _statistics = [];
    private readonly List<Dropout> _dropouts = [];

    public StillNetworks(IEnumerable<Module> networks, bool keepDropout = false)
    {
        foreach (var network in networks)
        {
            _dropouts.AddRange(network.Descendants().OfType<Dropout>().Where(d => d.Training && !keepDropout));
            _statistics.AddRange(network.NamedTensors().Where(t => t.Tensor.Role != TensorRole.Parameter).Select(t => (t.Tensor, t.Value.ToArray())));
        }

        _dropouts.ForEach(d => d.Eval());
    }

    public void Dispose()
    {
        _dropouts.ForEach(d => d.Train());
        _statistics.ForEach(s => s.Tensor.Value.CopyFrom(s.Values));
        _noGrad.Dispose();
    }
}
