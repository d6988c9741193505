using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>
/// One scalar of a type: where it lies, how, the fields that lead to it, and which element it is if they lead to a fixed buffer.
/// </summary>
internal sealed record Leaf(int Offset, MemoryType Memory, ImmutableArray<FieldInfo> Path, int Element = 0);

/// <summary>What a type is made of: scalar leaves in memory order, at the offsets that the .NET runtime uses.</summary>
internal sealed class TypeLayout
{
    private const int MostLeaves = 1024;
    private static readonly ConcurrentDictionary<Type, TypeLayout> s_cache = new();

    private readonly Dictionary<FieldInfo, (int FirstLeaf, int Offset, TypeLayout Layout)> _places;

    private TypeLayout(
        Type type, int size, int alignment, ImmutableArray<Leaf> leaves, Dictionary<FieldInfo, (int, int, TypeLayout)>? fields = null)
    {
        (Type, Size, Alignment, Leaves) = (type, size, alignment, leaves);
        _places = fields ?? [];
    }

    public Type Type { get; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>Bytes.</summary>
    public int Alignment { get; }

    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>
    /// The largest power of two, at most 16, that divides the size: what the address of an element of a view is a multiple of.
    /// </summary>
    public int ElementAlignment => Size == 0 ? 1 : Math.Min(16, Size & -Size);

    public (int FirstLeaf, int Offset, TypeLayout Layout) Field(FieldInfo field) =>
        _places.TryGetValue(field, out var found)
            ? found
            : throw new KernelRefusedException($"field '{field.Name}' of '{Type}' is not accessible in kernels");

    public static TypeLayout Of(Type type) => s_cache.GetOrAdd(type, Build);

    private static TypeLayout Build(Type type)
    {
        if (Scalar(type) is { } memory)
        {
            return new TypeLayout(type, memory.Size(), memory.Size(), [new Leaf(0, memory, [])]);
        }

        if (KnownTypes.IsArrayView(type))
        {
            return Opaque(type, 16, MemoryType.Pointer, MemoryType.Int64);
        }

        if (type.IsArray)
        {
            return Opaque(
                type, 8 + (8 * type.GetArrayRank()), [MemoryType.Pointer, .. Enumerable.Repeat(MemoryType.Int64, type.GetArrayRank())]);
        }

        if (!type.IsValueType)
        {
            throw new KernelRefusedException($"class type '{type}' is not supported in kernels; use structs and views");
        }

        if (type == typeof(void))
        {
            return new TypeLayout(type, 0, 1, []);
        }

        if (type.IsByRefLike)
        {
            throw new KernelRefusedException($"'{type}' is not supported in kernels; use ArrayView<T>");
        }

        if (type.IsExplicitLayout)
        {
            throw new KernelRefusedException($"the type '{type}' has an unsupported structure layout; use sequential layout");
        }

        return Struct(type);
    }

    private static MemoryType? Scalar(Type type)
    {
        if (type.IsEnum)
        {
            type = type.GetEnumUnderlyingType();
        }

        if (type.IsByRef || type.IsPointer)
        {
            return MemoryType.Pointer;
        }

        if (type == typeof(nint) || type == typeof(nuint))
        {
            return MemoryType.Int64;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean or TypeCode.Byte => MemoryType.UInt8,
            TypeCode.SByte => MemoryType.Int8,
            TypeCode.Int16 => MemoryType.Int16,
            TypeCode.UInt16 or TypeCode.Char => MemoryType.UInt16,
            TypeCode.Int32 or TypeCode.UInt32 => MemoryType.Int32,
            TypeCode.Int64 or TypeCode.UInt64 => MemoryType.Int64,
            TypeCode.Single => MemoryType.Float32,
            TypeCode.Double => MemoryType.Float64,
            _ => null,
        };
    }

    private static TypeLayout Opaque(Type type, int size, params MemoryType[] leaves) =>
        new(type, size, 8, [.. leaves.Select((memory, i) => new Leaf(8 * i, memory, []))]);

    private static TypeLayout Struct(Type type)
    {
        var attribute = type.StructLayoutAttribute;
        var members = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        Array.Sort(members, (a, b) => a.MetadataToken.CompareTo(b.MetadataToken));
        var pack = attribute is { Pack: > 0 } ? attribute.Pack : 8;
        var fields = new Dictionary<FieldInfo, (int, int, TypeLayout)>();
        var leaves = ImmutableArray.CreateBuilder<Leaf>();
        var (offset, alignment) = (0, 1);
        foreach (var field in members)
        {
            var layout = Of(field.FieldType);
            var align = Math.Min(pack, layout.Alignment);
            offset = (offset + align - 1) / align * align;
            fields[field] = (leaves.Count, offset, layout);
            leaves.AddRange(layout.Leaves.Select(leaf => leaf with { Offset = offset + leaf.Offset, Path = leaf.Path.Insert(0, field) }));
            (offset, alignment) = (offset + layout.Size, Math.Max(alignment, align));
        }

        // An empty struct takes a byte; fixed buffers and inline arrays declare one element and a size.
        var size = Math.Max(1, (offset + alignment - 1) / alignment * alignment);
        var repeat = Repetitions(type, attribute, members, size);
        size = Math.Max(size * repeat, attribute?.Size ?? 0);
        if (type.IsAutoLayout && !ContainsView(type))
        {
            return Automatic(type, members, leaves.Count);
        }

        if (leaves.Count * repeat > MostLeaves)
        {
            throw new KernelRefusedException($"the type '{type}' has more than {MostLeaves} scalars; use LocalMemory.Allocate");
        }

        if (repeat > 1)
        {
            var element = leaves.ToImmutable();
            var stride = size / repeat;
            for (var i = 1; i < repeat; i++)
            {
                leaves.AddRange(element.Select(leaf => leaf with { Offset = leaf.Offset + (i * stride), Element = i }));
            }
        }

        return new TypeLayout(type, size, alignment, leaves.ToImmutable(), fields);
    }

    private static int Repetitions(Type type, StructLayoutAttribute? attribute, FieldInfo[] members, int size)
    {
        if (members.Length != 1)
        {
            return 1;
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            return inline.Length;
        }

        return members[0].Name == "FixedElementField" && attribute is { Size: > 0 } ? attribute.Size / size : 1;
    }

    // Automatic layout (tuples) is the runtime's own; ask it where the fields are.
    private static TypeLayout Automatic(Type type, FieldInfo[] members, int count)
    {
        var placed = members.Select(field => (Field: field, Offset: ManagedLayout.OffsetOf(type, field), Layout: Of(field.FieldType)))
            .OrderBy(f => f.Offset).ToList();
        var fields = new Dictionary<FieldInfo, (int, int, TypeLayout)>();
        var leaves = ImmutableArray.CreateBuilder<Leaf>(count);
        foreach (var (field, offset, layout) in placed)
        {
            fields[field] = (leaves.Count, offset, layout);
            leaves.AddRange(layout.Leaves.Select(leaf => leaf with { Offset = offset + leaf.Offset, Path = leaf.Path.Insert(0, field) }));
        }

        var alignment = placed.Count == 0 ? 1 : placed.Max(f => f.Layout.Alignment);
        return new TypeLayout(type, ManagedLayout.SizeOf(type), alignment, leaves.ToImmutable(), fields);
    }

    private static bool ContainsView(Type type) =>
        KnownTypes.IsArrayView(type)
        || type.IsArray
        || (type is { IsValueType: true, IsPrimitive: false, IsEnum: false }
            && Array.Exists(
                type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
                field => ContainsView(field.FieldType)));
}
