namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Where the values of a list of calls lie in memory. A value needs its place from the first call that touches it to the last; values
/// whose times don't meet share memory, and where a kernel can work in place, its result replaces an operand that nobody reads again. The
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

    private readonly Dictionary<Storage, Place> _places = [];

    /// <param name="calls">the list, on values and on memory that exists; the latter stays where it is</param>
    /// <param name="isPlanned">which storages need a place</param>
    /// <param name="largestBlock">elements that a block of the device may have; a larger value gets a block of its size</param>
    /// <param name="lanes">where the calls run side by side; null where they run one after the other</param>
    /// <param name="worksInPlace">the device's answer (<see cref="IKernels.WorksInPlace"/>); null where it is always yes</param>
    public MemoryPlan(
        IReadOnlyList<KernelCall> calls, Predicate<Storage> isPlanned, long largestBlock = long.MaxValue, CallLanes? lanes = null,
        Predicate<KernelCall>? worksInPlace = null)
    {
        var blocks = new List<List<Life>>();
        var lives = LivesOf(calls, isPlanned, lanes ?? new CallLanes(calls, 1), worksInPlace ?? (_ => true));
        foreach (var life in lives.OrderByDescending(life => life.Size).ThenBy(life => life.First))
        {
            var block = 0;
            long offset;
            while (true)
            {
                if (block == blocks.Count)
                {
                    blocks.Add([]);
                }

                offset = LowestFree(blocks[block], life);
                if (offset == 0 || offset + life.Size <= largestBlock)
                {
                    break;
                }

                block++;
            }

            life.Offset = offset;
            var index = blocks[block].FindIndex(other => other.Offset > offset);
            blocks[block].Insert(index < 0 ? blocks[block].Count : index, life);
            life.Storages.ForEach(part => _places.Add(part.Storage, new Place(block, offset, part.First, part.Last)));
        }

        Blocks = [.. blocks.Select(block => block.Max(life => life.Offset + life.Size))];
    }

    /// <summary>Elements of each block that the values need.</summary>
    public IReadOnlyList<long> Blocks { get; }

    /// <summary>Each value with its offset and the places of the calls that touch it first and last; blocks follow each other.</summary>
    public IEnumerable<PlacedValue> Values() => _places.Select(place => new PlacedValue(
        place.Key, place.Value.First, place.Value.Last, Blocks.Take(place.Value.Block).Sum() + place.Value.Offset));

    /// <summary>The calls, with memory in place of values.</summary>
    /// <param name="calls">the list</param>
    /// <param name="blocks">one for each of <see cref="Blocks"/></param>
    public IReadOnlyList<KernelCall> On(IReadOnlyList<KernelCall> calls, IReadOnlyList<Storage> blocks)
    {
        return [.. calls.Select(call => call.On(Located))];

        DeviceSpan Located(DeviceSpan span) => _places.TryGetValue(span.Storage, out var place)
            ? new DeviceSpan(blocks[place.Block], place.Offset + span.Offset, span.Length)
            : span.Storage.Locate(span.Offset, span.Length);
    }

    private static IReadOnlyList<Life> LivesOf(
        IReadOnlyList<KernelCall> calls, Predicate<Storage> isPlanned, CallLanes lanes, Predicate<KernelCall> worksInPlace)
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

        for (var i = 0; i < calls.Count; i++)
        {
            var replaced = new HashSet<Storage>();
            foreach (var (write, read) in worksInPlace(calls[i]) ? calls[i].InPlace : [])
            {
                // An operand in two roles, as x in x + norm(x), is still read when the kernel has begun to write.
                if (calls[i].Reads.Count(span => span.Storage == read.Storage) == 1
                    && lives.TryGetValue(write.Storage, out var made) && lives.TryGetValue(read.Storage, out var used) && made != used
                    && made.First == i && used.Last == i && write.IsWhole() && read.IsWhole() && made.Size == used.Size
                    && !replaced.Contains(read.Storage)
                    && lanes.TimeOf(used.Calls.Where(call => call != i)).IsBefore(lanes.TimeOf([i])))
                {
                    used.Join(made);
                    lives[write.Storage] = used;
                    replaced.UnionWith([read.Storage, write.Storage]);
                }
            }
        }

        var distinct = lives.Values.Distinct().ToList();
        distinct.ForEach(life => life.Time = lanes.TimeOf(life.Calls));
        return distinct;
    }

    /// <summary>The lowest offset at which a value fits between those of its time.</summary>
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

    private readonly record struct Place(int Block, long Offset, int First, int Last);

    /// <summary>The time of a value, or of values that follow each other in place, in places of the list; and where it lies.</summary>
    private sealed class Life(Storage storage, long size, int first)
    {
        /// <summary>The values, each with its own time.</summary>
        public List<(Storage Storage, int First, int Last)> Storages { get; } = [(storage, first, first)];

        public long Size { get; } = size;

        /// <summary>The calls that touch it.</summary>
        public List<int> Calls { get; } = [first];

        public int First => Calls[0];

        public int Last => Calls[^1];

        public LaneTime Time { get; set; } = null!;

        public long Offset { get; set; }

        /// <summary>Adds a later call.</summary>
        public void Touch(int call)
        {
            Calls.Add(call);
            Storages[^1] = Storages[^1] with { Last = call };
        }

        /// <summary>Lets another value follow in the same place.</summary>
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
