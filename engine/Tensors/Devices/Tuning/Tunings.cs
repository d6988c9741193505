namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>Environment variables of tuning: whether variants are measured, and where the measurements are stored.</summary>
internal static class Tunings
{
    /// <summary>Overrides the folder of the tuning files; empty for none.</summary>
    public const string FolderVariable = "ILGPUGAN_TUNING_DIR";

    /// <summary>1: shapes without a measurement are measured at first use.</summary>
    public const string Variable = "ILGPUGAN_TUNE";

    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Program version; measurements of another version are ignored.</summary>
    public static string Version => $"IlgpuGan {typeof(Tunings).Assembly.GetName().Version}";

    /// <summary>The tuning file of a device, or null if there is no folder for it.</summary>
    /// <param name="name">name of the device; its letters and digits name the file</param>
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
