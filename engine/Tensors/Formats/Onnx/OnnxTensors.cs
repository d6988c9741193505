using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>Arrays as ONNX stores them: raw bytes, a list of numbers by type, or bytes of another file.</summary>
internal static class OnnxTensors
{
    /// <summary>Name, type and shape of a tensor, checked against its data.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The data have another size or an unsupported type, or lie in another file that is missing or not in the model's folder.
    /// </exception>
    public static TensorEntry Describe(string path, TensorProto tensor)
    {
        if (OnnxTypes.Find(tensor.DataType) is not { } type)
        {
            throw new CheckpointFormatException(path, $"'{tensor.Name}' has the unsupported element type {tensor.DataType}");
        }
        var entry = new TensorEntry(tensor.Name, type, [.. tensor.Dims]);
        if (IsExternal(tensor))
        {
            _ = ExternalData.Of(path, tensor, BytesOf(path, entry));
            return entry;
        }
        return HasItsSize(tensor, entry) ? entry : throw new CheckpointFormatException(path, $"{entry} has data of another size");
    }

    /// <summary>The array of a tensor that <see cref="Describe"/> has checked.</summary>
    public static NamedArray Read(string path, TensorEntry entry, TensorProto tensor) =>
        new(
            entry.Name, entry.Type, entry.Shape,
            IsExternal(tensor)
                ? ExternalData.Of(path, tensor, BytesOf(path, entry)).Read((int)BytesOf(path, entry))
                : Bytes(tensor, entry.Type));

    /// <summary>
    /// Refuses a model whose tensors claim more of another file than it has: otherwise a short model could repeat a long file without end.
    /// </summary>
    public static void RequireDistinctData(string path, IEnumerable<TensorProto> tensors)
    {
        var claimed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var tensor in tensors.Where(IsExternal))
        {
            var bytes = BytesOf(path, Describe(path, tensor));
            var (file, length, _) = ExternalData.Of(path, tensor, bytes);
            claimed[file] = claimed.GetValueOrDefault(file) + bytes;
            if (claimed[file] > length)
            {
                throw new CheckpointFormatException(path, $"its tensors claim {claimed[file]} bytes of {file}, which has {length}");
            }
        }
    }

    private static bool IsExternal(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;

    private static long BytesOf(string path, TensorEntry entry)
    {
        try
        {
            return entry.Shape.All(dimension => dimension >= 0)
                && checked(NamedArray.ElementCount(entry.Shape) * entry.Type.Size) is <= int.MaxValue and var bytes
                ? bytes
                : throw new CheckpointFormatException(path, $"{entry} is larger than the 2 GiB supported, or has a negative extent");
        }
        catch (OverflowException e)
        {
            throw new CheckpointFormatException(path, $"the size of {entry} overflows", e);
        }
    }

    private static bool HasItsSize(TensorProto tensor, TensorEntry entry)
    {
        try
        {
            if (entry.Shape.Any(dimension => dimension < 0))
            {
                return false;
            }
            var count = NamedArray.ElementCount(entry.Shape);
            return tensor.HasRawData
                ? tensor.RawData.Length == checked(count * entry.Type.Size)
                : count == entry.Type switch
                {
                    ElementType.F32 => tensor.FloatData.Count,
                    ElementType.F64 => tensor.DoubleData.Count,
                    ElementType.I64 => tensor.Int64Data.Count,
                    ElementType.U32 or ElementType.U64 => tensor.Uint64Data.Count,
                    _ => tensor.Int32Data.Count,
                };
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Bytes(TensorProto tensor, ElementType type)
    {
        if (tensor.HasRawData)
        {
            return tensor.RawData.Memory;
        }
        return type switch
        {
            ElementType.F32 => AsBytes<float>([.. tensor.FloatData]),
            ElementType.F64 => AsBytes<double>([.. tensor.DoubleData]),
            ElementType.I64 => AsBytes<long>([.. tensor.Int64Data]),
            ElementType.U64 => AsBytes<ulong>([.. tensor.Uint64Data]),
            ElementType.U32 => AsBytes<uint>([.. tensor.Uint64Data.Select(x => (uint)x)]),
            ElementType.I32 => AsBytes<int>([.. tensor.Int32Data]),
            // Narrow types, half floats among them, are stored as the low bits of an Int32.
            _ when type.Size == 2 => AsBytes<ushort>([.. tensor.Int32Data.Select(x => (ushort)x)]),
            _ => AsBytes<byte>([.. tensor.Int32Data.Select(x => (byte)x)]),
        };
    }

    private static byte[] AsBytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();
}
