using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Models.Families;

/// <summary>The phases of a model's steps, each recorded at its first step and replayed from then on.</summary>
/// <param name="device">where the steps run</param>
/// <param name="update">a step of a phase: only kernel calls; returns the reported losses</param>
internal sealed class RecordedPhases(Device device, Func<string, Batch, ReportedLosses> update) : IDisposable
{
    private readonly Dictionary<string, Phase> _phases = [];

    /// <summary>The batch of the current step, for the names of its fields: a recording has only their tensors.</summary>
    private Batch? _batch;

    /// <summary>Number of replayed steps, and of other steps by reason.</summary>
    public StepCounts Counts { get; } = new();

    /// <summary>Runs a step on the whole batch.</summary>
    /// <param name="name">of the phase</param>
    /// <param name="batch">the fields of the family's data</param>
    /// <param name="isEager">whether the step is neither recorded nor replayed</param>
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

    /// <summary>The phase of a name, created on first use.</summary>
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

    /// <summary>A phase with its recording.</summary>
    private sealed class Phase
    {
        public RecordedStep Step { get; set; } = null!;

        public IReadOnlyList<string> LossNames { get; set; } = [];
    }
}
