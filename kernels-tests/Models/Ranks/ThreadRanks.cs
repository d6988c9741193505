using System.Collections.Concurrent;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>Ranks that are threads of this process: what they exchange is what processes would.</summary>
internal sealed class ThreadRanks : IRanks
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<byte[]>[,] _queues;

    private ThreadRanks(BlockingCollection<byte[]>[,] queues, int rank) => (_queues, Rank) = (queues, rank);

    public int Count => _queues.GetLength(0);

    public int Rank { get; }

    public string Name => "threads";

    /// <summary>Bytes sent by this rank.</summary>
    public long Sent { get; private set; }

    /// <summary>How many senders of heartbeats are at work for this rank.</summary>
    public int Heartbeats { get; private set; }

    /// <summary>Does the same in so many ranks, and returns what each came to.</summary>
    public static T[] Run<T>(int count, Func<ThreadRanks, T> work)
    {
        var queues = new BlockingCollection<byte[]>[count, count];
        for (var i = 0; i < count * count; i++)
        {
            queues[i / count, i % count] = [];
        }

        var (results, failures) = (new T[count], new Exception?[count]);
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadRanks(queues, rank));
            }
            catch (Exception e)
            {
                failures[rank] = e;
                Enumerable.Range(0, count).ToList().ForEach(other => queues[rank, other].CompleteAdding()); // Nobody waits for it.
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failures.Any(f => f is not null) ? throw new AggregateException(failures.OfType<Exception>()) : results;
    }

    public void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
    {
        foreach (var sending in sendings)
        {
            _queues[Rank, sending.To].Add(sending.Bytes.ToArray());
            Sent += sending.Bytes.Length;
        }

        foreach (var receiving in receivings)
        {
            if (!_queues[receiving.From, Rank].TryTake(out var bytes, s_patience))
            {
                throw new RankFailedException($"rank {receiving.From} gave no sign");
            }

            bytes.CopyTo(receiving.Bytes);
        }
    }

    public IDisposable SendHeartbeats() => new HeartbeatSender(this);

    public void Abort(int exitCode) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class HeartbeatSender : IDisposable
    {
        private readonly ThreadRanks _ranks;

        public HeartbeatSender(ThreadRanks ranks)
        {
            _ranks = ranks;
            _ranks.Heartbeats++;
        }

        public void Dispose() => _ranks.Heartbeats--;
    }
}
