using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using MathNet.Numerics.LinearAlgebra.Single;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>c = a · b of square matrices.</summary>
public class MatMulBenchmarks : OpBenchmark
{
    private float[] _a = [];
    private float[] _b = [];
    private DeviceSpan _left;
    private DeviceSpan _right;

    [Params(64, 256, 768)]
    public int Size { get; set; }

    internal override OpCost Cost(string method) => MemoryCost(3L * Size * Size, 2L * Size * Size * Size);

    protected override void Prepare()
    {
        (_a, _b) = (Draw((long)Size * Size), Draw((long)Size * Size, 2));
        (_left, _right) = (Upload(_a), Upload(_b));
        Result = New((long)Size * Size);
        Expected = new float[Size * Size];
    }

    [Benchmark(Baseline = true)]
    public void Engine() =>
        Kernels.Run(new MatMulCall(
            _left, _right, Result!.Value, new MatMulGeometry(1, Size, Size, Size, TransposeA: false, TransposeB: false)));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoops()
    {
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
            {
                float sum = 0;
                for (var k = 0; k < Size; k++)
                {
                    sum += _a[i * Size + k] * _b[k * Size + j];
                }

                Expected[i * Size + j] = sum;
            }
        }
    }

    /// <summary>Rows of c as sums of rows of b.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesMultiplyAdd()
    {
        Array.Clear(Expected);
        for (var i = 0; i < Size; i++)
        {
            var row = Expected.AsSpan(i * Size, Size);
            for (var k = 0; k < Size; k++)
            {
                TensorPrimitives.MultiplyAdd(_b.AsSpan(k * Size, Size), _a[i * Size + k], row, row);
            }
        }
    }

    /// <summary>MathNet's matrices are column-major, so these are the transposed ones: cᵀ = bᵀ · aᵀ.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void MathNetProduct() =>
        new DenseMatrix(Size, Size, _b).Multiply(new DenseMatrix(Size, Size, _a), new DenseMatrix(Size, Size, Expected));
}
