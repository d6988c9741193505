using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>
/// What computed a result. The bits of a run depend on the width of the processor's vectors and on the kernels, whose sums a new build may
/// order otherwise; over a few thousand steps a GAN makes another run of it.
/// </summary>
/// <param name="Processor">its name and vectors, or the accelerator</param>
/// <param name="Engine">version and id of the build of the kernels</param>
/// <param name="Models">id of the build of the families</param>
internal sealed record ClaimMachine(string Processor, string Engine, string Models)
{
    internal static ClaimMachine Of(Device device) => new(
        device.Hardware, $"{typeof(Device).Assembly.GetName().Version?.ToString(3)} {IdOf(typeof(Device))}", IdOf(typeof(Family)));

    /// <summary>Whether runs of both can be compared as if they were of one machine.</summary>
    internal bool IsLike(ClaimMachine other) => (Processor, Engine) == (other.Processor, other.Engine);

    public override string ToString() => $"{Processor}; kernels {Engine}, families {Models}";

    private static string IdOf(Type type) => type.Module.ModuleVersionId.ToString("N")[..8];
}
