using System.Buffers;
using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Collects arrays of floats to send to and receive from other ranks, then exchanges them all at once.</summary>
/// <param name="ranks">the ranks of the job</param>
/// <param name="isBfloat16">whether the numbers were rounded by <see cref="Bfloat16.Round"/> and are sent as two bytes; else four</param>
internal sealed class FloatExchange(IRanks ranks, bool isBfloat16)
{
    private readonly List<Sending> _sendings = [];
    private readonly List<Receiving> _receivings = [];
    private readonly List<Memory<float>> _destinations = [];
    private readonly List<byte[]> _rented = [];

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <param name="to">the receiving rank</param>
    /// <param name="numbers">must not change before <see cref="Run"/> has returned</param>
    public void Send(int to, Memory<float> numbers)
    {
        var bytes = isBfloat16 ? Rent(numbers.Length) : new BytesOf(numbers).Memory;
        if (isBfloat16)
        {
            Bfloat16.Pack(numbers.Span, bytes.Span);
        }

        _sendings.Add(new Sending(to, bytes));
        Sent += bytes.Length;
    }

    /// <param name="from">the sending rank</param>
    /// <param name="numbers">filled by <see cref="Run"/></param>
    public void Receive(int from, Memory<float> numbers)
    {
        _destinations.Add(numbers);
        _receivings.Add(new Receiving(from, isBfloat16 ? Rent(numbers.Length) : new BytesOf(numbers).Memory));
    }

    /// <summary>Exchanges everything that was added, and waits for it; then the exchange is empty again.</summary>
    public void Run()
    {
        ranks.Exchange(CollectionsMarshal.AsSpan(_sendings), CollectionsMarshal.AsSpan(_receivings));
        for (var i = 0; isBfloat16 && i < _destinations.Count; i++)
        {
            Bfloat16.Unpack(_receivings[i].Bytes.Span, _destinations[i].Span);
        }

        _sendings.Clear();
        _receivings.Clear();
        _destinations.Clear();
        _rented.ForEach(bytes => ArrayPool<byte>.Shared.Return(bytes));
        _rented.Clear();
    }

    private Memory<byte> Rent(int numbers)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(numbers * sizeof(ushort));
        _rented.Add(bytes);
        return bytes.AsMemory(0, numbers * sizeof(ushort));
    }

    /// <summary>A view of floats as bytes, without a copy.</summary>
    private sealed class BytesOf(Memory<float> numbers) : MemoryManager<byte>
    {
        private MemoryHandle _pinned;

        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(numbers.Span);

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            _pinned = numbers.Pin();
            return new MemoryHandle((byte*)_pinned.Pointer + elementIndex, default, this);
        }

        public override void Unpin() => _pinned.Dispose();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
