using System.Buffers;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Formats;

/// <summary>An array of a file: name, element type, shape, and dense little-endian bytes in row-major order.</summary>
/// <remarks>A scalar has an empty shape. An array holds at most 2 GiB.</remarks>
public sealed class NamedArray
{
    /// <exception cref="ArgumentException">The number of bytes does not match type and shape.</exception>
    public NamedArray(string name, ElementType type, long[] shape, ReadOnlyMemory<byte> bytes)
    {
        var expected = checked(ElementCount(shape) * type.Size);
        if (bytes.Length != expected)
        {
            throw new ArgumentException($"{name}: {type} [{string.Join(", ", shape)}] needs {expected} bytes, got {bytes.Length}");
        }
        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);
    }

    public string Name { get; }

    public ElementType Type { get; }

    public long[] Shape { get; }

    /// <summary>The elements; for a memory-mapped file a view, valid until the file is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public long Count => Bytes.Length / Type.Size;

    /// <summary>Wraps floats without copying them.</summary>
    public static NamedArray From(string name, long[] shape, ReadOnlyMemory<float> values) =>
        new(name, ElementType.F32, shape, new CastMemory<float>(values).Memory);

    /// <summary>Wraps doubles without copying them.</summary>
    public static NamedArray From(string name, long[] shape, ReadOnlyMemory<double> values) =>
        new(name, ElementType.F64, shape, new CastMemory<double>(values).Memory);

    /// <summary>Wraps integers without copying them.</summary>
    public static NamedArray From(string name, long[] shape, ReadOnlyMemory<long> values) =>
        new(name, ElementType.I64, shape, new CastMemory<long>(values).Memory);

    /// <summary>The same values under another name.</summary>
    public NamedArray Renamed(string name) => new(name, Type, Shape, Bytes);

    /// <summary>Every element rounded to float: a view of <see cref="Bytes"/> if they are floats, else a copy.</summary>
    public ReadOnlySpan<float> AsSingle() => Type == ElementType.F32 ? MemoryMarshal.Cast<byte, float>(Bytes.Span) : ToSingle();

    /// <summary>Every element rounded to float; a copy.</summary>
    public float[] ToSingle() => Type switch
    {
        ElementType.F32 => MemoryMarshal.Cast<byte, float>(Bytes.Span).ToArray(),
        ElementType.F16 => Convert<Half, float>(static x => (float)x),
        ElementType.BF16 => Convert<ushort, float>(static x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        ElementType.U64 => Convert<ulong, float>(static x => x),
        ElementType.I64 => Convert<long, float>(static x => x),
        // A double holds every other type exactly, so this rounds once.
        _ => Array.ConvertAll(ToDouble(), static x => (float)x),
    };

    /// <summary>Every element as a double, exact except for 64-bit integers beyond 2⁵³; a copy.</summary>
    public double[] ToDouble() => Type switch
    {
        ElementType.Bool => Convert<byte, double>(static x => x != 0 ? 1 : 0),
        ElementType.U8 => Convert<byte, double>(static x => x),
        ElementType.I8 => Convert<sbyte, double>(static x => x),
        ElementType.U16 => Convert<ushort, double>(static x => x),
        ElementType.I16 => Convert<short, double>(static x => x),
        ElementType.U32 => Convert<uint, double>(static x => x),
        ElementType.I32 => Convert<int, double>(static x => x),
        ElementType.U64 => Convert<ulong, double>(static x => x),
        ElementType.I64 => Convert<long, double>(static x => x),
        ElementType.F16 => Convert<Half, double>(static x => (double)x),
        ElementType.BF16 => Convert<ushort, double>(static x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        ElementType.F32 => Convert<float, double>(static x => x),
        ElementType.F64 => MemoryMarshal.Cast<byte, double>(Bytes.Span).ToArray(),
        _ => throw new InvalidOperationException($"{Name}: {Type} is not an element type"),
    };

    /// <summary>The values of an integer or boolean array; a copy.</summary>
    /// <exception cref="InvalidOperationException">The array holds floats, or a value beyond 2⁶³ − 1.</exception>
    public long[] ToInt64() => Type switch
    {
        ElementType.I64 => MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray(),
        ElementType.U64 =>
            Convert(static (ulong x) => x <= long.MaxValue ? (long)x : throw new InvalidOperationException($"{x} does not fit an Int64")),
        _ when Type.IsFloat => throw new InvalidOperationException($"{Name} holds {Type}, not integers"),
        _ => Array.ConvertAll(ToDouble(), static x => (long)x),
    };

    /// <summary>The same values as half-precision floats, rounded to nearest even; a copy.</summary>
    public NamedArray ToHalf()
    {
        var halves = Array.ConvertAll(ToSingle(), static x => (Half)x);
        return new(Name, ElementType.F16, Shape, new CastMemory<Half>(halves).Memory);
    }

    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";

    /// <summary>Product of the dimensions; 1 for a scalar.</summary>
    /// <exception cref="OverflowException">The product exceeds 2⁶³ − 1.</exception>
    internal static long ElementCount(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension);
            count = checked(count * dimension);
        }

        return count;
    }

    private TOut[] Convert<TIn, TOut>(Func<TIn, TOut> convert)
        where TIn : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, TIn>(Bytes.Span);
        var result = new TOut[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(source[i]);
        }
        return result;
    }

    /// <summary>A view of memory of <typeparamref name="T"/> as bytes, without a copy.</summary>
    private sealed class CastMemory<T>(ReadOnlyMemory<T> values) : MemoryManager<byte>
        where T : unmanaged
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(MemoryMarshal.AsMemory(values).Span);

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            var handle = values.Pin();
            return new MemoryHandle((byte*)handle.Pointer + elementIndex, default, new PinOwner(handle));
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class PinOwner(MemoryHandle handle) : IPinnable
        {
            private MemoryHandle _handle = handle;

            public MemoryHandle Pin(int elementIndex) => throw new InvalidOperationException("already pinned");

            public void Unpin() => _handle.Dispose();
        }
    }
}
