using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Models.Families;

/// <summary>The kinds of step that a model has, each recorded when it comes first and repeated from then on.</summary>
/// <param name="device">where the steps run</param>
/// <param name="update">a step of a phase: kernel calls alone, and the losses that it reports</param>
internal sealed class RecordedPhases(Device device, Func<string, Batch, ReportedLosses> update) : IDisposable
{
    private readonly Dictionary<string, Phase> _phases = [];

    /// <summary>The batch of the current step; a recording knows the fields' memory, not their names.</summary>
    private Batch? _batch;

    /// <summary>How often steps were replayed so far, and why not.</summary>
    public StepCounts Counts { get; } = new();

    /// <summary>Takes a step on the whole batch.</summary>
    /// <param name="name">of the phase</param>
    /// <param name="batch">the fields of the family's data</param>
    /// <param name="isEager">whether the step is neither recorded nor repeated</param>
    public StepLosses Run(string name, Batch batch, bool isEager)
    {
        var phase = Of(name);
        phase.Step.IsEager = isEager;
        _batch = batch;
        var values = phase.Step.Run([.. batch.Fields.Select(f => f.Value)])[0];
        return new StepLosses(phase.LossNames, values);
    }

    /// <summary>Discards all recordings.</summary>
    public void Forget()
    {
        foreach (var phase in _phases.Values)
        {
            phase.Step.Forget();
        }
    }

    public void Dispose()
    {
        foreach (var phase in _phases.Values)
        {
            phase.Step.Dispose();
        }
    }

    /// <summary>The phase of a name; made when it is first asked for.</summary>
    private Phase Of(string name)
    {
        if (!_phases.TryGetValue(name, out var phase))
        {
            phase = new Phase();
            phase.Step = new RecordedStep(device, inputs => Compute(name, phase, inputs)) { Counts = Counts };
            _phases.Add(name, phase);
        }

        return phase;
    }

    private Tensor[] Compute(string name, Phase phase, IReadOnlyList<Tensor> inputs)
    {
        var fields = _batch!.Fields.Zip(inputs, (field, value) => KeyValuePair.Create(field.Key, value));
        var losses = update(name, new Batch([.. fields], _batch.Names, _batch.Epoch));
        phase.LossNames = losses.Names;
        return [losses.Values()];
    }

    /// <summary>A kind of step with its recording.</summary>
    private sealed class Phase
    {
        public RecordedStep Step { get; set; } = null!;

        public IReadOnlyList<string> LossNames { get; set; } = [];
    }
}
