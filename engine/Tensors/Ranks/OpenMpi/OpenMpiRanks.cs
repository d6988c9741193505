using System.Buffers;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// The processes that Open MPI's <c>mpirun -n K</c> has started together. Each process makes one, once.
/// </summary>
public sealed partial class OpenMpiRanks : IRanks
{
    /// <summary>The tag of what ranks exchange.</summary>
    private const int Content = 0;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly MpiLibrary _mpi;
    private readonly LifeSigns _signs;
    private readonly TimeSpan _timeout;

    /// <summary>The library takes one call at a time.</summary>
    private readonly Lock _call = new();

    private bool _isAborted;

    private OpenMpiRanks(MpiLibrary mpi, TimeSpan timeout)
    {
        (_mpi, _timeout, Rank, Count) = (mpi, timeout, mpi.Rank, mpi.Size);
        _signs = new LifeSigns(mpi, _call, Rank, Count);
    }

    public int Count { get; }

    public int Rank { get; }

    public int Neighbours { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_SIZE"), out var count) ? Math.Max(count, 1) : 1;

    public int Place { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_RANK"), out var place) ? Math.Max(place, 0) : 0;

    public string Name => _mpi.Version;

    /// <summary>The library's plug-ins for messages that are loaded; those of a library that has them built in can't be told.</summary>
    public IReadOnlyList<string> Transports => OperatingSystem.IsLinux()
        ? [.. File.ReadLines("/proc/self/maps").Select(line => PlugIn().Match(line)).Where(m => m.Success)
            .Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Joins the job of this process.</summary>
    /// <param name="timeout">how long another rank may give no sign; ten minutes where nothing is said</param>
    /// <exception cref="RankFailedException">Open MPI is missing, or can't be joined</exception>
    public static OpenMpiRanks Join(TimeSpan? timeout = null) => new(MpiLibrary.Join(), timeout ?? s_patience);

    public unsafe void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
    {
        var requests = new nint[sendings.Length + receivings.Length];
        var partners = new int[requests.Length];
        var pins = new MemoryHandle[requests.Length];
        try
        {
            lock (_call)
            {
                for (var i = 0; i < receivings.Length; i++)
                {
                    (pins[i], partners[i]) = (receivings[i].Bytes.Pin(), receivings[i].From);
                    requests[i] = _mpi.BeginReceive(pins[i].Pointer, receivings[i].Bytes.Length, receivings[i].From, Content);
                }

                for (var i = 0; i < sendings.Length; i++)
                {
                    var at = receivings.Length + i;
                    (pins[at], partners[at]) = (sendings[i].Bytes.Pin(), sendings[i].To);
                    requests[at] = _mpi.BeginSend(pins[at].Pointer, sendings[i].Bytes.Length, sendings[i].To, Content);
                }
            }

            Wait(requests, partners);
        }
        finally
        {
            foreach (var pin in pins)
            {
                pin.Dispose();
            }
        }
    }

    public IDisposable GiveSigns() => _signs.Give(_timeout / LifeSigns.InTime);

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

    /// <summary>At first all the time, then now and then: what takes long need not be seen at once.</summary>
    private void Wait(nint[] requests, int[] partners)
    {
        var (looked, heard) = (Stopwatch.GetTimestamp(), new Silence[Count]);
        var pause = new SpinWait();
        for (var done = 0; done < requests.Length;)
        {
            if (IsDone(ref requests[done]))
            {
                done++;
                continue;
            }

            if (Stopwatch.GetElapsedTime(looked) > _timeout / LifeSigns.InTime)
            {
                looked = Stopwatch.GetTimestamp();
                _signs.Send(LifeSign.Waits);
                Listen(heard, [.. Enumerable.Range(0, requests.Length).Where(i => !IsDone(ref requests[i])).Select(i => partners[i])
                    .Distinct().Order()]);
            }

            pause.SpinOnce(sleep1Threshold: 2000);
        }
    }

    /// <summary>Takes the signs of those who are waited for.</summary>
    /// <exception cref="RankFailedException">one of them is not waited for any longer</exception>
    private void Listen(Silence[] heard, int[] awaited)
    {
        foreach (var rank in awaited)
        {
            heard[rank].Add(_signs.Take(rank));
        }

        if (Array.FindAll(awaited, rank => heard[rank].IsOver) is { Length: > 0 } silent)
        {
            throw Failed($"{Named(silent)} gave no sign for {_timeout.TotalSeconds:0} s");
        }

        if (Array.FindAll(awaited, rank => heard[rank].IsCircle) is { Length: > 0 } waiting)
        {
            throw Failed($"{Named(waiting)} did nothing but wait for {_timeout.TotalSeconds * Silence.Circle:0} s");
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
