using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// What finds elements: by an array of places, with steps, in order; on [Rows, 64], along the rows or along each of them.
/// </summary>
public class PlaceBenchmarks : OpBenchmark
{
    private const int Columns = 64;
    private const int Wanted = 4;

    private float[] _input = [];
    private float[] _index = [];
    private DeviceSpan _x;
    private DeviceSpan _places;
    private DeviceSpan _y;
    private DeviceSpan _first;

    [Params(1024, 16384)]
    public int Rows { get; set; }

    private long Count => (long)Rows * Columns;

    public override OpCost Cost(string method) => method switch
    {
        nameof(ScatterAdd) => Moving(3 * Count, Count),
        nameof(CopyStrided) => Moving(Count),
        nameof(TopK) => Moving(Count + ((long)Rows * Wanted), Count),
        _ => Moving(2 * Count),
    };

    protected override void Prepare()
    {
        _input = Draw(Count);
        var random = new Random(1);
        _index = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(Rows))];
        (_x, _places, _y, _first) = (Upload(_input), Upload(_index), New(Count), New((long)Rows * Wanted));
        (Result, Expected) = (_y, new float[Count]);
    }

    [Benchmark(Baseline = true)]
    public void Gather() => Kernels.Gather(_x, _places, _y, Whole);

    [Benchmark]
    public void ScatterAdd() => Kernels.ScatterAdd(_x, _places, _y, Whole);

    [Benchmark]
    public void CopyStrided() => Kernels.CopyStrided(_x, _y, new StrideGeometry(1, Rows / 2, Columns, Rows, 0, 2, Rows, Rows - 1, -2));

    [Benchmark]
    public void TopK() => Kernels.TopK(_x, _first, new TopKGeometry(Rows, Columns, Wanted, 1, 1));

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

    /// <summary>Rows by one array of places for all columns.</summary>
    private GatherGeometry Whole => new(1, Rows, Rows, Columns, 0, 1, 0);
}
