using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families;

/// <summary>The only list of families.</summary>
public static class FamilyCatalog
{
    /// <summary>Name of a generator in a file that is not part of a run.</summary>
    public const string LoneGenerator = "netG";

    /// <summary>All families, in the order of listings and look-ups.</summary>
    public static IReadOnlyList<Family> All { get; } =
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
        new PlainGan.GanFamily(),
        new PlainGan.DcganFamily(),
        new PlainGan.WganFamily(),
        new PlainGan.WganGpFamily(),
        new LapGan.LapGanFamily(),
        new ProgressiveGan.ProgressiveGanFamily(),
        new Ebgan.EbganFamily(),
        new Began.BeganFamily(),
        new Gman.GmanFamily(),
        new MadGan.MadGanFamily(),
        new TripleGan.TripleGanFamily(),
        new StackGan.StackGanFamily(),
        new StackGanV2.StackGanV2Family(),
        new R3Gan.R3GanFamily(),
    ];

    private static readonly Lazy<HashSet<string>> s_optionNames =
        new(() => [.. All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name)]);

    private static readonly Lazy<HashSet<string>> s_networkNames =
        new(() => [.. All.SelectMany(f => f.Networks(f.Defaults())).Select(n => n.Name)]);

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
    /// <param name="teacher">the trained generator's options</param>
    /// <param name="path">its run or file</param>
    internal static StudentSpec? Students(TrainingOptions teacher, string path) =>
        All.Select(f => f.Students(teacher, path)).FirstOrDefault(found => found is not null);

    /// <summary>Whether an option of that name (<c>lambda-l1</c>) belongs to any family.</summary>
    public static bool HasOption(string name) => s_optionNames.Value.Contains(name);

    /// <summary>The last network name in a prefix such as <c>state_dict.netG_A.module</c>; null if there is none.</summary>
    public static string? NetworkIn(string prefix) => prefix.Split('.').LastOrDefault(s_networkNames.Value.Contains);

    /// <summary>A network of another program, by the first family that recognises it.</summary>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    internal static RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name) =>
        All.Select(f => f.Recognise(architecture, name)).FirstOrDefault(found => found is not null);

    /// <summary>A network of a family's own published program; null if no family has such tensors.</summary>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    internal static ForeignNetwork? Recognise(StateShapes shapes, string? name) => ForeignNetwork.Find(All, shapes, name);
}
