using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Transfers;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// The copies of <see cref="MemoryKernels.CopyOfAll"/>, in device memory. The table never changes, so recorded launches may read it.
/// </summary>
internal sealed class CopyTable
{
    // Columns of a row: two addresses, the first 0 for zeros, the number of elements, the address of what is added or 0, and one past the
    // last group that processes it.
    public const int From = 0;
    public const int To = 1;
    public const int Length = 2;
    public const int Addend = 3;
    public const int EndGroup = 4;
    public const int Columns = 5;

    private readonly MemoryBuffer1D<long, Stride1D.Dense> _buffer;

    public CopyTable(Accelerator accelerator, long[] rows, HostTransfers transfers)
    {
        _buffer = accelerator.Allocate1D<long>(rows.Length);
        Slots = rows.Length / Columns;
        Groups = (int)rows[^(Columns - EndGroup)];
        transfers.Upload<long>(rows, View);
    }

    public ArrayView<long> View => _buffer.View.BaseView;

    public int Slots { get; }

    /// <summary>Total number of groups of threads.</summary>
    public int Groups { get; }

    /// <summary>The rows of a table.</summary>
    /// <param name="slots">independent copies</param>
    /// <param name="perGroup">elements that a group of threads processes</param>
    public static long[] RowsOf(ReadOnlySpan<CopySlot> slots, int perGroup)
    {
        var rows = new long[slots.Length * Columns];
        long end = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            var row = rows.AsSpan(i * Columns, Columns);
            end += (slot.Y.Length + perGroup - 1) / perGroup;
            (row[From], row[To], row[Length]) = (AddressOf(slot.X), SlotTable.AddressOf(slot.Y), slot.Y.Length);
            (row[Addend], row[EndGroup]) = (AddressOf(slot.Addend), end);
        }

        return rows;
    }

    private static long AddressOf(DeviceSpan? span) => span is { } given ? SlotTable.AddressOf(given) : 0;

    /// <summary>Compares rows by value.</summary>
    internal sealed class RowsComparer : IEqualityComparer<long[]>
    {
        public bool Equals(long[]? x, long[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(long[] rows)
        {
            var hash = default(HashCode);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(rows));
            return hash.ToHashCode();
        }
    }
}
