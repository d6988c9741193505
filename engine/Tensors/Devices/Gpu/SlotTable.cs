using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Transfers;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// A table of arrays for a kernel that processes any number of them in one launch: a row of <see cref="long"/>s for each. In device memory
/// it never changes, so recorded launches may read it.
/// </summary>
internal sealed class SlotTable
{
    private readonly TableMemory _memory;

    public SlotTable(MemoryPool pool, long[] rows, int columns, HostTransfers transfers)
    {
        _memory = new TableMemory(pool, (long)rows.Length * TableMemory.FloatsOfLong);
        Slots = rows.Length / columns;
        Groups = (int)rows[^1];
        transfers.Upload<long>(rows, View);
    }

    public ArrayView<long> View => _memory.Rows;

    public int Slots { get; }

    /// <summary>Groups of threads in all, where a row's last column is one past the last group that processes it.</summary>
    public int Groups { get; }

    /// <summary>The index of the first element of a group's row, and that row's first group, by binary search.</summary>
    public static (int Row, int FirstGroup) Find(ArrayView<long> table, int slots, int columns, int group)
    {
        var low = 0;
        var high = slots - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (table[(middle * columns) + columns - 1] > group)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return (low * columns, low == 0 ? 0 : (int)table[(low * columns) - 1]);
    }

    /// <summary>The device address of an array.</summary>
    public static long AddressOf(DeviceSpan span) => ((GpuStorage)span.Storage).Buffer.NativePtr + (nint)(span.Offset * sizeof(float));
}
