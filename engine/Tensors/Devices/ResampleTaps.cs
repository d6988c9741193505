namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A linear map along one axis in which each output is a weighted sum of neighbouring inputs: any resize, blur or mean of windows. Its
/// transpose is another one.
/// </summary>
public sealed class ResampleTaps
{
    // Columns of a row of the table, before its weights.
    public const int Start = 0;
    public const int Count = 1;
    public const int Weights = 2;

    private readonly Lazy<ResampleTaps> _transposed;

    /// <param name="inputs">length of the axis before</param>
    /// <param name="rows">for each output the first input that it reads, and the weights of that and its neighbours</param>
    public ResampleTaps(int inputs, IReadOnlyList<(int First, float[] Weights)> rows)
        : this(inputs, rows, transposed: null)
    {
    }

    private ResampleTaps(int inputs, IReadOnlyList<(int First, float[] Weights)> rows, ResampleTaps? transposed)
    {
        (Inputs, Outputs) = (inputs, rows.Count);
        Width = Weights + rows.Max(row => row.Weights.Length);
        var table = new float[(long)Outputs * Width];
        for (var i = 0; i < Outputs; i++)
        {
            var row = table.AsSpan(i * Width, Width);
            (row[Start], row[Count]) = (rows[i].First, rows[i].Weights.Length);
            rows[i].Weights.CopyTo(row[Weights..]);
        }

        Table = table;
        _transposed = transposed is null ? new Lazy<ResampleTaps>(Transpose) : new Lazy<ResampleTaps>(transposed);
    }

    /// <summary>Length of the axis before.</summary>
    public int Inputs { get; }

    /// <summary>Length of the axis afterwards.</summary>
    public int Outputs { get; }

    /// <summary>Floats of a row of the table.</summary>
    public int Width { get; }

    /// <summary>A row for each output: the first input that it reads, how many it reads, and their weights.</summary>
    public ReadOnlyMemory<float> Table { get; }

    /// <summary>The map of the gradient, made once.</summary>
    public ResampleTaps Transposed => _transposed.Value;

    /// <summary>Inputs read by all outputs together.</summary>
    public long Reads
    {
        get
        {
            long reads = 0;
            for (var i = 0; i < Outputs; i++)
            {
                reads += (long)Table.Span[(i * Width) + Count];
            }

            return reads;
        }
    }

    private ResampleTaps Transpose()
    {
        var table = Table.Span;
        var (first, last) = (new int[Inputs], new int[Inputs]);
        Array.Fill(first, Outputs);
        Array.Fill(last, -1);
        for (var output = 0; output < Outputs; output++)
        {
            var row = table.Slice(output * Width, Width);
            for (var tap = 0; tap < (int)row[Count]; tap++)
            {
                if (row[Weights + tap] != 0)
                {
                    var input = (int)row[Start] + tap;
                    (first[input], last[input]) = (Math.Min(first[input], output), Math.Max(last[input], output));
                }
            }
        }

        var rows = new (int First, float[] Weights)[Inputs];
        for (var input = 0; input < Inputs; input++)
        {
            // An input that nobody reads has a gradient of nothing.
            rows[input] = last[input] < 0 ? (0, []) : (first[input], new float[last[input] - first[input] + 1]);
            for (var i = 0; i < rows[input].Weights.Length; i++)
            {
                var row = table.Slice((first[input] + i) * Width, Width);
                var tap = input - (int)row[Start];
                rows[input].Weights[i] = tap >= 0 && tap < (int)row[Count] ? row[Weights + tap] : 0;
            }
        }

        return new ResampleTaps(Outputs, rows, this);
    }
}
