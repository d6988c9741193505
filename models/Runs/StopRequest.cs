using System.Diagnostics;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>A file in the run's folder with which another program stops the training. Works on every operating system.</summary>
internal sealed class StopRequest : IDisposable
{
    /// <summary>Shortest time between two checks for the file: a step may take less time than a check.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(0.25);

    private readonly string _file;

    /// <summary>None before the first, which finds what was requested since the run was taken up.</summary>
    private long? _lastCheck;

    private bool _isFound;

    /// <summary>For the training program.</summary>
    public StopRequest(RunDirectory directory) => _file = directory.StopRequest;

    /// <summary>Deletes a request left for an earlier program.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Delete(RunDirectory directory) => Change(directory, Disk.Current.Delete);

    /// <summary>Requests the stop.</summary>
    /// <exception cref="RunException">the folder can't be written to</exception>
    public static void Create(RunDirectory directory) => Change(directory, file =>
    {
        OutputPath.RequireFile(file);
        File.WriteAllBytes(file, []);
    });

    /// <summary>Whether there is a request; checks for the file a few times a second until it is found.</summary>
    public bool IsPresent()
    {
        if (!_isFound && (_lastCheck is not { } last || Stopwatch.GetElapsedTime(last) >= s_interval))
        {
            (_lastCheck, _isFound) = (Stopwatch.GetTimestamp(), File.Exists(_file));
        }

        return _isFound;
    }

    /// <summary>Deletes the request, which has been fulfilled.</summary>
    public void Dispose()
    {
        try
        {
            if (File.Exists(_file))
            {
                Disk.Current.Delete(_file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who locks the run next deletes it; here the failure would take the place of that which ends the training.
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
