using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The moving average of a model's generators, encoders and classifiers: whose weights are averaged, and in which steps the average moves.
/// </summary>
/// <param name="model">with all its networks; its optimisers by the first step</param>
/// <param name="isAveraged">whether the average of a network moves in the stage that the model is in</param>
internal sealed class GeneratorEma(GanModel model, Func<string, bool> isAveraged) : IDisposable
{
    private WeightAverage? _average;

    /// <summary>Optimisers of weights that are averaged; null until they are asked for.</summary>
    private List<Optimizer>? _optimizers;

    /// <summary>
    /// Null where the options ask for none. Not made before it is asked for: a family's constructor may give its networks other weights.
    /// </summary>
    public WeightAverage? Average => _average ??= Create();

    /// <summary>Number of updates of the averaged weights; 0 if there are none.</summary>
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

    /// <summary>Updates the averages if there were updates since <see cref="Updates"/> had that value.</summary>
    public void UpdateSince(long updates)
    {
        if (Updates > updates)
        {
            Average?.Update();
        }
    }

    /// <summary>Updates the list of averaged networks: the model is in another stage.</summary>
    public void Follow() => _average?.Follow(Moves);

    /// <summary>Begins again with the weights as they are now.</summary>
    public void Restart() => _average?.Restart();

    public void Dispose() => _average?.Dispose();

    private WeightAverage? Create()
    {
        var makers = model.Options.EmaDecay > 0
            ? model.Family.Networks(model.Options)
                .Where(n => n.Role is NetworkRole.Generator or NetworkRole.Encoder or NetworkRole.Classifier)
                .Select(n => n.Name).ToHashSet()
            : [];
        if (makers.Count == 0)
        {
            return null;
        }

        var average = new WeightAverage(
            model.Networks.Where(n => makers.Contains(n.Name)).SelectMany(n => n.Network.NamedTensors(n.Name + ".")),
            model.Options.EmaDecay, countsUpdates: true);
        average.Follow(Moves);
        return average;
    }

    private bool Moves(string tensor) =>
        model.Networks.Any(n => tensor.StartsWith(n.Name + ".", StringComparison.Ordinal) && isAveraged(n.Name));
}
