namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>Reads a tensor from the bytes of its storage.</summary>
internal static class PickleTensorReader
{
    /// <param name="name">Name of the array.</param>
    /// <param name="tensor">A view, checked to lie inside its storage.</param>
    /// <param name="storage">All bytes of the storage, little-endian.</param>
    public static NamedArray Read(string name, PickleTensor tensor, ReadOnlyMemory<byte> storage)
    {
        var (type, size) = (tensor.Storage.Type, tensor.Storage.Type.Size);
        if (tensor.IsContiguous)
        {
            var start = tensor.Count == 0 ? 0 : tensor.Offset * size;
            return new NamedArray(name, type, tensor.Shape, storage.Slice((int)start, (int)(tensor.Count * size)));
        }

        var dense = new byte[tensor.Count * size];
        Gather(storage.Span, tensor, size, dense);
        return new NamedArray(name, type, tensor.Shape, dense);
    }

    /// <summary>Copies a strided view into row-major order.</summary>
    private static void Gather(ReadOnlySpan<byte> storage, PickleTensor tensor, int size, Span<byte> dense)
    {
        var (shape, strides) = (tensor.Shape, tensor.Strides);
        var position = new long[shape.Length];
        var element = tensor.Offset;
        for (var to = 0; to < dense.Length; to += size)
        {
            storage.Slice((int)(element * size), size).CopyTo(dense[to..]);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                element += strides[axis];
                if (++position[axis] < shape[axis])
                {
                    break;
                }
                element -= strides[axis] * shape[axis];
                position[axis] = 0;
            }
        }
    }
}
