namespace IlgpuGan.TestsCommon;

/// <summary>
/// Resources beside the SDK that some tests need: sample files, PyTorch. <c>ILGPUGAN_COMPANIONS=none</c> hides them, as on a machine
/// without them. With <c>ILGPUGAN_COMPANIONS=required</c> a missing sample fails its test instead of skipping it.
/// </summary>
internal static class OptionalResources
{
    private static readonly string? s_setting = Environment.GetEnvironmentVariable("ILGPUGAN_COMPANIONS");

    public static bool AreHidden => s_setting == "none";

    public static bool AreRequired => s_setting == "required";
}
