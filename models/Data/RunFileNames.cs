namespace IlgpuGan.Models.Data;

/// <summary>Names of files in a run's folder, which those who read folders of any kind must know.</summary>
internal static class RunFileNames
{
    public const string Options = "options.json";
    public const string Log = "log.jsonl";
    public const string Checkpoints = "checkpoints";

    /// <summary>In <see cref="Checkpoints"/>; a folder with this file holds a run.</summary>
    public const string Latest = "latest.safetensors";
}
