using System.Diagnostics;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Measuring;

/// <summary>An estimate of a training's time and memory, from a few of its steps on its own pictures.</summary>
/// <param name="StepsPerEpoch">batches that show each picture once</param>
/// <param name="Stages">in their order; most families have one</param>
/// <param name="Weights">trainable ones of all networks</param>
/// <param name="PeakBytes">most resident memory of this process; an accelerator's own is not in it</param>
public sealed record TrainingEstimate(int StepsPerEpoch, IReadOnlyList<StageEstimate> Stages, long Weights, long PeakBytes)
{
    /// <summary>Turns before the clock starts: the first few are computed as written, recorded and made ready.</summary>
    private const int Warmup = 4;

    /// <summary>Steps of a stage that are timed, or one turn where that is longer.</summary>
    private const int Timed = 10;

    /// <summary>A turn with more steps warms up in one.</summary>
    private const int LongTurn = 10;

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? DataWarning { get; private init; }

    /// <summary>Of the whole run.</summary>
    public long Steps => Stages.Sum(s => s.Steps);

    /// <summary>All steps, from the first picture on; samples, evaluations and checkpoints come on top.</summary>
    public double Seconds => Stages.Sum(s => s.Steps * s.SecondsPerStep);

    /// <summary>Takes the steps. Nothing is written.</summary>
    /// <param name="options">of the run, its data set among them</param>
    /// <param name="device">where it would train</param>
    /// <param name="cancellation">ends it between two steps</param>
    /// <exception cref="OptionsException">options make no sense</exception>
    /// <exception cref="DataException">pictures are missing or can't be used</exception>
    /// <exception cref="OperationCanceledException">it was ended</exception>
    public static TrainingEstimate Measure(TrainingOptions options, Device device, CancellationToken cancellation = default)
    {
        options.Validated();
        RunData.RequireFolder(options);
        options = FamilyCatalog.Of(options).Completed(options).Validated();
        var samples = RunData.Open(options).Train;
        var batches = samples.Shuffled(options.Seed, options.BatchSize);
        var steps = TrainingRun.StepsOf(options, batches.BatchesPerEpoch);
        using var model = GanModel.Create(options, device);
        var stages = new List<StageEstimate>();
        for (long first = 0; first < steps;)
        {
            var end = EndOfStage(model, first, steps);
            stages.Add(new StageEstimate(end - first, SecondsPerStep(model, batches, first, end, cancellation)));
            first = end;
        }

        using var process = Process.GetCurrentProcess();
        return new TrainingEstimate(
            batches.BatchesPerEpoch, stages, model.Networks.Sum(n => n.Network.ParameterCount), process.PeakWorkingSet64)
        {
            DataWarning = samples.Warning(),
        };
    }

    /// <summary>The first step behind the stage of another one; stages only ever go up.</summary>
    private static long EndOfStage(GanModel model, long first, long steps)
    {
        var stage = model.StageAt(first);
        if (model.StageAt(steps - 1) == stage)
        {
            return steps;
        }

        var (inside, beyond) = (first, steps - 1);
        while (beyond - inside > 1)
        {
            var middle = inside + ((beyond - inside) / 2);
            (inside, beyond) = model.StageAt(middle) == stage ? (middle, beyond) : (inside, middle);
        }

        return beyond;
    }

    /// <summary>Including the wait for pictures, where loading them is too slow.</summary>
    private static double SecondsPerStep(GanModel model, SampleBatches batches, long first, long end, CancellationToken cancellation)
    {
        var turn = BenchStep.CycleOf(model);
        var warmup = turn > LongTurn ? turn : Warmup * turn;
        var timed = turn * Math.Max(1, Timed / turn);
        var seconds = new List<double>();
        var step = first;
        var since = Stopwatch.GetTimestamp();
        foreach (var batch in batches.On(model.Device, first, Math.Min(end - first, warmup + timed)))
        {
            cancellation.ThrowIfCancellationRequested();
            _ = model.Step(batch, step++).Sum(loss => loss.Value); // Whoever trains looks at them.
            model.Device.Synchronize();
            seconds.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            since = Stopwatch.GetTimestamp();
        }

        // A stage that is shorter than the warm-up is at its pace in its second half, as far as it ever is.
        double[] counted = [.. seconds.Skip(seconds.Count > warmup ? warmup : seconds.Count / 2)];
        return turn == 1 ? StepTimes.Quantile(counted, 0.5) : counted.Average();
    }
}

/// <summary>A stage of a training: networks and sizes of pictures stay the same in it.</summary>
/// <param name="Steps">that the run takes of it</param>
/// <param name="SecondsPerStep">of one; the mean over a turn where critic and generator take turns</param>
public sealed record StageEstimate(long Steps, double SecondsPerStep);
