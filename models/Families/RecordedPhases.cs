using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The phases of a model's steps by name, each recorded at its first step and replayed from then on: with the numbers of other batches,
/// and without running the code again. <see cref="GanModel"/> says what the code may depend on, and <see cref="Checks"/> finds where it
/// does not keep to that. Who changes what it took for constant calls <see cref="Forget"/>.
/// </summary>
/// <param name="compute">the step as written, from its phase and batch</param>
internal sealed class RecordedPhases(Device device, Func<string, Batch, ReportedLosses> compute) : IDisposable
{
    private readonly Dictionary<string, Phase> _phases = [];

    /// <summary>Number of replayed steps, and of other steps by reason.</summary>
    public StepCounts Counts { get; } = new();

    /// <inheritdoc cref="RecordedStep.Checks"/>
    public int Checks { get; set; }

    /// <summary>The step on the whole batch: recorded, or replayed; as written if it is eager.</summary>
    public StepLosses Run(string name, Batch batch, bool isEager)
    {
        // A recording is for batches of the same fields.
        if (!_phases.TryGetValue(name, out var phase) || !phase.Fields.SequenceEqual(batch.Fields.Select(f => f.Key)))
        {
            phase?.Step.Dispose();
            _phases[name] = phase = Recorded(name, [.. batch.Fields.Select(f => f.Key)]);
        }

        (phase.Step.Eager, phase.Step.Checks) = (isEager, Checks);
        var values = phase.Step.Run([.. batch.Fields.Select(f => f.Value)])[0];
        return new StepLosses(phase.LossNames, values);
    }

    /// <summary>Discards all recordings: something that they took for constant has changed.</summary>
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

    private Phase Recorded(string name, string[] fields)
    {
        var phase = new Phase { Fields = fields };
        phase.Step = new RecordedStep(device, inputs =>
        {
            var losses = compute(name, new Batch([.. fields.Zip(inputs, KeyValuePair.Create)]));
            phase.LossNames = losses.Names;
            return [losses.Values()];
        })
        { Counts = Counts };
        return phase;
    }

    private sealed class Phase
    {
        public required string[] Fields { get; init; }

        public RecordedStep Step { get; set; } = null!;

        /// <summary>Those of the code's latest run: replays report the same ones.</summary>
        public IReadOnlyList<string> LossNames { get; set; } = [];
    }
}
