using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>Arrays as ONNX stores them: raw bytes, or a list of numbers by type.</summary>
internal static class OnnxTensors
{
    /// <summary>Name, type and shape of a tensor, checked against its data.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The data are in another file, have another size, or an unsupported type.
    /// </exception>
    public static TensorEntry Describe(string path, TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw new CheckpointFormatException(path, $"'{tensor.Name}' lies in another file, which is not supported");
        }
        if (OnnxTypes.Find(tensor.DataType) is not { } type)
        {
            throw new CheckpointFormatException(path, $"'{tensor.Name}' has the unsupported element type {tensor.DataType}");
        }
        var entry = new TensorEntry(tensor.Name, type, [.. tensor.Dims]);
        return HasItsSize(tensor, entry) ? entry : throw new CheckpointFormatException(path, $"{entry} has data of another size");
    }

    /// <summary>The array of a tensor that <see cref="Describe"/> has checked.</summary>
    public static NamedArray Read(TensorEntry entry, TensorProto tensor) =>
        new(entry.Name, entry.Type, entry.Shape, Bytes(tensor, entry.Type));

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
