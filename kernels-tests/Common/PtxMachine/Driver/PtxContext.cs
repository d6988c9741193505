using ILGPU.Runtime.Cuda;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>The simulated card of the driver: sm_80.</summary>
internal static class PtxCard
{
    public const int Sm = 80;
    public const int MaxThreads = 1024;

    /// <summary>
    /// The largest group of a kernel without a bound: it may have up to 255 registers a thread, of which a group has 65,536.
    /// </summary>
    public const int MaxThreadsForAnyRegisters = 256;

    public const int SharedBytes = 48 * 1024;
    public const int OptInSharedBytes = 163 * 1024;
    public const string Name = "PTX machine sm_80";

    /// <summary>Global memory per context, in bytes.</summary>
    public static long MemoryBytes { get; set; } = 1L << 30;

    /// <summary>A device attribute by its number in the driver's header; null if unknown.</summary>
    public static int? Attribute(int number) => number switch
    {
        1 => MaxThreads,
        2 or 3 => MaxThreads,
        4 => 64,
        5 => int.MaxValue,
        6 or 7 => 65535,
        8 => SharedBytes,
        9 or 12 or 82 => 65536,
        10 => PtxWarp.Lanes,
        11 => int.MaxValue,
        13 => 1_000_000,
        16 => 4,
        19 or 41 or 83 or 90 or 91 or 115 => 1,
        32 or 33 or 34 or 35 or 50 => 0,
        36 => 1_000_000,
        37 => 256,
        38 => 1 << 20,
        39 => 2048,
        40 => 2,
        75 => Sm / 10,
        76 => Sm % 10,
        81 => OptInSharedBytes + 1024,
        97 => OptInSharedBytes,
        _ => null,
    };
}

/// <summary>A context: memory, streams, and a pending fault.</summary>
internal sealed class PtxContext
{
    private int _streamsMade;
    private bool _persists;

    public PtxContext() => DefaultStream = new PtxStream(this, isBlocking: true, _streamsMade);

    public PtxGlobalMemory Memory { get; } = new();

    public PtxStream DefaultStream { get; }

    /// <summary>Streams other than the default one.</summary>
    public List<PtxStream> Streams { get; } = [];

    public bool IsDestroyed { get; set; }

    /// <summary>The error that calls return after a kernel failed.</summary>
    public CudaError Fault { get; private set; }

    public PtxStream AddStream(bool isBlocking)
    {
        var stream = new PtxStream(this, isBlocking, ++_streamsMade);
        Streams.Add(stream);
        return stream;
    }

    public void Fail(CudaError error, bool persists) => (Fault, _persists) = (error, persists);

    /// <summary>Returns the fault of a failed kernel, and clears it unless it persists.</summary>
    public CudaError ReportFault()
    {
        var fault = Fault;
        Fault = _persists ? fault : CudaError.CUDA_SUCCESS;
        return fault;
    }

    /// <summary>Runs all work of all streams.</summary>
    public void Drain()
    {
        DefaultStream.Drain();
        foreach (var stream in Streams)
        {
            stream.Drain();
        }
    }

    /// <summary>Runs the ready work of the eager streams.</summary>
    public void RunReady(Func<PtxStream, bool> isEager)
    {
        var eager = Streams.Append(DefaultStream).Where(isEager).ToList();
        while (eager.Count > 0 && eager.Count(stream => stream.RunReady()) > 0)
        {
        }
    }
}
