namespace IlgpuGan.Models.Families;

/// <summary>
/// Makes a property of an options record an option: <c>--load-size</c> on the command line, <c>load-size</c> in <c>options.json</c>, with
/// its help, its range and whether a resumed run may change it.
/// </summary>
/// <param name="help">one sentence for <c>--help</c>; the default is added to it</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string help) : Attribute
{
    public string Help => help;

    /// <summary>Smallest allowed number.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>Largest allowed number.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>The number must be greater than <see cref="Least"/>.</summary>
    public bool AboveLeast { get; init; }

    /// <summary>A resumed run may change it, since it does not affect the weights at a given step.</summary>
    public bool MayChange { get; init; }

    /// <summary>
    /// It comes from the data set: <see cref="Family.Completed"/> sets it, a run stores it, and the command line does not have it.
    /// </summary>
    public bool FromData { get; init; }

    /// <summary>Help of <c>--no-…</c>, for a switch.</summary>
    public string? Off { get; init; }

    /// <summary>The reason for the option or its default: a sentence that cites the paper.</summary>
    public string? Why { get; init; }

    /// <summary>The allowed values, for the help: <c>unet256|resnet9|…</c>.</summary>
    public string? Values { get; init; }
}
