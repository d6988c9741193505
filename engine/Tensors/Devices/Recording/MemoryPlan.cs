namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Where the values of a list of calls lie in memory. A value needs memory from the first call that touches it to the last; values whose
/// times don't meet share it, and where a kernel can work in place, its result replaces an operand that nobody reads again. The
/// largest values are placed first, each at the lowest offset that is free for all of its time. Of calls in lanes, times are apart only
/// where the lanes order every call that touches the one value before all that touch the other: sharing memory orders nothing by itself.
/// </summary>
internal sealed class MemoryPlan
{
    /// <summary>Elements of a cache line, at which each value begins.</summary>
    private const long Line = 16;

    /// <summary>
    /// Elements between values: sizes are mostly powers of two, and arrays that begin at the same offset in a page make loads wait for
    /// stores.
    /// </summary>
    private const long Gap = 5 * Line;

    private readonly Dictionary<Storage, Location> _locations = [];

    /// <param name="calls">the list, on values and on memory that exists; the latter stays where it is</param>
    /// <param name="isPlanned">which storages need memory</param>
    /// <param name="largestBlock">elements that a block of the device may have; a larger value gets a block of its size</param>
    /// <param name="lanes">where the calls run side by side; null where they run one after the other</param>
    /// <param name="worksInPlace">the device's answer (<see cref="IKernels.WorksInPlace"/>); null where it is always yes</param>
    public MemoryPlan(
        IReadOnlyList<KernelCall> calls, Predicate<Storage> isPlanned, long largestBlock = long.MaxValue, CallLanes? lanes = null,
        Predicate<KernelCall>? worksInPlace = null)
    {
        lanes ??= new CallLanes(calls, 1);
        var lives = LivesOf(calls, isPlanned);
        JoinInPlace(lives, calls, lanes, worksInPlace ?? (_ => true));
        var blocks = new List<List<Life>>();
        foreach (var life in lives.Values.Distinct().OrderByDescending(life => life.Size).ThenBy(life => life.First))
        {
            life.Time = lanes.TimeOf(life.Calls);
            PutInto(blocks, life, largestBlock);
        }

        Blocks = [.. blocks.Select(block => block.Max(life => life.Offset + life.Size))];
    }

    /// <summary>Elements of each block that the values need.</summary>
    public IReadOnlyList<long> Blocks { get; }

    /// <summary>Each value with the first and last call that touch it, and its offset in the blocks one after the other.</summary>
    public IEnumerable<PlacedValue> Values() => _locations.Select(at => new PlacedValue(
        at.Key, at.Value.First, at.Value.Last, Blocks.Take(at.Value.Block).Sum() + at.Value.Offset));

    /// <summary>The calls, with memory in place of values.</summary>
    /// <param name="calls">the list</param>
    /// <param name="blocks">one for each of <see cref="Blocks"/></param>
    public IReadOnlyList<KernelCall> On(IReadOnlyList<KernelCall> calls, IReadOnlyList<Storage> blocks)
    {
        return [.. calls.Select(call => call.On(Located))];

        DeviceSpan Located(DeviceSpan span) => _locations.TryGetValue(span.Storage, out var at)
            ? new DeviceSpan(blocks[at.Block], at.Offset + span.Offset, span.Length)
            : span.Storage.Locate(span.Offset, span.Length);
    }

    /// <summary>Each value's life, from the first call that touches it to the last.</summary>
    private static Dictionary<Storage, Life> LivesOf(IReadOnlyList<KernelCall> calls, Predicate<Storage> isPlanned)
    {
        var lives = new Dictionary<Storage, Life>();
        for (var i = 0; i < calls.Count; i++)
        {
            foreach (var span in calls[i].Arrays)
            {
                if (lives.TryGetValue(span.Storage, out var life))
                {
                    life.Touch(i);
                }
                else if (isPlanned(span.Storage))
                {
                    lives.Add(span.Storage, new Life(span.Storage, ((span.Storage.Capacity + Line - 1) / Line * Line) + Gap, i));
                }
            }
        }

        return lives;
    }

