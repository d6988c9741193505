namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>Whether variants are measured on the device at hand, and where the measurements lie.</summary>
internal static class Tunings
{
    /// <summary>Overrides the folder of the tunings; empty for none.</summary>
    public const string FolderVariable = "ILGPUGAN_TUNING_DIR";

    /// <summary>1: shapes that no tuning is known of are measured when they first come up.</summary>
    public const string Variable = "ILGPUGAN_TUNE";

    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>What tunings hold for besides their device.</summary>
    public static string Version => $"IlgpuGan {typeof(Tunings).Assembly.GetName().Version}";

    /// <summary>The file of a device's tunings, or null where there is no folder for them.</summary>
    /// <param name="name">of the device; letters and digits of it name the file</param>
    public static string? FileOf(string name)
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? DefaultFolder();
        var letters = name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        return folder.Length == 0 ? null : Path.Combine(folder, string.Concat(letters) + ".json");
    }

    private static string DefaultFolder()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return data.Length == 0 ? "" : Path.Combine(data, "ilgpugan", "tuning");
    }
}
