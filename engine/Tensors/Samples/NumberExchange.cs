using System.Buffers;
using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Numbers that go to other ranks, and those that come from them, all at once.</summary>
/// <param name="ranks">all of them</param>
/// <param name="isShort">whether the numbers are <see cref="ShortNumbers"/>, of which two bytes are sent; else four</param>
internal sealed class NumberExchange(IRanks ranks, bool isShort)
{
    private readonly List<Sending> _sendings = [];
    private readonly List<Receiving> _receivings = [];
    private readonly List<Memory<float>> _places = [];
    private readonly List<byte[]> _borrowed = [];

    /// <summary>Bytes that have gone out.</summary>
    public long Sent { get; private set; }

    /// <param name="to">a rank</param>
    /// <param name="numbers">not to be written to before the exchange is over</param>
    public void Send(int to, Memory<float> numbers)
    {
        var bytes = isShort ? Borrow(numbers.Length) : new BytesOf(numbers).Memory;
        if (isShort)
        {
            ShortNumbers.Pack(numbers.Span, bytes.Span);
        }

        _sendings.Add(new Sending(to, bytes));
        Sent += bytes.Length;
    }

    /// <param name="from">a rank</param>
    /// <param name="numbers">where they go</param>
    public void Receive(int from, Memory<float> numbers)
    {
        _places.Add(numbers);
        _receivings.Add(new Receiving(from, isShort ? Borrow(numbers.Length) : new BytesOf(numbers).Memory));
    }

    /// <summary>Returns when all have gone and come; then others may be added.</summary>
    public void Run()
    {
        ranks.Exchange(CollectionsMarshal.AsSpan(_sendings), CollectionsMarshal.AsSpan(_receivings));
        for (var i = 0; isShort && i < _places.Count; i++)
        {
            ShortNumbers.Unpack(_receivings[i].Bytes.Span, _places[i].Span);
        }

        _sendings.Clear();
        _receivings.Clear();
        _places.Clear();
        _borrowed.ForEach(bytes => ArrayPool<byte>.Shared.Return(bytes));
        _borrowed.Clear();
    }

    private Memory<byte> Borrow(int numbers)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(numbers * sizeof(ushort));
        _borrowed.Add(bytes);
        return bytes.AsMemory(0, numbers * sizeof(ushort));
    }

    /// <summary>Numbers seen as bytes, in the memory where they are.</summary>
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
