using System.Diagnostics;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Measuring;

/// <summary>An estimate of a training's time and memory from a few steps on its own data.</summary>
/// <param name="StepsPerEpoch">batches per epoch</param>
/// <param name="Stages">the training stages in order; most families have one</param>
/// <param name="Weights">trainable weights of all networks</param>
/// <param name="PeakBytes">peak resident memory of this process, without an accelerator's memory</param>
internal sealed record TrainingEstimate(int StepsPerEpoch, IReadOnlyList<StageEstimate> Stages, long Weights, long PeakBytes)
{
    /// <summary>Warm-up cycles: the first ones run eagerly, are recorded and are prepared for replay.</summary>
    private const int Warmup = 4;

    /// <summary>Timed steps of a stage, or one cycle if that is longer.</summary>
    private const int Timed = 10;

    /// <summary>Cycles with more steps warm up in a single cycle.</summary>
    private const int LongCycle = 10;

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? DataWarning { get; private init; }

    /// <summary>Bytes taken of the device's own memory, and bytes of that; null where it is the machine's.</summary>
    public (long Taken, long Total)? DeviceMemory { get; private init; }

    /// <summary>A sentence or two about <see cref="PeakBytes"/> and <see cref="DeviceMemory"/>.</summary>
    public string MemoryText => $"Peak memory: {PeakBytes / 1e6:0} MB" +
        (DeviceMemory is { } own ? $", and {own.Taken / 1e6:0} of the device's {own.Total / 1e6:0} MB" : "") +
        ". Samples, evaluations and checkpoints take additional time, samples and evaluations also memory.";

    /// <summary>The mean time of a step, of a training of any length.</summary>
    public double MeanSecondsPerStep => Seconds / Math.Max(1, Steps);

    /// <summary><see cref="PeakBytes"/> in MB, as told to programs.</summary>
    public double PeakMegabytes => Math.Round(PeakBytes / 1e6, 1);

    /// <summary>What is taken of <see cref="DeviceMemory"/> in MB, as told to programs.</summary>
    public long? DeviceMegabytes => DeviceMemory?.Taken / 1_000_000;

    /// <summary>Steps of the whole run.</summary>
    public long Steps => Stages.Sum(s => s.Steps);

    /// <summary>Time of all steps, without samples, evaluations and checkpoints.</summary>
    public double Seconds => Stages.Sum(s => s.Steps * s.SecondsPerStep);

    /// <summary>Takes some steps and times them. Nothing is written.</summary>
    /// <param name="options">options of the run, including its data set</param>
    /// <param name="device">the device to train on</param>
    /// <param name="cancellation">stops between two steps</param>
    /// <exception cref="OptionsException">the options are invalid</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    /// <exception cref="OperationCanceledException">the estimate was cancelled</exception>
    public static TrainingEstimate Measure(TrainingOptions options, Device device, CancellationToken cancellation = default)
    {
        var family = FamilyCatalog.Of(options);
        options.RequireToBegin(family);
        (options, var data) = RunData.Completed(family, options);
        var samples = data.Train;
        var batches = samples.Shuffled(options.Seed, options.BatchSize);
        var steps = RunSteps.CountOf(options, batches.BatchesPerEpoch);
        using var model = family.Create(options, device);
        if (options.Reduction == GradientReduction.Tree)
        {
            model.SplitSamples(new SoleRank()); // As the training does.
        }

        InitialWeights.LoadTeacher(model, null);
        var stages = new List<StageEstimate>();
        for (long first = 0; first < steps;)
        {
            var end = EndOfStage(model, first, steps);
            try
            {
                stages.Add(new StageEstimate(end - first, SecondsPerStep(model, batches, first, end, cancellation)));
            }
            catch (PictureException e)
            {
                throw RunOpening.WithWayOn(e, options);
            }

            first = end;
        }

        Checkpoint.Copied(model, new RunPosition(), new CheckpointCopy()); // Each checkpoint takes this memory.
        return new TrainingEstimate(
            batches.BatchesPerEpoch, stages, model.Networks.Sum(n => n.Network.ParameterCount), PeakMemory.Bytes())
        {
            DataWarning = samples.Warning(),
            DeviceMemory = device.OwnMemory,
        };
    }

    /// <summary>The first step after the stage of a given step, by bisection: stages never decrease.</summary>
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

    /// <summary>Time per step, including waits for slow loading of pictures.</summary>
    private static double SecondsPerStep(GanModel model, SampleBatches batches, long first, long end, CancellationToken cancellation)
    {
        var cycle = BenchStep.CycleOf(model);
        var warmup = cycle > LongCycle ? cycle : Warmup * cycle;
        var timed = cycle * Math.Max(1, Timed / cycle);
        var seconds = new List<double>();
        var step = first;
        var since = Stopwatch.GetTimestamp();
        foreach (var batch in batches.On(model.Device, first, Math.Min(end - first, warmup + timed)))
        {
            cancellation.ThrowIfCancellationRequested();
            _ = model.Step(batch, step++).Sum(loss => loss.Value); // Training reads the losses, too.
            model.Device.Synchronize();
            seconds.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            since = Stopwatch.GetTimestamp();
        }

        // If a stage is shorter than the warm-up, its second half is counted.
        double[] counted = [.. seconds.Skip(seconds.Count > warmup ? warmup : seconds.Count / 2)];
        return cycle == 1 ? StepTimes.Quantile(counted, 0.5) : counted.Average();
    }
}

/// <summary>A stage of a training, with constant networks and picture sizes.</summary>
/// <param name="Steps">steps of the run in this stage</param>
/// <param name="SecondsPerStep">time per step; the mean over a cycle if critic and generator alternate</param>
internal sealed record StageEstimate(long Steps, double SecondsPerStep);
