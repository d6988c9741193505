using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Measuring;

/// <summary>
/// Options for a newcomer: a family's published configuration for pictures of some size, made to fit a time. Fewer epochs come first, then
/// narrower networks; a data set so small that its epochs are a few steps gets more of them.
/// </summary>
/// <param name="Options">to train with</param>
/// <param name="Probe">what the published length would take with them</param>
/// <param name="Steps">that they take</param>
public sealed record TrainingPlan(TrainingOptions Options, TrainingEstimate Probe, long Steps)
{
    /// <summary>Part of the time that goes to steps; samples, evaluations and checkpoints have the rest.</summary>
    private const double ForSteps = 0.9;

    /// <summary>Number of steps below which narrower networks are better: the least of the families' small presets.</summary>
    private const long FewestSteps = 2000;

    private const int NarrowestWidth = 16;

    private static readonly string[] s_widths = ["ngf", "ndf"];

    /// <summary>All steps, without samples, evaluations and checkpoints.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(Probe.Seconds * Steps / Probe.Steps);

    /// <summary>Whether it is as long as published.</summary>
    public bool IsWhole => Steps == Probe.Steps;

    /// <summary>Takes some steps of one configuration after the other until one fits. Nothing is written.</summary>
    /// <param name="family">to train</param>
    /// <param name="side">of the pictures, in pixels</param>
    /// <param name="limit">how long the training may take</param>
    /// <param name="device">where it would train</param>
    /// <param name="complete">puts what is known beside the size into options: the data set, the direction, the device</param>
    /// <param name="cancellation">ends it between two steps</param>
    /// <returns>the last that was tried where none fits</returns>
    /// <exception cref="OptionsException">the family can't be trained so</exception>
    /// <exception cref="DataException">pictures are missing or can't be used</exception>
    /// <exception cref="OperationCanceledException">it was ended</exception>
    public static TrainingPlan Make(
        IFamily family, int side, TimeSpan limit, Device device, Func<TrainingOptions, TrainingOptions> complete,
        CancellationToken cancellation = default)
    {
        TrainingPlan? plan = null;
        foreach (var options in Candidates(family, side).Select(complete))
        {
            var probe = TrainingEstimate.Measure(options, device, cancellation);
            plan = Fitted(options, probe, limit * ForSteps);
            if (plan.Time <= limit && plan.Steps >= Math.Min(FewestSteps, probe.Steps))
            {
                break;
            }
        }

        return plan!;
    }

    /// <summary>The candidates: the published configuration, then smaller ones.</summary>
    private static IEnumerable<TrainingOptions> Candidates(IFamily family, int side)
    {
        if (Named(family.Defaults(), "max-size") is { } most)
        {
            // A pyramid of pictures of many sizes, and as many networks.
            foreach (var preset in family.Info.Presets.Where(p => p.Name is TrainingOptions.ReferencePreset or TrainingOptions.SmallPreset))
            {
                yield return most.With(family.Defaults(preset.Name), side);
            }

            yield break;
        }

        var options = Jittered(family, side);
        for (var width = 1; width == 1 || CanNarrow(options); width *= 2)
        {
            options = width == 1 ? options : Narrowed(options);
            yield return options;
        }
    }

    /// <summary>The published configuration at that size, its pictures scaled as much larger before cropping as they are there.</summary>
    private static TrainingOptions Jittered(IFamily family, int side)
    {
        var (options, published) = (family.AtSize(side), family.Defaults());
        return Named(options, "load-size") is { } load && Named(options, "crop-size") is { } crop
            ? load.With(options, (int)Math.Round((double)(int)load.Get(published)! * side / (int)crop.Get(published)!))
            : options;
    }

    private static bool CanNarrow(TrainingOptions options) => s_widths.Select(name => Named(options, name))
        .All(width => width?.Get(options) is int wide && wide / 2 >= NarrowestWidth);

    private static TrainingOptions Narrowed(TrainingOptions options) => s_widths.Select(name => Named(options, name)!)
        .Aggregate(options, (narrower, width) => width.With(narrower, (int)width.Get(narrower)! / 2));

    private static OptionDescription? Named(TrainingOptions options, string name) =>
        OptionDescription.Of(options.GetType()).FirstOrDefault(o => o.Name == name);

    /// <summary>
    /// Fewer epochs, or steps where not even two epochs fit; more epochs of a small data set. Trainings of several stages have the length
    /// that they have.
    /// </summary>
    private static TrainingPlan Fitted(TrainingOptions options, TrainingEstimate probe, TimeSpan limit)
    {
        var affordable = (long)Math.Min(probe.Steps * limit.TotalSeconds / Math.Max(probe.Seconds, 1e-9), int.MaxValue);
        if ((affordable >= probe.Steps && probe.Steps >= FewestSteps) || probe.Stages.Count > 1)
        {
            return new(options, probe, probe.Steps);
        }

        var steps = Math.Clamp(affordable, 1, Math.Max(probe.Steps, FewestSteps));
        var epochs = (int)(steps / probe.StepsPerEpoch);
        if (options.Steps is not null || epochs < 2)
        {
            return new(options with { Steps = steps }, probe, steps);
        }

        // As long at the full rate as with one that falls, if it falls.
        var decay = options.EpochsDecay > 0 ? epochs / 2 : 0;
        return new(options with { Epochs = epochs - decay, EpochsDecay = decay }, probe, (long)epochs * probe.StepsPerEpoch);
    }
}
