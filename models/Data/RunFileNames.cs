namespace IlgpuGan.Models.Data;

/// <summary>Names of files in a run's folder, which those who read folders of any kind must know.</summary>
internal static class RunFileNames
{
    public const string Options = "options.json";
    public const string Log = "log.jsonl";
    public const string Checkpoints = "checkpoints";
    public const string Samples = "samples";
    public const string Evaluation = "evaluation";
    public const string TensorBoard = "tensorboard";

    /// <summary>In <see cref="Checkpoints"/>; a folder with this file holds a run.</summary>
    public const string Latest = "latest.safetensors";

    /// <summary>Whether a folder holds a run, which means its first checkpoint.</summary>
    public static bool HoldsRun(string folder) => File.Exists(Path.Combine(folder, Checkpoints, Latest));

    /// <summary>Whether a folder of this name within a run's is one where the run keeps what it has made.</summary>
    public static bool IsOfRun(string name) => name is Checkpoints or Samples or Evaluation or TensorBoard;
}
