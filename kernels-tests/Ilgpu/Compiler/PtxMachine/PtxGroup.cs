namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

/// <summary>
/// Runs the groups of a launch one after the other; the threads of a group run until they wait for each other. Written from the PTX ISA
/// manual for the instructions that its tests meet.
/// </summary>
internal sealed class PtxGroup
{
    private const int WarpSize = 32;
    private readonly (uint X, uint Y, uint Z) grid;
    private readonly (uint X, uint Y, uint Z) size;
    private readonly (uint X, uint Y, uint Z) index;
    private readonly int dynamicBytes;
    private readonly PtxThread[] threads;

    private PtxGroup(PtxProgram program, byte[] global, byte[] arguments, (uint X, uint Y, uint Z) grid, (uint X, uint Y, uint Z) size, (uint X, uint Y, uint Z) index, int dynamicBytes)
    {
        (this.grid, this.size, this.index, this.dynamicBytes) = (grid, size, index, dynamicBytes);
        (Global, Arguments, Shared) = (global, arguments, new byte[program.SharedBytes + dynamicBytes]);
        threads = [.. from z in Range(size.Z) from y in Range(size.Y) from x in Range(size.X) select new PtxThread(program, this, (x, y, z))];
    }

    public byte[] Global { get; }

    public byte[] Shared { get; }

    public byte[] Arguments { get; }

    public static void Launch(PtxProgram program, byte[] global, byte[] arguments, (uint X, uint Y, uint Z) grid, (uint X, uint Y, uint Z) size, int dynamicBytes = 0)
    {
        foreach (var z in Range(grid.Z))
        {
            foreach (var y in Range(grid.Y))
            {
                foreach (var x in Range(grid.X))
                    new PtxGroup(program, global, arguments, grid, size, (x, y, z), dynamicBytes).Run();
            }
        }
    }

    /// <summary>A special register as this thread sees it, or null if it is an ordinary one.</summary>
    public ulong? Special(string name, PtxThread thread) => name switch
    {
        "%tid.x" => thread.Index.X,
        "%tid.y" => thread.Index.Y,
        "%tid.z" => thread.Index.Z,
        "%ntid.x" => size.X,
        "%ntid.y" => size.Y,
        "%ntid.z" => size.Z,
        "%ctaid.x" => index.X,
        "%ctaid.y" => index.Y,
        "%ctaid.z" => index.Z,
        "%nctaid.x" => grid.X,
        "%nctaid.y" => grid.Y,
        "%nctaid.z" => grid.Z,
        "%laneid" => (ulong)(Array.IndexOf(threads, thread) % WarpSize),
        "%dynamic_smem_size" => (ulong)dynamicBytes,
        _ => null,
    };

    private static IEnumerable<uint> Range(uint count) => Enumerable.Range(0, (int)count).Select(k => (uint)k);

    private void Run()
    {
        while (true)
        {
            foreach (var thread in threads)
                thread.Run();
            if (Array.TrueForAll(threads, thread => thread.State == PtxState.Done))
                return;
            var shuffling = threads.Chunk(WarpSize).Where(warp => Array.TrueForAll(warp, t => t.State is PtxState.AtShuffle)).ToList();
            if (shuffling.Count > 0)
                shuffling.ForEach(Shuffle);
            else if (Array.TrueForAll(threads, thread => thread.State is PtxState.AtBarrier or PtxState.Done))
                ReleaseBarrier();
            else
                throw new InvalidOperationException("the threads wait for each other at different places");
        }
    }

    private void ReleaseBarrier()
    {
        var waiting = Array.FindAll(threads, thread => thread.State == PtxState.AtBarrier);
        if (waiting[0].Waiting.Has("red"))
        {
            var i = waiting[0].Waiting;
            var votes = waiting.Count(thread => thread.Value(i.Operands[2]) != 0);
            var result = i.Has("popc") ? votes : i.Has("and") ? (votes == waiting.Length ? 1 : 0) : votes > 0 ? 1 : 0;
            foreach (var thread in waiting)
                thread[thread.Waiting.Operands[0]] = (ulong)result;
        }

        foreach (var thread in waiting)
            thread.State = PtxState.Running;
    }

    // The manual's pseudo-code for shfl: bval from lane, segment mask and clamp.
    private static void Shuffle(PtxThread[] warp)
    {
        var values = Array.ConvertAll(warp, thread => thread.Value(thread.Waiting.Operands[1]));
        for (var lane = 0; lane < warp.Length; lane++)
        {
            var i = warp[lane].Waiting;
            var (b, c) = ((int)warp[lane].Value(i.Operands[2]) & 31, (int)warp[lane].Value(i.Operands[3]));
            var (clamp, mask) = (c & 31, (c >> 8) & 31);
            var maxLane = (lane & mask) | (clamp & ~mask);
            var minLane = lane & mask;
            var (source, inRange) = i.Parts[2] switch
            {
                "up" => (lane - b, lane - b >= maxLane),
                "down" => (lane + b, lane + b <= maxLane),
                "bfly" => (lane ^ b, (lane ^ b) <= maxLane),
                _ => (minLane | (b & ~mask & 31), (minLane | (b & ~mask & 31)) <= maxLane),
            };
            warp[lane][i.Operands[0]] = values[inRange && source < warp.Length ? source : lane];
            warp[lane].State = PtxState.Running;
        }
    }
}
