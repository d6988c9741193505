using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Interop;

/// <summary>What the networks of a run are called, and what each of them is.</summary>
internal static class NetworkNames
{
    /// <summary>Networks of a model, generators first.</summary>
    public static IReadOnlyList<string> Of(ModelKind model) => model == ModelKind.Pix2Pix ? ["netG", "netD"] : ["netG_A", "netG_B", "netD_A", "netD_B"];

    public static bool IsGenerator(string name) => name.StartsWith("netG", StringComparison.Ordinal);

    /// <summary>The name that stands last in a prefix such as <c>state_dict.netG_A.module</c>; null if there is none.</summary>
    public static string? In(string prefix) =>
        prefix.Split('.').LastOrDefault(part => Of(ModelKind.Pix2Pix).Contains(part) || Of(ModelKind.CycleGan).Contains(part));

    /// <summary>A network of a run, without weights. CycleGAN's D_A judges what G_A makes.</summary>
    public static Module Create(TrainingOptions o, string name) => name switch
    {
        "netG" or "netG_A" => o.CreateGenerator(o.InputNc, o.OutputNc),
        "netG_B" => o.CreateGenerator(o.OutputNc, o.InputNc),
        "netD" => o.CreateDiscriminator(o.InputNc + o.OutputNc),
        "netD_A" => o.CreateDiscriminator(o.OutputNc),
        "netD_B" => o.CreateDiscriminator(o.InputNc),
        _ => throw new ArgumentException($"a run has no network '{name}'"),
    };
}
