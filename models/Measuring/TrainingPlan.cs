using System.Runtime.ExceptionServices;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Measuring;

/// <summary>
/// A training configuration that fits a time limit: a family's published configuration for a given picture size, first with fewer epochs,
/// then with narrower networks. A data set with only a few steps per epoch gets more epochs.
/// </summary>
/// <param name="Options">the options to train with</param>
/// <param name="Probe">estimate for these options with the published length</param>
/// <param name="Steps">steps of the plan</param>
internal sealed record TrainingPlan(TrainingOptions Options, TrainingEstimate Probe, long Steps)
{
    /// <summary>Share of the time for steps; the rest is for samples, evaluations and checkpoints.</summary>
    private const double ForSteps = 0.9;

    /// <summary>Fewest steps before networks are narrowed: the smallest number in the families' small presets.</summary>
    private const long FewestSteps = 2000;

    private const int NarrowestWidth = 16;

    // Options that only some families have.
    private const string MaxSize = "max-size", LoadSize = "load-size", CropSize = "crop-size";

    private static readonly string[] s_widths = ["ngf", "ndf"];

    /// <summary>Time of all steps, without samples, evaluations and checkpoints.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(Probe.Seconds * Steps / Probe.Steps);

    /// <summary>Whether the training has its published length.</summary>
    public bool IsWhole => Steps == Probe.Steps;

    /// <summary>
    /// Times some steps of one candidate after the other until one fits, also into the device's memory. Nothing is written.
    /// </summary>
    /// <param name="family">the family to train</param>
    /// <param name="side">side of the pictures in pixels</param>
    /// <param name="limit">time limit of the training</param>
    /// <param name="device">the device to train on</param>
    /// <param name="complete">sets further options: the data set, the direction, the device</param>
    /// <param name="cancellation">stops between two steps</param>
    /// <returns>the first plan that fits; the last candidate if none does</returns>
    /// <exception cref="DeviceException">no candidate fits into the memory</exception>
    /// <exception cref="OptionsException">the family can't be trained with these options</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    /// <exception cref="OperationCanceledException">the search was cancelled</exception>
    public static TrainingPlan Make(
        Family family, int side, TimeSpan limit, Device device, Func<TrainingOptions, TrainingOptions> complete,
        CancellationToken cancellation = default)
    {
        TrainingPlan? plan = null;
        ExceptionDispatchInfo? tooLarge = null;
        foreach (var candidate in Candidates(family, side))
        {
            TrainingOptions options;
            TrainingEstimate probe;
            try
            {
                options = complete(candidate);
                probe = TrainingEstimate.Measure(options, device, cancellation);
            }
            catch (Exception e) when (e is OutOfMemoryException or DeviceException { IsOutOfMemory: true })
            {
                tooLarge = ExceptionDispatchInfo.Capture(e);
                continue;
            }

            plan = Fitted(options, probe, limit * ForSteps);
            if (plan.Time <= limit && plan.Steps >= Math.Min(FewestSteps, probe.Steps))
            {
                break;
            }
        }

        if (plan is null)
        {
            tooLarge!.Throw();
        }

        return plan;
    }

    /// <summary>The candidates: the published configuration, then smaller ones.</summary>
    private static IEnumerable<TrainingOptions> Candidates(Family family, int side)
    {
        if (NumberOf(family.Defaults(), MaxSize) is not null)
        {
            // A pyramid of pictures with a network per level.
            foreach (var preset in family.Info.Presets.Where(p => p.Name is TrainingOptions.ReferencePreset or TrainingOptions.SmallPreset))
            {
                yield return With(family.Defaults(preset.Name), MaxSize, side);
            }

            yield break;
        }

        var options = Jittered(family, side);
        yield return options;
        while (s_widths.All(name => NumberOf(options, name) / 2 >= NarrowestWidth))
        {
            options = s_widths.Aggregate(options, (narrower, name) => With(narrower, name, NumberOf(narrower, name)!.Value / 2));
            yield return options;
        }
    }

    /// <summary>The published configuration at the given size, with the published ratio of load size to crop size.</summary>
    private static TrainingOptions Jittered(Family family, int side)
    {
        var (options, published) = (family.AtSize(side), family.Defaults());
        return NumberOf(published, LoadSize) is { } load && NumberOf(published, CropSize) is { } crop
            ? With(options, LoadSize, (int)Math.Round((double)load * side / crop))
            : options;
    }

    /// <summary>The value of an option of whole numbers; null if the family does not have it.</summary>
    private static int? NumberOf(TrainingOptions options, string name) => Named(options, name)?.Get(options) as int?;

    private static TrainingOptions With(TrainingOptions options, string name, int value) => Named(options, name)!.With(options, value);

    private static OptionDescription? Named(TrainingOptions options, string name) =>
        OptionDescription.Of(options.GetType()).FirstOrDefault(o => o.Name == name);

    /// <summary>
    /// Fits the length: fewer epochs (or fewer steps if not even two epochs fit), or more epochs for a small data set. The length of
    /// trainings with several stages is fixed.
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

        // Half of the epochs at the full rate, half with decay, if the published schedule decays.
        var decay = options.EpochsDecay > 0 ? epochs / 2 : 0;
        return new(options with { Epochs = epochs - decay, EpochsDecay = decay }, probe, (long)epochs * probe.StepsPerEpoch);
    }
}
