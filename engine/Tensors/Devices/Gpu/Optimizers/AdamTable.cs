using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Transfers;

namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>
/// The device addresses of an optimiser's arrays, in device memory: a row for each parameter. Weights and moments never move, and the pool
/// gives gradients the same addresses in every step, so the table is uploaded in the first steps and then stays.
/// </summary>
internal sealed class AdamTable(MemoryPool pool, int slots)
{
    // Columns of a row: four addresses, the number of elements, and one past the last group that processes it.
    public const int Weight = 0;
    public const int Gradient = 1;
    public const int FirstMoment = 2;
    public const int SecondMoment = 3;
    public const int Length = 4;
    public const int EndGroup = 5;
    public const int Columns = 6;

    private readonly TableMemory _memory = new(pool, (long)slots * Columns * TableMemory.FloatsOfLong);
    private readonly long[] _rows = new long[slots * Columns];

    /// <summary>Whether the device has other rows; an upload that fails leaves it so.</summary>
    private bool _hasChanged;

    public ArrayView<long> View => _memory.Rows;

    public int Slots { get; } = slots;

    /// <summary>Total number of groups of threads.</summary>
    public int Groups => (int)_rows[^(Columns - EndGroup)];

    /// <summary>Updates the table, and uploads it if anything changed since the last upload.</summary>
    /// <param name="parameters">one for each row of the table</param>
    /// <param name="perGroup">elements that a group of threads processes</param>
    /// <param name="transfers">transfers in whose stream the table is read</param>
    public void Assign(ReadOnlySpan<AdamSlot> parameters, int perGroup, HostTransfers transfers)
    {
        long end = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var slot = parameters[i];
            end += (slot.Weight.Length + perGroup - 1) / perGroup;
            Set((i * Columns) + Weight, SlotTable.AddressOf(slot.Weight));
            Set((i * Columns) + Gradient, SlotTable.AddressOf(slot.Gradient));
            Set((i * Columns) + FirstMoment, SlotTable.AddressOf(slot.FirstMoment));
            Set((i * Columns) + SecondMoment, SlotTable.AddressOf(slot.SecondMoment));
            Set((i * Columns) + Length, slot.Weight.Length);
            Set((i * Columns) + EndGroup, end);
        }

        if (_hasChanged)
        {
            transfers.Upload<long>(_rows, View);
            _hasChanged = false;
        }
    }

    private void Set(int place, long value)
    {
        _hasChanged |= _rows[place] != value;
        _rows[place] = value;
    }
}
