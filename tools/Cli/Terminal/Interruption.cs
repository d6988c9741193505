using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Ctrl-C and a polite kill ask the work to stop at the next step, and so does SIGUSR1, which clusters send before a lease ends and the
/// mpirun of Open MPI 5 passes on; a second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>Who started this process may send one Ctrl-C both to it and to its group: what comes this soon is no second one.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromSeconds(0.5);

    /// <summary>A number of the system's own, where .NET has no name for it.</summary>
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

    /// <summary>What the process ends with where the work was stopped: a polite kill is told from Ctrl-C, as a shell does.</summary>
    public int ExitCode => _exitCode;

    private void Handle(PosixSignalContext context)
    {
        var now = Stopwatch.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _first, now, 0);
        if (first == 0 && context.Signal == PosixSignal.SIGTERM)
        {
            _exitCode = Cli.ExitCode.Terminated;
        }

        context.Cancel = first == 0 || Stopwatch.GetElapsedTime(first, now) < s_together;
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
