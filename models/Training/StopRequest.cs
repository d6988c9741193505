using System.Diagnostics;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// How another program asks the one that trains a run to stop: by a file in the run's folder, which works on every system.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    /// <summary>A step may take less than looking for a file.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(0.25);

    private readonly string _file;
    private long _looked = Stopwatch.GetTimestamp();

    /// <summary>For the program that trains.</summary>
    public StopRequest(RunDirectory directory) => _file = directory.StopRequest;

    /// <summary>What was asked of a program that trained the run before.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Forget(RunDirectory directory) => Change(directory, File.Delete);

    /// <summary>Asks.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Make(RunDirectory directory) => Change(directory, file => File.WriteAllBytes(file, []));

    /// <summary>Whether somebody has asked; looked up now and then.</summary>
    public bool IsThere()
    {
        if (Stopwatch.GetElapsedTime(_looked) < s_between)
        {
            return false;
        }

        _looked = Stopwatch.GetTimestamp();
        return File.Exists(_file);
    }

    /// <summary>Whoever asked is answered.</summary>
    public void Dispose()
    {
        if (File.Exists(_file))
        {
            File.Delete(_file);
        }
    }

    private static void Change(RunDirectory directory, Action<string> change)
    {
        try
        {
            change(directory.StopRequest);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{directory.Path}: can't be written: {problem.Message.TrimEnd('.')}", problem);
        }
    }
}
