using System.Diagnostics;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// A file in the run's folder by which another program asks the training one to stop. Works on every operating system.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    /// <summary>Least time between two looks for the file: a step may take less than a look does.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(0.25);

    private readonly string _file;
    private long _looked = Stopwatch.GetTimestamp();

    /// <summary>The training program's side.</summary>
    public StopRequest(RunDirectory directory) => _file = directory.StopRequest;

    /// <summary>Deletes a request to an earlier program.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Delete(RunDirectory directory) => Change(directory, File.Delete);

    /// <summary>Makes the request.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Create(RunDirectory directory) => Change(directory, file => File.WriteAllBytes(file, []));

    /// <summary>Whether there is a request; looks for the file a few times a second.</summary>
    public bool IsPresent()
    {
        if (Stopwatch.GetElapsedTime(_looked) < s_between)
        {
            return false;
        }

        _looked = Stopwatch.GetTimestamp();
        return File.Exists(_file);
    }

    /// <summary>Deletes the request: it has been fulfilled.</summary>
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
