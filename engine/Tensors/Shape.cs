using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors;

/// <summary>
/// The extents of a dense row-major tensor, outermost first; images are <c>[N, C, H, W]</c>.
/// Rank 0 is a scalar. At most <see cref="MaxRank"/> dimensions, held inline, so a shape allocates nothing.
/// A collection expression such as <c>[2, 3, 5]</c> converts to a shape.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Of))]
public readonly struct Shape : IEquatable<Shape>
{
    public const int MaxRank = 6;

    /// <summary>Elements whose bytes can be counted in 64 bits.</summary>
    private const long MaxCount = long.MaxValue / sizeof(float) / 2;

    [InlineArray(MaxRank)]
    private struct Held
    {
        private int _first;
    }

    private readonly Held _extents;

    public Shape(params ReadOnlySpan<int> extents)
    {
        if (extents.Length > MaxRank)
        {
            throw new ShapeException($"a tensor has at most {MaxRank} dimensions, not {extents.Length}");
        }

        long count = 1;
        for (var i = 0; i < extents.Length; i++)
        {
            if (extents[i] < 0)
            {
                throw new ShapeException($"dimension {i} of a shape is negative: {extents[i]}");
            }

            _extents[i] = extents[i];
            count = extents[i] == 0 || count <= MaxCount / extents[i] ? count * extents[i] : throw new ShapeException(
                $"a tensor [{string.Join(',', extents.ToArray())}] would have more than {MaxCount} elements, which no memory holds");
        }

        Rank = extents.Length;
        Count = count;
    }

    /// <summary>Builds a shape from a collection expression.</summary>
    public static Shape Of(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => new([]);

    public int Rank { get; }

    /// <summary>Number of elements: the product of all extents, 1 for a scalar.</summary>
    public long Count { get => Rank == 0 ? 1 : field; }

    /// <summary>Extent of a dimension; negative indices count from the end.</summary>
    /// <exception cref="ShapeException">the shape has no such dimension</exception>
    public int this[int dimension]
    {
        get
        {
            var index = dimension < 0 ? dimension + Rank : dimension;
            if ((uint)index >= (uint)Rank)
            {
                throw new ShapeException($"dimension {dimension} of a tensor of rank {Rank}: {this}");
            }

            return _extents[index];
        }
    }

    /// <summary>Converts a dimension, negative to count from the end, to an index from the front.</summary>
    /// <exception cref="ShapeException">the shape has no such dimension</exception>
    internal int Axis(string op, int dimension)
    {
        var index = dimension < 0 ? dimension + Rank : dimension;
        return (uint)index < (uint)Rank ? index : throw new ShapeException($"{op}: {this} has no dimension {dimension}");
    }

    /// <summary>The products of the extents before and after a dimension: the shape seen as [Outer, extent, Inner].</summary>
    /// <exception cref="ShapeException">a product does not fit in 32 bits; the message begins with the op</exception>
    internal (int Outer, int Inner) Around(string op, int axis)
    {
        var (outer, inner) = (1, 1);
        for (var i = 0; i < Rank; i++)
        {
            outer = i < axis ? Extents.Of(op, (long)outer * this[i], this) : outer;
            inner = i > axis ? Extents.Of(op, (long)inner * this[i], this) : inner;
        }

        return (outer, inner);
    }

    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)ToArray()).GetEnumerator();

    /// <summary>A copy with one extent replaced.</summary>
    public Shape With(int dimension, int extent)
    {
        Span<int> extents = stackalloc int[MaxRank];
        CopyTo(extents);
        extents[dimension < 0 ? dimension + Rank : dimension] = extent;
        return new Shape(extents[..Rank]);
    }

    public void CopyTo(Span<int> extents)
    {
        for (var i = 0; i < Rank; i++)
        {
            extents[i] = _extents[i];
        }
    }

    public int[] ToArray()
    {
        var extents = new int[Rank];
        CopyTo(extents);
        return extents;
    }

    /// <summary>The extents as files have them.</summary>
    internal long[] ToLongs() => Array.ConvertAll(ToArray(), extent => (long)extent);

    /// <summary>The shape to which both broadcast under NumPy's rule: aligned at the end, extents equal or 1.</summary>
    /// <exception cref="ShapeException">the shapes do not broadcast; the message begins with the op</exception>
    public static Shape Broadcast(string op, Shape a, Shape b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        Span<int> extents = stackalloc int[MaxRank];
        for (var i = 1; i <= rank; i++)
        {
            var x = i <= a.Rank ? a[-i] : 1;
            var y = i <= b.Rank ? b[-i] : 1;
            if (x != y && x != 1 && y != 1)
            {
                throw new ShapeException($"{op}: {a} and {b} do not broadcast: extents {x} and {y} at dimension -{i}");
            }

            extents[rank - i] = x == 1 ? y : x;
        }

        return new Shape(extents[..rank]);
    }

    /// <summary>Whether <see cref="Broadcast"/> makes another shape of the two: that shape itself.</summary>
    internal bool BroadcastsTo(Shape other)
    {
        for (var i = 1; i <= Rank; i++)
        {
            if (i > other.Rank || (this[-i] != other[-i] && this[-i] != 1))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(Shape other)
    {
        if (Rank != other.Rank)
        {
            return false;
        }

        for (var i = 0; i < Rank; i++)
        {
            if (_extents[i] != other._extents[i])
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (var i = 0; i < Rank; i++)
        {
            hash.Add(_extents[i]);
        }

        return hash.ToHashCode();
    }

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    public override string ToString() => $"[{string.Join(',', ToArray())}]";
}
