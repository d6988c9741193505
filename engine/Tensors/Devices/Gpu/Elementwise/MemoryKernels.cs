using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>Fills, copies and adds arrays.</summary>
internal static class MemoryKernels
{
    /// <summary>Elements that a thread of <see cref="CopyOfAll"/> processes.</summary>
    public const int CopiesPerThread = 8;

    public static void Fill(ArrayView<float> y, float value)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = value;
            }
        }
    }

    /// <summary>y = a step number.</summary>
    public static void FillFrom(ArrayView<uint> numbers, int word, ArrayView<float> y)
    {
        var value = Interop.IntAsFloat(numbers[word]);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = value;
            }
        }
    }

    public static void Copy(ArrayView<float> x, ArrayView<float> y)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = x[i];
            }
        }
    }

    public static void AddScaled(float scale, ArrayView<float> x, ArrayView<float> y)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = MathF.FusedMultiplyAdd(scale, x[i], y[i]);
            }
        }
    }

    /// <summary>Copies, adds or clears many arrays in one launch, on CUDA: a group of threads finds its array in the table.</summary>
    public static void CopyOfAll(ArrayView<long> table, int slots)
    {
        if (!PtxMethods.AreSupported)
        {
            return;
        }

        var (row, firstGroup) = SlotTable.Find(table, slots, CopyTable.Columns, Grid.IdxX);
        var length = (int)table[row + CopyTable.Length];
        var from = table[row + CopyTable.From];
        var to = table[row + CopyTable.To];
        var addend = table[row + CopyTable.Addend];
        var start = ((Grid.IdxX - firstGroup) * Group.DimX * CopiesPerThread) + Group.IdxX;
        for (var k = 0; k < CopiesPerThread; k++)
        {
            var i = start + (k * Group.DimX);
            if (i < length)
            {
                var offset = (long)i * sizeof(float);
                var value = from != 0 ? DeviceAddress.Load(from + offset) : 0;
                DeviceAddress.Store(to + offset, addend != 0 ? DeviceAddress.Load(addend + offset) + value : value);
            }
        }
    }
}
