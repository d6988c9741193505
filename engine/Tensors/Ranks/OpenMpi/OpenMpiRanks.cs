using System.Buffers;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// The processes of a job that Open MPI's <c>mpirun -n K</c> has started. Each process joins once.
/// </summary>
internal sealed partial class OpenMpiRanks : IRanks
{
    /// <summary>MPI tag of <see cref="Exchange"/>.</summary>
    private const int ExchangeTag = 0;

    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromMinutes(10);

    private readonly MpiLibrary _mpi;
    private readonly HeartbeatChannel _heartbeats;
    private readonly TimeSpan _timeout;

    /// <summary>Held during a call: the library allows one at a time.</summary>
    private readonly Lock _call = new();

    private bool _isAborted;

    private OpenMpiRanks(MpiLibrary mpi, TimeSpan timeout)
    {
        (_mpi, _timeout, Rank, Count) = (mpi, timeout, mpi.Rank, mpi.Size);
        _heartbeats = new HeartbeatChannel(mpi, _call, Rank, Count);
    }

    public int Count { get; }

    public int Rank { get; }

    public int LocalCount { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_SIZE"), out var count) ? Math.Max(count, 1) : 1;

    public int LocalRank { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_RANK"), out var rank) ? Math.Max(rank, 0) : 0;

    public string Name => _mpi.Version;

    /// <summary>The loaded plug-ins of the library that carry messages. Transports built into the library are not listed.</summary>
    public IReadOnlyList<string> Transports => OperatingSystem.IsLinux()
        ? [.. File.ReadLines("/proc/self/maps").Select(line => PlugIn().Match(line)).Where(m => m.Success)
            .Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Joins the job of this process.</summary>
    /// <param name="timeout">time-out of another rank's heartbeats; ten minutes by default</param>
    /// <exception cref="RankFailedException">Open MPI is missing, or can't be joined</exception>
    public static OpenMpiRanks Join(TimeSpan? timeout = null) => new(MpiLibrary.Join(), timeout ?? s_defaultTimeout);

    public unsafe void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
    {
        var requests = new nint[sendings.Length + receivings.Length];
        var partners = new int[requests.Length];
        var pins = new MemoryHandle[requests.Length];
        lock (_call)
        {
            for (var i = 0; i < receivings.Length; i++)
            {
                (pins[i], partners[i]) = (receivings[i].Bytes.Pin(), receivings[i].From);
                requests[i] = _mpi.BeginReceive(pins[i].Pointer, receivings[i].Bytes.Length, receivings[i].From, ExchangeTag);
            }

            for (var i = 0; i < sendings.Length; i++)
            {
                var at = receivings.Length + i;
                (pins[at], partners[at]) = (sendings[i].Bytes.Pin(), sendings[i].To);
                requests[at] = _mpi.BeginSend(pins[at].Pointer, sendings[i].Bytes.Length, sendings[i].To, ExchangeTag);
            }
        }

        Wait(requests, partners);

        // After a failure they stay pinned: each further call of the library may still read and write there.
        foreach (var pin in pins)
        {
            pin.Dispose();
        }
    }

    public IDisposable SendHeartbeats() => _heartbeats.Start(_timeout / HeartbeatChannel.PerTimeout);

    public void Abort(int exitCode)
    {
        lock (_call)
        {
            _isAborted = true;
            _mpi.Abort(exitCode);
        }
    }

    public void Dispose()
    {
        if (!_isAborted)
        {
            _mpi.Leave();
        }
    }

    /// <summary>Waits for requests: polls without a pause at first, then sleeps between polls.</summary>
    private void Wait(nint[] requests, int[] partners)
    {
        var (checkedAt, counters) = (Stopwatch.GetTimestamp(), new TimeoutCounter[Count]);
        var pause = new SpinWait();
        for (var done = 0; done < requests.Length;)
        {
            if (IsDone(ref requests[done]))
            {
                done++;
                continue;
            }

            if (Stopwatch.GetElapsedTime(checkedAt) > _timeout / HeartbeatChannel.PerTimeout)
            {
                checkedAt = Stopwatch.GetTimestamp();
                _heartbeats.Send(HeartbeatState.Waiting);
                CheckHeartbeats(counters, [.. Enumerable.Range(0, requests.Length).Where(i => !IsDone(ref requests[i]))
                    .Select(i => partners[i]).Distinct().Order()]);
            }

            pause.SpinOnce(sleep1Threshold: 2000);
        }
    }

    /// <summary>Receives the heartbeats of the ranks that this one waits for.</summary>
    /// <exception cref="RankFailedException">one of them has timed out, or only waits itself</exception>
    private void CheckHeartbeats(TimeoutCounter[] counters, int[] awaited)
    {
        foreach (var rank in awaited)
        {
            counters[rank].Add(_heartbeats.Receive(rank));
        }

        if (Array.FindAll(awaited, rank => counters[rank].IsTimedOut) is { Length: > 0 } silent)
        {
            throw Failed($"{Named(silent)} gave no sign for {_timeout.TotalSeconds:0} s");
        }

        if (Array.FindAll(awaited, rank => counters[rank].IsDeadlocked) is { Length: > 0 } waiting)
        {
            throw Failed($"{Named(waiting)} did nothing but wait for {_timeout.TotalSeconds * TimeoutCounter.WaitingFactor:0} s");
        }

        RankFailedException Failed(string reason) => new($"{reason}; rank {Rank} waits no longer") { IsSeenByAll = true };
    }

    private bool IsDone(ref nint request)
    {
        lock (_call)
        {
            return _mpi.IsDone(ref request);
        }
    }

    private static string Named(int[] ranks) =>
        ranks.Length == 1 ? $"rank {ranks[0]}" : $"ranks {string.Join(", ", ranks[..^1])} and {ranks[^1]}";

    [GeneratedRegex(@"mca_((?:btl|mtl|pml)_\w+)\.so")]
    private static partial Regex PlugIn();
}
