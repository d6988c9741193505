using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// SIGINT (Ctrl-C), SIGTERM and SIGUSR1 request a stop at the next step; a second signal ends the process at once. Clusters send SIGUSR1
/// before an allocation ends, and the mpirun of Open MPI 5 passes it on.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>
    /// One Ctrl-C may arrive twice, sent by the parent process and to the process group. A signal within this time is such a duplicate.
    /// </summary>
    private static readonly TimeSpan s_duplicateWindow = TimeSpan.FromSeconds(0.5);

    /// <summary>SIGUSR1 by its raw number: .NET has no name for it.</summary>
    private static readonly int s_userSignal = OperatingSystem.IsLinux() ? 10 : 30;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private long _first;
    private volatile int _exitCode = Cli.ExitCode.Interrupted;

    public Interruption()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)s_userSignal, Handle));
        }
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of stopped work: 143 after SIGTERM, otherwise 130, as shells report them.</summary>
    public int ExitCode => _exitCode;

    private void Handle(PosixSignalContext context)
    {
        var now = Stopwatch.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _first, now, 0);
        if (first == 0 && context.Signal == PosixSignal.SIGTERM)
        {
            _exitCode = Cli.ExitCode.Terminated;
        }

        context.Cancel = first == 0 || Stopwatch.GetElapsedTime(first, now) < s_duplicateWindow;
        _source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }
}
