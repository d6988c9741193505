using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The exponential moving average (EMA) of the weights of a model's generators, encoders and classifiers. Selects the averaged networks,
/// and the steps that update the averages.
/// </summary>
/// <param name="model">with all its networks; its optimisers may be added until the first step</param>
/// <param name="isAveraged">whether the average of a network is updated in the model's current stage</param>
internal sealed class GeneratorEma(GanModel model, Func<string, bool> isAveraged) : IDisposable
{
    private WeightAverage? _average;

    /// <summary>Optimisers of averaged weights; null before the first use.</summary>
    private List<Optimizer>? _optimizers;

    /// <summary>
    /// Null if the options select none. Created on first use, since a family's constructor may still change its networks' weights.
    /// </summary>
    public WeightAverage? Average => _average ??= Create();

    /// <summary>Creates the averages if the options select some.</summary>
    public void Begin() => _average ??= Create();

    /// <summary>Number of optimiser updates of averaged weights so far; 0 without averages.</summary>
    public long Updates
    {
        get
        {
            if (Average is not { } average)
            {
                return 0;
            }

            _optimizers ??= [.. model.Optimizers.Select(o => o.Optimizer)
                .Where(o => o.Parameters.Select(p => p.Name).Intersect(average.Averages.Select(a => a.Name)).Any())];
            return _optimizers.Sum(optimizer => optimizer.UpdateCount);
        }
    }

    /// <summary>Updates the averages if an optimiser updated their weights since <see cref="Updates"/> had that value.</summary>
    public void UpdateSince(long updates)
    {
        if (Updates > updates)
        {
            Average?.Update();
        }
    }

    /// <summary>Selects the averages to update; call it when the model's stage changes.</summary>
    public void SelectNetworks() => _average?.Follow(IsUpdated);

    /// <summary>Restarts the averages at the current weights.</summary>
    public void Restart() => _average?.Restart();

    public void Dispose() => _average?.Dispose();

    private WeightAverage? Create()
    {
        var averaged = model.Options.EmaDecay > 0
            ? model.Family.Networks(model.Options)
                .Where(n => n.Role is NetworkRole.Generator or NetworkRole.Encoder or NetworkRole.Classifier)
                .Select(n => n.Name).ToHashSet()
            : [];
        if (averaged.Count == 0)
        {
            return null;
        }

        var average = new WeightAverage(
            model.Networks.Where(n => averaged.Contains(n.Name)).SelectMany(n => n.Network.NamedTensors(n.Name + ".")),
            model.Options.EmaDecay, countsUpdates: true);
        average.Follow(IsUpdated);
        return average;
    }

    private bool IsUpdated(string tensor) =>
        model.Networks.Any(n => tensor.StartsWith(n.Name + ".", StringComparison.Ordinal) && isAveraged(n.Name));
}
