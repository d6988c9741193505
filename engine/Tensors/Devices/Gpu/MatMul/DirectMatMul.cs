using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A <see cref="MatMulGeometry"/> as a kernel argument, without the number of products.</summary>
internal readonly record struct MatMulExtents(int M, int N, int K, byte TransposeA, byte TransposeB);

/// <summary>The matrix product by its definition, one thread for each output.</summary>
internal static class DirectMatMul
{
    public static void Run(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, MatMulExtents g)
    {
        var (m, n, k) = (g.M, g.N, g.K);
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= c.IntLength)
        {
            return;
        }

        var column = index % n;
        var row = index / n % m;
        var batch = index / n / m;
        var (aStart, aStep) = g.TransposeA != 0 ? (row, m) : (row * k, 1);
        var (bStart, bStep) = g.TransposeB != 0 ? (column * k, 1) : (column, n);
        aStart += batch * m * k;
        bStart += batch * k * n;
        var sum = default(Compensated);
        for (var i = 0; i < k; i++)
        {
            sum = sum.Add(a[aStart + (i * aStep)] * b[bStart + (i * bStep)]);
        }

        c[index] = sum.Value;
    }
}
