namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// Heartbeats: messages of one byte (<see cref="HeartbeatState"/>) that a rank sends while it waits for others or does long work of its
/// own. A stopped process sends none. They have an MPI tag of their own; a rank that does not wait does not receive them.
/// </summary>
/// <param name="mpi">the MPI library</param>
/// <param name="call">the lock to hold during a call of the library</param>
/// <param name="own">this rank</param>
/// <param name="count">number of ranks</param>
internal sealed unsafe class HeartbeatChannel(MpiLibrary mpi, Lock call, int own, int count)
{
    /// <summary>Number of heartbeats sent in the time of one time-out.</summary>
    public const int PerTimeout = 5;

    private const int Tag = 1;

    /// <summary>Pinned buffer: entry 0 receives; entry i holds the constant i, the message of state i.</summary>
    private readonly byte[] _bytes = Messages();

    /// <summary>Request of the latest heartbeat sent, by receiver; 0 if there is none.</summary>
    private readonly nint[] _sent = new nint[count];

    /// <summary>Sends <see cref="HeartbeatState.Working"/> from a background thread until the result is disposed.</summary>
    /// <param name="interval">time between two heartbeats</param>
    public IDisposable Start(TimeSpan interval) => new HeartbeatSender(this, interval);

    /// <summary>Receives all heartbeats that have arrived from a rank.</summary>
    /// <returns>their largest state</returns>
    public HeartbeatState Receive(int from)
    {
        lock (call)
        {
            var state = HeartbeatState.None;
            while (mpi.HasArrived(from, Tag))
            {
                fixed (byte* buffer = &_bytes[0])
                {
                    for (var request = mpi.BeginReceive(buffer, 1, from, Tag); !mpi.IsDone(ref request);)
                    {
                        // The message has arrived already: this takes no time.
                    }
                }

                state = (HeartbeatState)Math.Max(_bytes[0], (byte)state);
            }

            return state;
        }
    }

    /// <summary>Sends a heartbeat to all other ranks but those that have not received the last one.</summary>
    public void Send(HeartbeatState state)
    {
        lock (call)
        {
            for (var rank = 0; rank < count; rank++)
            {
                if (rank != own && (_sent[rank] == 0 || mpi.IsDone(ref _sent[rank])))
                {
                    fixed (byte* message = &_bytes[(int)state])
                    {
                        _sent[rank] = mpi.BeginSend(message, 1, rank, Tag);
                    }
                }
            }
        }
    }

    private static byte[] Messages()
    {
        var messages = GC.AllocateArray<byte>((int)HeartbeatState.Working + 1, pinned: true);
        foreach (var state in Enum.GetValues<HeartbeatState>())
        {
            messages[(int)state] = (byte)state;
        }

        return messages;
    }

    private sealed class HeartbeatSender : IDisposable
    {
        private readonly ManualResetEventSlim _over = new();
        private readonly Thread _thread;

        public HeartbeatSender(HeartbeatChannel channel, TimeSpan interval)
        {
            // A dedicated thread: work may keep all threads of the pool busy for longer than the time-out.
            _thread = new Thread(() =>
            {
                try
                {
                    while (!_over.Wait(interval))
                    {
                        channel.Send(HeartbeatState.Working);
                    }
                }
                catch (RankFailedException)
                {
                    // The other ranks miss the heartbeats and report it.
                }
            })
            {
                IsBackground = true, Name = "heartbeats",
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

/// <summary>What a rank's heartbeats since the last check say. Of several the largest value counts.</summary>
internal enum HeartbeatState : byte
{
    /// <summary>No heartbeat arrived.</summary>
    None,

    /// <summary>The rank waits for others.</summary>
    Waiting,

    /// <summary>The rank does work of its own.</summary>
    Working,
}
