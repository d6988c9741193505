using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Networks at the mode in which pix2pix shows its pictures: norms by the batch's own statistics, nothing recorded, nothing dropped.
/// The running statistics are put back at the end, so that looking changes nothing.
/// </summary>
internal sealed class StillNetworks : IDisposable
{
    private readonly GradMode.Scope _noGrad = GradMode.NoGrad();
    private readonly List<(ModuleTensor Tensor, float[] Values)> _statistics = [];
    private readonly List<Dropout> _dropouts = [];

    public StillNetworks(IEnumerable<Module> networks)
    {
        foreach (var network in networks)
        {
            _dropouts.AddRange(Descendants(network).OfType<Dropout>().Where(d => d.Training));
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

    private static IEnumerable<Module> Descendants(Module module) =>
        module.Children.SelectMany(c => Descendants(c.Module)).Prepend(module);
}
