namespace IlgpuGan.TestsCommon;

/// <summary>
/// What some tests need beside the SDK: sample files, PyTorch. <c>ILGPUGAN_COMPANIONS</c> set to <c>none</c> hides what the environment's
/// other variables can't, as on a machine that has none; set to <c>required</c>, a missing sample fails its test.
/// </summary>
internal static class Companions
{
    private static readonly string? s_asked = Environment.GetEnvironmentVariable("ILGPUGAN_COMPANIONS");

    public static bool AreHidden => s_asked == "none";

    public static bool AreRequired => s_asked == "required";
}
