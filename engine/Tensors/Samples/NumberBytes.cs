using System.Buffers;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Numbers seen as bytes, in the memory where they are.</summary>
internal static class NumberBytes
{
    public static Memory<byte> Of(Memory<float> numbers) => new BytesOf(numbers).Memory;

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