    /// <summary>Where a call can work in place, its result joins the life of the operand that it replaces.</summary>
    private static void JoinInPlace(
        Dictionary<Storage, Life> lives, IReadOnlyList<KernelCall> calls, CallLanes lanes, Predicate<KernelCall> worksInPlace)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            var replaced = new HashSet<Storage>();
            foreach (var (write, read) in worksInPlace(calls[i]) ? calls[i].InPlace : [])
            {
                if (lives.TryGetValue(write.Storage, out var result) && lives.TryGetValue(read.Storage, out var operand)
                    && write.IsWhole() && read.IsWhole() && !replaced.Contains(read.Storage)
                    && IsReadOnce(calls[i], read.Storage) && Follows(result, operand, i, lanes))
                {
                    operand.Join(result);
                    lives[write.Storage] = operand;
                    replaced.UnionWith([read.Storage, write.Storage]);
                }
            }
        }
    }

    /// <summary>An operand in two roles, as x in x + norm(x), is still read when the kernel has begun to write.</summary>
    private static bool IsReadOnce(KernelCall call, Storage operand) => call.Reads.Count(span => span.Storage == operand) == 1;

    /// <summary>Whether a result begins with the call that is the operand's last one, also where lanes run side by side.</summary>
    private static bool Follows(Life result, Life operand, int call, CallLanes lanes) =>
        result != operand && result.First == call && operand.Last == call && result.Size == operand.Size
        && lanes.TimeOf(operand.Calls.Where(other => other != call)).IsBefore(lanes.TimeOf([call]));

    /// <summary>Puts a life into the first block with room for it; one that no block has room for gets a block of its own.</summary>
    /// <param name="blocks">the lives in each block, by offset</param>
    private void PutInto(List<List<Life>> blocks, Life life, long largestBlock)
    {
        for (var block = 0; ; block++)
        {
            if (block == blocks.Count)
            {
                blocks.Add([]);
            }

            var offset = LowestFree(blocks[block], life);
            if (offset == 0 || offset + life.Size <= largestBlock)
            {
                life.Offset = offset;
                var next = blocks[block].FindIndex(other => other.Offset > offset);
                blocks[block].Insert(next < 0 ? blocks[block].Count : next, life);
                life.Storages.ForEach(part => _locations.Add(part.Storage, new Location(block, offset, part.First, part.Last)));
                return;
            }
        }
    }

    /// <summary>The lowest offset at which a life fits between those of its time.</summary>
    /// <param name="placed">by offset</param>
    private static long LowestFree(List<Life> placed, Life life)
    {
        long offset = 0;
        foreach (var other in placed)
        {
            if (!other.Time.IsBefore(life.Time) && !life.Time.IsBefore(other.Time))
            {
                if (other.Offset - offset >= life.Size)
                {
                    return offset;
                }

                offset = Math.Max(offset, other.Offset + other.Size);
            }
        }

        return offset;
    }

    /// <summary>Where a value lies, and the first and last call that touch it.</summary>
    private readonly record struct Location(int Block, long Offset, int First, int Last);

    /// <summary>The calls of a value, or of values that follow each other in place, by their indices; and where it lies.</summary>
    private sealed class Life(Storage storage, long size, int first)
    {
        /// <summary>The values, each with its own first and last call.</summary>
        public List<(Storage Storage, int First, int Last)> Storages { get; } = [(storage, first, first)];

        public long Size { get; } = size;

        /// <summary>The calls that touch it.</summary>
        public List<int> Calls { get; } = [first];

        public int First => Calls[0];

        public int Last => Calls[^1];

        /// <summary>From its first call to its last; known when no value joins any more.</summary>
        public LaneTime Time { get; set; } = null!;

        public long Offset { get; set; }

        /// <summary>Adds a later call, before another value joins.</summary>
        public void Touch(int call)
        {
            Calls.Add(call);
            Storages[^1] = Storages.Count == 1 ? Storages[^1] with { Last = call }
                : throw new InvalidOperationException("a value is used after another has taken its memory");
        }

        /// <summary>Lets another value follow in the same memory.</summary>
        public void Join(Life next)
        {
            Storages.AddRange(next.Storages);
            Calls.AddRange(next.Calls);
        }
    }
}

/// <summary>A value in the memory of a plan.</summary>
/// <param name="Storage">the value's</param>
/// <param name="First">index of the first call that touches it</param>
/// <param name="Last">index of the last one</param>
/// <param name="Offset">in elements, from the start of the first block</param>
internal readonly record struct PlacedValue(Storage Storage, int First, int Last, long Offset);
