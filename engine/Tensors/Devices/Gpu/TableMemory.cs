using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Device memory of a small table that kernels read. Nobody gives it back, since recorded launches may read it; it goes with the table.
/// </summary>
internal sealed class TableMemory
{
    public const int FloatsOfLong = sizeof(long) / sizeof(float);

    private readonly DeviceSpan _span;

    /// <param name="pool">the device's pool of tables, which makes room where memory is short</param>
    /// <param name="count">number of floats</param>
    public TableMemory(MemoryPool pool, long count)
    {
        var storage = pool.Rent(count);
        storage.Acquire();
        _span = new DeviceSpan(storage, 0, count);
    }

    public ArrayView<float> View => _span.View();

    /// <summary>The same as rows of numbers and addresses.</summary>
    public ArrayView<long> Rows => View.Cast<long>();
}
