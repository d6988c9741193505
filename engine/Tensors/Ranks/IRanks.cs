namespace IlgpuGan.Tensors.Ranks;

/// <summary>
/// Processes that do one job together, numbered from 0, and what they do with each other: exchange bytes. All else, gathering, sums,
/// agreement, is built on that (<see cref="RankExchanges"/>).
/// </summary>
public interface IRanks : IDisposable
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>The number of this one; 0 leads: it alone writes checkpoints, logs and pictures.</summary>
    int Rank { get; }

    /// <summary>By what they exchange, for people.</summary>
    string Name { get; }

    /// <summary>What carries the bytes, as far as it can be told, for people; empty where it can't.</summary>
    IReadOnlyList<string> Transports => [];

    /// <summary>How many of them are on this machine, this one included: they share its processors.</summary>
    int Neighbours => 1;

    /// <summary>The number of this one among those on its machine, from 0: by it they share the machine's cards.</summary>
    int Place => 0;

    /// <summary>
    /// Sends and receives, all at once; returns when everything has been sent and has arrived. Between two ranks, bytes arrive in the order
    /// in which they were sent. Lengths are known to both sides.
    /// </summary>
    /// <param name="sendings">what goes out</param>
    /// <param name="receivings">what comes in</param>
    /// <exception cref="RankFailedException">a rank is gone, or gave no sign for longer than it may</exception>
    void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings);

    /// <summary>
    /// Tells the others now and then that this process lives, until the result is disposed of: for work that it does apart, while they may
    /// wait for it. Null where nobody waits for a limited time.
    /// </summary>
    IDisposable? GiveSigns() => null;

    /// <summary>Ends the job of all ranks, now: for a rank that can't go on while others wait for it.</summary>
    /// <param name="exitCode">of the processes</param>
    void Abort(int exitCode);
}

/// <param name="To">a rank</param>
/// <param name="Bytes">not to be written to before the exchange is over</param>
public readonly record struct Sending(int To, ReadOnlyMemory<byte> Bytes);

/// <param name="From">a rank</param>
/// <param name="Bytes">where they go; as many as are sent</param>
public readonly record struct Receiving(int From, Memory<byte> Bytes);

/// <summary>Ranks can't go on together; the message is a sentence that names the rank and the reason.</summary>
public sealed class RankFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the rank that failed says so itself.</summary>
    public bool IsToldElsewhere { get; init; }

    /// <summary>Whether the others come to the same at about the same time, so that the first of them can tell it for all.</summary>
    public bool IsSeenByAll { get; init; }
}
