using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families;

/// <summary>The list of families: those of this assembly, and those that <see cref="Register(Family)"/> adds. Thread-safe.</summary>
public static class FamilyCatalog
{
    /// <summary>Name of a generator in a file that is not part of a run.</summary>
    public const string LoneGenerator = "netG";

    private static readonly Lock s_lock = new();

    private static Listing s_listing = new(
    [
        new Pix2Pix.Pix2PixFamily(),
        new CycleGan.CycleGanFamily(),
        new DiscoGan.DiscoGanFamily(),
        new DualGan.DualGanFamily(),
        new Cut.CutFamily(),
        new Unsb.UnsbFamily(),
        new SinGan.SinGanFamily(),
        new BicycleGan.BicycleGanFamily(),
        new Bridge.BridgeFamily(),
        new StarGan.StarGanFamily(),
        new Pix2PixHd.Pix2PixHdFamily(),
        new Spade.SpadeFamily(),
    ]);

    /// <summary>All families, in the order of listings and look-ups.</summary>
    public static IReadOnlyList<Family> All => s_listing.Families;

    /// <summary>
    /// Adds a family of another assembly, after all others. Runs and checkpoints of the family can be read from then on; do it before
    /// anything else. Registering a type again changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// there is a family of that name, the name is no word in small letters, or its options are those of another
    /// </exception>
    public static void Register(Family family)
    {
        var name = family.Info.Name;
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0])
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ArgumentException($"a family can't be named '{name}': small letters, digits and dashes make a name", nameof(family));
        }

        if (family.Defaults().Model is var model && model != name)
        {
            throw new ArgumentException($"the options of the family '{name}' say that they are of '{model}'", nameof(family));
        }

        lock (s_lock)
        {
            if (Find(name) is { } other && other.GetType() != family.GetType())
            {
                throw new ArgumentException($"there is a family '{name}' already, {other.GetType()}", nameof(family));
            }

            Register([family]);
        }
    }

    /// <summary>Adds families whose names are known to be new, those that are there already excepted.</summary>
    internal static void Register(IReadOnlyList<Family> families)
    {
        lock (s_lock)
        {
            s_listing = new Listing([.. All, .. families.ExceptBy(All.Select(f => f.GetType()), f => f.GetType())]);
        }
    }

    /// <summary>The family with a name; null if there is none.</summary>
    public static Family? Find(string name) => All.FirstOrDefault(f => f.Info.Name == name);

    /// <summary>The family of these options.</summary>
    public static Family Of(TrainingOptions options) =>
        Find(options.Model) ?? throw new ArgumentException($"there is no family '{options.Model}'", nameof(options));

    /// <summary>
    /// A generator whose forward pass is timed (<see cref="FamilyInfo.BenchGenerators"/>), in its family's published configuration.
    /// </summary>
    public static Layer BenchGenerator(string name, int channels = 3)
    {
        var family = All.FirstOrDefault(f => f.Info.BenchGenerators.Contains(name))
            ?? throw new ArgumentException($"no family has a generator '{name}'", nameof(name));
        return ((TranslationOptions)family.Defaults() with { Generator = GeneratorKind.Parse(name) }).CreateGenerator(channels, channels);
    }

    /// <summary>The generators that can imitate a trained one; null if no family has such.</summary>
    /// <param name="teacher">the trained generator's options, with its own direction and channels</param>
    /// <param name="path">its run or file</param>
    internal static StudentSpec? Students(TrainingOptions teacher, string path) =>
        All.Select(f => f.Students(teacher, path)).FirstOrDefault(found => found is not null);

    /// <summary>Whether an option of that name (<c>lambda-l1</c>) belongs to any family.</summary>
    public static bool HasOption(string name) => s_listing.OptionNames.Value.Contains(name);

    /// <summary>The last network name in a prefix such as <c>state_dict.netG_A.module</c>; null if there is none.</summary>
    public static string? NetworkIn(string prefix) => prefix.Split('.').LastOrDefault(s_listing.NetworkNames.Value.Contains);

    /// <summary>A network of another program, by the first family that recognises it.</summary>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    internal static RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name) =>
        All.Select(f => f.Recognise(architecture, name)).FirstOrDefault(found => found is not null);

    /// <summary>A network of a family's own published program; null if no family has such tensors.</summary>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    internal static ForeignNetwork? Recognise(StateShapes shapes, string? name) => ForeignNetwork.Find(All, shapes, name);

    /// <summary>The families, and what is looked up in all of them.</summary>
    private sealed record Listing(IReadOnlyList<Family> Families)
    {
        public Lazy<HashSet<string>> OptionNames { get; } =
            new(() => [.. Families.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name)]);

        public Lazy<HashSet<string>> NetworkNames { get; } =
            new(() => [.. Families.SelectMany(f => f.Networks(f.Defaults())).Select(n => n.Name)]);
    }
}
