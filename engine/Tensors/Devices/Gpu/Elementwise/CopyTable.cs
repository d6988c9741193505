namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>The copies of <see cref="MemoryKernels.CopyOfAll"/>, rows of a <see cref="SlotTable"/>.</summary>
internal static class CopyTable
{
    // Columns of a row: two addresses, the first 0 for zeros, the number of elements, the address of what is added or 0, and one past the
    // last group that processes it.
    public const int From = 0;
    public const int To = 1;
    public const int Length = 2;
    public const int Addend = 3;
    public const int EndGroup = 4;
    public const int Columns = 5;

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
}
