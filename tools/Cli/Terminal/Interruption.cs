using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// SIGINT (Ctrl-C), SIGQUIT (Ctrl-\, on Windows Ctrl-Break), SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU and SIGHUP (a closed terminal) request a
/// stop at the next step; a second signal ends the process at once. Clusters send SIGUSR1 or SIGUSR2 before an allocation ends, and the
/// mpirun of Open MPI 5 passes SIGUSR1 on; the system sends SIGXCPU at a limit of processor time. What the process was started to ignore,
/// as <c>nohup</c> does with SIGHUP, stays ignored.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    /// <summary>The handler of an ignored signal, in every Unix.</summary>
    private const nint Ignored = 1;

    /// <summary>Windows ends the process when the handler of a closed console returns, and after some seconds anyway.</summary>
    private static readonly TimeSpan s_consoleCloses = TimeSpan.FromSeconds(10);

    /// <summary>
    /// One Ctrl-C may arrive twice, sent by the parent process and to the process group. A signal within this time is such a duplicate.
    /// </summary>
    private static readonly TimeSpan s_duplicateWindow = TimeSpan.FromSeconds(0.5);

    /// <summary>SIGXCPU by its number: .NET has no names for these.</summary>
    private const PosixSignal ProcessorTime = (PosixSignal)24;

    /// <summary>SIGUSR1 and SIGUSR2.</summary>
    private static readonly int[] s_userSignals = OperatingSystem.IsLinux() ? [10, 12] : [30, 31];

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly ManualResetEventSlim _ended = new();
    private long _first;
    private volatile int _exitCode = Cli.ExitCode.Interrupted;

    public Interruption()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
        foreach (var (signal, number) in new[] { (PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3) })
        {
            if (!IsIgnored(number))
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
            }
        }

        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create(ProcessorTime, Handle));
            foreach (var signal in s_userSignals)
            {
                _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, Handle));
            }
        }
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of stopped work, as shells report it: 143 after SIGTERM, 129 after SIGHUP, otherwise 130.</summary>
    public int ExitCode => _exitCode;

    private void Handle(PosixSignalContext context)
    {
        var now = Stopwatch.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _first, now, 0);
        if (first == 0)
        {
            _exitCode = context.Signal switch
            {
                PosixSignal.SIGTERM => Cli.ExitCode.Terminated,
                PosixSignal.SIGHUP => Cli.ExitCode.HungUp,
                _ => _exitCode,
            };
        }

        // A shell and the system each send SIGHUP when a terminal is closed, at their own times, and the system SIGXCPU in every second
        // over the limit: no sign of impatience.
        context.Cancel = first == 0 || context.Signal is PosixSignal.SIGHUP or ProcessorTime
            || Stopwatch.GetElapsedTime(first, now) < s_duplicateWindow;
        _source.Cancel();
        if (OperatingSystem.IsWindows() && context.Signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM)
        {
            _ended.Wait(s_consoleCloses);
        }
    }

    /// <summary>Whether the process was started to ignore a signal.</summary>
    private static bool IsIgnored(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        // struct sigaction begins with the handler, and is smaller than this everywhere.
        Span<nint> action = stackalloc nint[32];
        action.Clear();
        return Action(signal, 0, ref MemoryMarshal.GetReference(action)) == 0 && action[0] == Ignored;
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Action(int signal, nint changed, ref nint old);

    public void Dispose()
    {
        _ended.Set();
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }
}
