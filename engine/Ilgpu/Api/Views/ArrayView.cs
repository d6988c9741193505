using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// A linear view of elements in device memory. In kernels it is a pointer and a length; on the host it names a range of a
/// <see cref="MemoryBuffer"/>, and its elements can be touched only where that memory is the host's.
/// </summary>
/// <remarks>
/// The kernel compiler knows the constructor-free core by name: the <c>int</c> and <c>long</c> indexers, <see cref="Length"/>,
/// <see cref="IsValid"/>, <see cref="Address"/>, <see cref="SubView(long, long)"/> and <see cref="Cast{TOther}"/>. Everything else is
/// compiled from its body.
/// </remarks>
public readonly struct ArrayView<T> : IArrayView<T, Index1D, LongIndex1D, Stride1D.Dense>, IContiguousArrayView<T>
    where T : unmanaged
{
    /// <summary>The size of an element in bytes.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    /// <summary>The view of nothing.</summary>
    public static readonly ArrayView<T> Empty;

    private readonly MemoryBuffer? _source;

    private readonly long _offsetInBytes;

    /// <param name="source">The buffer to look into.</param>
    /// <param name="index">The first element, in units of <typeparamref name="T"/>.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the buffer.</exception>
    public ArrayView(MemoryBuffer source, long index, long length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((index + length) * ElementSize, source.LengthInBytes, nameof(length));
        _source = source;
        _offsetInBytes = index * ElementSize;
        Length = length;
    }

    private ArrayView(MemoryBuffer? source, long offsetInBytes, long length, bool _)
    {
        _source = source;
        _offsetInBytes = offsetInBytes;
        Length = length;
    }

    internal static ArrayView<T> FromBytes(MemoryBuffer? source, long offsetInBytes, long length) =>
        new(source, offsetInBytes, length, true);

    public MemoryBuffer? Buffer => _source;

    /// <summary>Where the view starts in its buffer, in bytes.</summary>
    public long IndexInBytes => _offsetInBytes;

    /// <summary>The address of the first element, good for nothing but its alignment.</summary>
    internal long Address => _source?.Address(_offsetInBytes) ?? 0;

    /// <inheritdoc/>
    public bool IsValid => _source is { IsDisposed: false } && Length > 0;

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    int IArrayView.ElementSize => ElementSize;

    public int IntLength => (int)Length;

    public long LengthInBytes => Length * Interop.SizeOf<T>();

    public LongIndex1D Extent => Length;

    public Index1D IntExtent => (int)Length;

    public Stride1D.Dense Stride => default;

    /// <exception cref="IndexOutOfRangeException">The index lies outside the view.</exception>
    /// <exception cref="InvalidOperationException">On the host: the memory is a device's.</exception>
    public ref T this[int index] => ref this[(long)index];

    /// <inheritdoc cref="this[int]"/>
    public unsafe ref T this[long index]
    {
        get
        {
            ViewBounds.Assert((ulong)index < (ulong)Length);
            return ref Unsafe.AsRef<T>((byte*)_source!.HostAddress + _offsetInBytes + index * sizeof(T));
        }
    }

    /// <inheritdoc cref="this[int]"/>
    public ref T this[Index1D index] => ref this[index.X];

    /// <inheritdoc cref="this[int]"/>
    public ref T this[LongIndex1D index] => ref this[index.X];

    /// <summary>The elements from <paramref name="index"/> to the end.</summary>
    public ArrayView<T> SubView(long index) => SubView(index, Length - index);

    /// <summary><paramref name="subViewLength"/> elements from <paramref name="index"/> on.</summary>
    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, (long)subViewLength);

    /// <inheritdoc cref="SubView(int, int)"/>
    public ArrayView<T> SubView(long index, long subViewLength)
    {
        ViewBounds.Assert(index >= 0 && subViewLength >= 0 && index <= Length - subViewLength);
        return new(_source, _offsetInBytes + index * ElementSize, subViewLength, true);
    }

    /// <summary>The same bytes as elements of another type; a remainder that fills no element is left out.</summary>
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged =>
        ArrayView<TOther>.FromBytes(_source, _offsetInBytes, Length * ElementSize / ArrayView<TOther>.ElementSize);

    public ArrayView<T> AsContiguous() => this;

    public override string ToString() => $"ArrayView<{typeof(T).Name}>[{Length}]";

    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => new(view, view.Length, default);

    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView;
}
