using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Weighted sums of neighbours along an axis: a thread for each element of the result.</summary>
internal static class ResampleKernel
{
    public static void Run(ArrayView<float> x, ArrayView<float> y, ArrayView<float> table, int width, int inputs, int outputs, int inner)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / inner;
        var outer = line / outputs;
        var row = (line - (outer * outputs)) * width;
        var place = (((outer * inputs) + (int)table[row + ResampleTaps.Start]) * inner) + (index - (line * inner));
        var count = (int)table[row + ResampleTaps.Count];

        // Halves are added up: filters with negative weights would exceed float32 on the way to a large number that doesn't.
        var sum = default(Compensated);
        for (var tap = 0; tap < count; tap++)
        {
            sum = sum.Add(table[row + ResampleTaps.Weights + tap] * (x[place] * 0.5f));
            place += inner;
        }

        y[index] = sum.Value * 2;
    }
}
