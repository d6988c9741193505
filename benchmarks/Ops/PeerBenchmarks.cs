using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.TestsCommon.Kernels;
using MathNet.Numerics.LinearAlgebra.Single;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Kernels beside the same by System.Numerics.Tensors and by MathNet.</summary>
public class PeerBenchmarks : OpBenchmark
{
    /// <summary>The row, who else computes its first result, and how, from the arrays of its call.</summary>
    private static readonly (string Row, string Name, Action<float[][], float[]> Run)[] s_peers =
    [
        ("unary Relu", "TensorPrimitives", (v, y) => TensorPrimitives.Max(v[0], 0, y)),
        ("unary Tanh", "TensorPrimitives", (v, y) => TensorPrimitives.Tanh(v[0], y)),
        ("unary Sigmoid", "TensorPrimitives", (v, y) => TensorPrimitives.Sigmoid(v[0], y)),
        ("unary Exp", "TensorPrimitives", (v, y) => TensorPrimitives.Exp(v[0], y)),
        ("binary SquaredDifference", "TensorPrimitives", SquaredDifference),
        ("matrix product", "TensorPrimitives", ProductByRows),
        ("matrix product", "MathNet", Product),
        ("reduce Sum", "TensorPrimitives", (v, y) => y[0] = TensorPrimitives.Sum<float>(v[0])),
        ("Adam", "TensorPrimitives", Adam),
    ];

    private (KernelCase Case, Action<float[][], float[]> Run) _chosen;
    private KernelCall _call = null!;
    private float[][] _arrays = [];

    /// <summary>The peer's result.</summary>
    internal float[] Made { get; private set; } = [];

    /// <summary>Each size of a row as often as it has peers.</summary>
    public static IEnumerable<string> Cases => All.Select(pair => pair.Name);

    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    private static IEnumerable<(string Name, KernelCase Case, Action<float[][], float[]> Run)> All =>
        from peer in s_peers
        from c in KernelTable.Timed
        where c.Row == peer.Row && !c.Size.EndsWith("1x256x1", StringComparison.Ordinal)
        select ($"{peer.Row} by {peer.Name}: {c.Size}", c, peer.Run);

    internal override OpCost Cost() => Chosen.Case.Call(new NoArrays()).Cost;

    protected override void Prepare()
    {
        var arrays = new DeviceArrays(Device);
        _chosen = Chosen;
        _call = _chosen.Case.Call(arrays);
        _arrays = [.. arrays.All.Select(array => (float[])array.Values.Clone())];
        Made = new float[_call.Writes[0].Length];
    }

    [Benchmark(Baseline = true)]
    public void Engine() => Kernels.Run(_call);

    [Benchmark]
    public void Peer() => _chosen.Run(_arrays, Made);

    /// <summary>The engine's result.</summary>
    internal float[] ReadResult()
    {
        var values = new float[Made.Length];
        Device.Download(_call.Writes[0], values);
        return values;
    }

    private (KernelCase Case, Action<float[][], float[]> Run) Chosen => All.Where(pair => pair.Name == Case).Select(pair => (pair.Case,
        pair.Run)).Single();

    private static void SquaredDifference(float[][] v, float[] y)
    {
        TensorPrimitives.Subtract(v[0], v[1], y);
        TensorPrimitives.Multiply(y, y, y);
    }

    /// <summary>Rows of c as sums of rows of b.</summary>
    private static void ProductByRows(float[][] v, float[] y)
    {
        var size = (int)Math.Sqrt(y.Length);
        Array.Clear(y);
        for (var i = 0; i < y.Length; i++)
        {
            var row = y.AsSpan(i / size * size, size);
            TensorPrimitives.MultiplyAdd(v[1].AsSpan(i % size * size, size), v[0][i], row, row);
        }
    }

    /// <summary>MathNet's matrices are column-major, so these are the transposed ones: cᵀ = bᵀ · aᵀ.</summary>
    private static void Product(float[][] v, float[] y)
    {
        var size = (int)Math.Sqrt(y.Length);
        new DenseMatrix(size, size, v[1]).Multiply(new DenseMatrix(size, size, v[0]), new DenseMatrix(size, size, y));
    }

    /// <summary>One pass over memory for each operation; the first step of the row.</summary>
    private static void Adam(float[][] v, float[] y)
    {
        var (first, second) = (v[2], v[3]);
        TensorPrimitives.Multiply(first, 0.5f, first);
        TensorPrimitives.MultiplyAdd(v[1], 0.5f, first, first);
        TensorPrimitives.Multiply(v[1], v[1], y);
        TensorPrimitives.Multiply(second, 0.999f, second);
        TensorPrimitives.MultiplyAdd(y, 0.001f, second, second);
        TensorPrimitives.Sqrt(second, y);
        TensorPrimitives.Multiply(y, 1 / MathF.Sqrt(0.001f), y);
        TensorPrimitives.Add(y, 1e-8f, y);
        TensorPrimitives.Divide(first, y, y);
        TensorPrimitives.MultiplyAdd(y, -2e-4f / 0.5f, v[0], y);
    }
}
