namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// The samples of a source from which its outputs and its real pictures are compared as sets: at most so many inputs and so many targets,
/// each spread evenly over all of their kind.
/// </summary>
internal sealed class ComparedSamples
{
    private readonly HashSet<int> _inputs;
    private readonly HashSet<int> _targets;

    /// <param name="source">samples; of unpaired sets the smaller one repeats, and its pictures are taken once</param>
    /// <param name="most">most inputs, and most targets</param>
    public ComparedSamples(SampleSource source, int most)
    {
        var pairs = source as PairSource;
        _inputs = [.. EvenPlaces.Of(pairs?.Inputs ?? source.Count, most)];
        _targets = [.. EvenPlaces.Of(pairs?.Targets ?? source.Count, most)];
        Numbers = [.. _inputs.Union(_targets).Order()];
    }

    /// <summary>Numbers of the samples to read, in order.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>Whether the input of the sample at a place of <see cref="Numbers"/> is one to translate.</summary>
    public bool HasInput(int place) => _inputs.Contains(Numbers[place]);

    /// <summary>Whether the target of the sample at a place of <see cref="Numbers"/> is one of the real pictures.</summary>
    public bool HasTarget(int place) => _targets.Contains(Numbers[place]);
}
