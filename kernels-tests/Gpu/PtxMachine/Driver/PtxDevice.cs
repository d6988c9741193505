using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Gpu.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

/// <summary>A device of the driver that runs PTX without a card, with its primary context.</summary>
internal sealed class PtxDevice(int ordinal, int sm)
{
    public const int MaxThreads = 1024;
    public const int SharedBytes = 48 * 1024;

    private int _streamsMade;

    /// <summary>How much each device has.</summary>
    public static long MemoryBytes { get; set; } = 1L << 30;

    public int Ordinal { get; } = ordinal;

    public int Sm { get; } = sm;

    public string Name => $"PTX machine sm_{Sm}";

    public int OptInSharedBytes => Sm >= 90 ? 227 * 1024 : Sm >= 80 ? 163 * 1024 : 96 * 1024;

    /// <summary>How many hold the primary context; without any there is none.</summary>
    public int Holders { get; set; }

    public PtxGlobalMemory Memory { get; private set; } = new();

    public PtxStream DefaultStream { get; private set; } = null!;

    /// <summary>Streams other than the default one.</summary>
    public List<PtxStream> Streams { get; } = [];

    public HashSet<int> Peers { get; } = [];

    /// <summary>What every call returns after a kernel failed, as long as the context lives.</summary>
    public CudaError Fault { get; private set; }

    public IntPtr Handle => 0x0C00 + Ordinal;

    public void Open()
    {
        Memory = new PtxGlobalMemory();
        _streamsMade = 0;
        DefaultStream = new PtxStream(this, isBlocking: true, _streamsMade);
        Streams.Clear();
        Peers.Clear();
        Fault = CudaError.CUDA_SUCCESS;
    }

    public PtxStream AddStream(bool isBlocking)
    {
        var stream = new PtxStream(this, isBlocking, ++_streamsMade);
        Streams.Add(stream);
        return stream;
    }

    public void Fail(CudaError error) => Fault = error;

    /// <summary>What a failed kernel left for the next call, and for all later ones if it stays.</summary>
    public CudaError ReportFault(bool stays)
    {
        var fault = Fault;
        Fault = stays ? fault : CudaError.CUDA_SUCCESS;
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

    /// <summary>Lets the hasty streams do what they can.</summary>
    public void Hurry(Func<PtxStream, bool> isHasty)
    {
        var hasty = Streams.Append(DefaultStream).Where(isHasty).ToList();
        while (hasty.Count > 0 && hasty.Count(stream => stream.Hurry()) > 0)
        {
        }
    }

    /// <summary>The numbers by which the driver's header names attributes.</summary>
    public int? Attribute(int number) => number switch
    {
        1 => MaxThreads,
        2 or 3 => MaxThreads,
        4 => 64,
        5 => int.MaxValue,
        6 or 7 => 65535,
        8 => SharedBytes,
        9 => 65536,
        10 => PtxWarp.Lanes,
        12 or 82 => 65536,
        13 => 1_000_000,
        16 => 4,
        19 => 1,
        32 or 33 or 50 => 0,
        34 => Ordinal,
        36 => 1_000_000,
        37 => 256,
        38 => 1 << 20,
        39 => 2048,
        40 => 2,
        75 => Sm / 10,
        76 => Sm % 10,
        81 => OptInSharedBytes + 1024,
        97 => OptInSharedBytes,
        115 => 1,
        _ => null,
    };
}
