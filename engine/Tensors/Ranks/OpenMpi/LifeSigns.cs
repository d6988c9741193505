namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// Messages of a byte by which a process that works apart, or waits for another, shows the others that it lives: one that has been stopped
/// sends none. They have a tag of their own, and who doesn't wait leaves them where they are.
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

    /// <summary>What comes, and behind it what is sent, each sign at a place that doesn't move or change.</summary>
    private readonly byte[] _bytes = Places();

    /// <summary>Requests of the last ones that were sent, by their receivers; 0 where there was none.</summary>
    private readonly nint[] _sent = new nint[count];

    /// <summary>Sends them until what is returned is disposed of.</summary>
    /// <param name="interval">between two of them</param>
    public IDisposable Give(TimeSpan interval) => new Giving(this, interval);

    /// <summary>Takes those that have come from a rank.</summary>
    /// <returns>the one that says most</returns>
    public LifeSign Take(int from)
    {
        lock (call)
        {
            var most = LifeSign.None;
            while (mpi.HasCome(from, Tag))
            {
                fixed (byte* place = &_bytes[0])
                {
                    for (var request = mpi.BeginReceive(place, 1, from, Tag); !mpi.IsDone(ref request);)
                    {
                        // It is here already.
                    }
                }

                most = (LifeSign)Math.Max(_bytes[0], (byte)most);
            }

            return most;
        }
    }

    /// <summary>Sends one to each of the others; none to who has not got the last one.</summary>
    public void Send(LifeSign sign)
    {
        lock (call)
        {
            for (var rank = 0; rank < count; rank++)
            {
                if (rank != own && (_sent[rank] == 0 || mpi.IsDone(ref _sent[rank])))
                {
                    fixed (byte* place = &_bytes[(int)sign])
                    {
                        _sent[rank] = mpi.BeginSend(place, 1, rank, Tag);
                    }
                }
            }
        }
    }

    private static byte[] Places()
    {
        var places = GC.AllocateArray<byte>((int)LifeSign.Works + 1, pinned: true);
        foreach (var sign in Enum.GetValues<LifeSign>())
        {
            places[(int)sign] = (byte)sign;
        }

        return places;
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
                        signs.Send(LifeSign.Works);
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
