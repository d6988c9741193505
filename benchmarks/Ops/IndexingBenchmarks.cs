using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Gather, scatter, strided copies and top-k on [Rows, 64].
/// </summary>
public class IndexingBenchmarks : OpBenchmark
{
    private const int Columns = 64;
    private const int Largest = 4;

    private float[] _input = [];
    private float[] _index = [];
    private DeviceSpan _x;
    private DeviceSpan _places;
    private DeviceSpan _y;
    private DeviceSpan _first;

    [Params(1024, 16384)]
    public int Rows { get; set; }

    private long Count => (long)Rows * Columns;

    internal override OpCost Cost(string method) => method switch
    {
        nameof(ScatterAdd) => MemoryCost(2 * Count, Count),
        nameof(CopyStrided) => MemoryCost(Count),
        nameof(TopK) => MemoryCost(Count + ((long)Rows * Largest), Count),
        _ => MemoryCost(2 * Count),
    };

    protected override void Prepare()
    {
        _input = Draw(Count);
        var random = new Random(1);
        _index = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(Rows))];
        (_x, _places, _y, _first) = (Upload(_input), Upload(_index), New(Count), New((long)Rows * Largest));
        (Result, Expected) = (_y, new float[Count]);
    }

    [Benchmark(Baseline = true)]
    public void Gather() => Kernels.Run(new GatherCall(_x, _places, _y, Whole));

    [Benchmark]
    public void ScatterAdd() => Kernels.Run(new ScatterAddCall(_x, _places, _y, Whole));

    [Benchmark]
    public void CopyStrided() =>
        Kernels.Run(new CopyStridedCall(_x, _y, new StrideGeometry(1, Rows / 2, Columns, Rows, 0, 2, Rows, Rows - 1, -2)));

    [Benchmark]
    public void TopK() => Kernels.Run(new TopKCall(_x, _first, new TopKGeometry(Rows, Columns, Largest, 1, 1)));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveGather()
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                Expected[(row * Columns) + column] = _input[((int)_index[row] * Columns) + column];
            }
        }
    }

    /// <summary>Gathers whole rows: one index per row, for all columns.</summary>
    private GatherGeometry Whole => new(1, Rows, Rows, Columns, 0, 1, 0);
}
