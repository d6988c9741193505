namespace IlgpuGan.Tensors.Ranks;

/// <summary>
/// The processes of one job, numbered from 0, seen from one of them. They can exchange bytes; collectives such as all-gather and broadcast
/// are built on that (<see cref="RankExchanges"/>).
/// </summary>
internal interface IRanks : IDisposable
{
    /// <summary>Number of processes.</summary>
    int Count { get; }

    /// <summary>Number of this process, from 0. Rank 0 leads: it alone writes checkpoints, logs and pictures.</summary>
    int Rank { get; }

    /// <summary>Display name of the library that carries the messages.</summary>
    string Name { get; }

    /// <summary>Display names of the library's transports; empty if they are unknown.</summary>
    IReadOnlyList<string> Transports => [];

    /// <summary>Number of processes on this machine, this one included: they share its processors.</summary>
    int LocalCount => 1;

    /// <summary>Number of this process among those on its machine, from 0: it selects one of the machine's cards.</summary>
    int LocalRank => 0;

    /// <summary>
    /// Sends and receives messages, all at once; returns when all are sent and received. Between two ranks, messages arrive in the order in
    /// which they were sent. Both sides know the lengths.
    /// </summary>
    /// <param name="sendings">messages to send</param>
    /// <param name="receivings">messages to receive</param>
    /// <exception cref="RankFailedException">a rank failed, or sent no heartbeat within the time-out</exception>
    void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings);

    /// <summary>
    /// Sends heartbeats to the other ranks until the result is disposed: for long work of this rank alone, while others may wait for it.
    /// Null if the ranks have no time-out.
    /// </summary>
    IDisposable? SendHeartbeats() => null;

    /// <summary>Ends the processes of all ranks at once: for a rank that can't go on while others wait for it.</summary>
    /// <param name="exitCode">exit code of the processes</param>
    void Abort(int exitCode);
}

/// <summary>A message to another rank.</summary>
/// <param name="To">the receiving rank</param>
/// <param name="Bytes">must not change before the exchange is over</param>
internal readonly record struct Sending(int To, ReadOnlyMemory<byte> Bytes);

/// <summary>A message from another rank.</summary>
/// <param name="From">the sending rank</param>
/// <param name="Bytes">receives the message; must have its length</param>
internal readonly record struct Receiving(int From, Memory<byte> Bytes);

/// <summary>The ranks can't go on together; the message is a sentence that names the rank and the reason.</summary>
internal sealed class RankFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the failed rank reports the failure itself, so that this one need not.</summary>
    public bool IsReportedElsewhere { get; init; }

    /// <summary>Whether the other ranks find the same failure at about the same time; the first of them then reports it.</summary>
    public bool IsSeenByAll { get; init; }
}
