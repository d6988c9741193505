namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// Messages of a byte by which a process that works apart shows the others that it lives: one that has been stopped sends none. They have a
/// tag of their own, and who doesn't wait leaves them where they are.
/// </summary>
/// <param name="mpi">the library</param>
/// <param name="call">held while it is called</param>
/// <param name="own">number of this rank</param>
/// <param name="count">of all ranks</param>
internal sealed unsafe class LifeSigns(MpiLibrary mpi, Lock call, int own, int count)
{
    /// <summary>How many are sent in the time that a rank may give none.</summary>
    public const int InTime = 5;

    private const int Tag = 1;

    /// <summary>What is sent and what comes, at places that don't move.</summary>
    private readonly byte[] _bytes = GC.AllocateArray<byte>(2, pinned: true);

    /// <summary>Requests of the last ones that were sent, by their receivers; 0 where there was none.</summary>
    private readonly nint[] _sent = new nint[count];

    /// <summary>Sends them until what is returned is disposed of.</summary>
    /// <param name="interval">between two of them</param>
    public IDisposable Give(TimeSpan interval) => new Giving(this, interval);

    /// <summary>Takes those that have come from a rank.</summary>
    /// <returns>whether there was any</returns>
    public bool Take(int from)
    {
        lock (call)
        {
            var any = false;
            for (; mpi.HasCome(from, Tag); any = true)
            {
                fixed (byte* place = &_bytes[1])
                {
                    for (var request = mpi.BeginReceive(place, 1, from, Tag); !mpi.IsDone(ref request);)
                    {
                        // It is here already.
                    }
                }
            }

            return any;
        }
    }

    /// <summary>Sends one to each of the others; none to who has not got the last one.</summary>
    private void Send()
    {
        lock (call)
        {
            for (var rank = 0; rank < count; rank++)
            {
                if (rank != own && (_sent[rank] == 0 || mpi.IsDone(ref _sent[rank])))
                {
                    fixed (byte* place = &_bytes[0])
                    {
                        _sent[rank] = mpi.BeginSend(place, 1, rank, Tag);
                    }
                }
            }
        }
    }

    private sealed class Giving : IDisposable
    {
        private readonly ManualResetEventSlim _over = new();
        private readonly Thread _thread;

        public Giving(LifeSigns signs, TimeSpan interval)
        {
            // A thread of its own: work may keep those of the pool busy for longer.
            _thread = new Thread(() =>
            {
                try
                {
                    while (!_over.Wait(interval))
                    {
                        signs.Send();
                    }
                }
                catch (RankFailedException)
                {
                    // The others miss the signs, and say so.
                }
            })
            {
                IsBackground = true, Name = "signs of life",
            };
            _thread.Start();
        }

        public void Dispose()
        {
            _over.Set();
            _thread.Join();
            _over.Dispose();
        }
    }
}
