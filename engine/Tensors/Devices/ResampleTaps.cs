namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A linear map along one axis in which each output is a weighted sum of neighbouring inputs: any resize, blur or mean of windows. The
/// transpose is again such a map.
/// </summary>
internal sealed class ResampleTaps
{
    // Columns of a row of the table, before its weights.
    public const int Start = 0;
    public const int Count = 1;
    public const int Weights = 2;

    private readonly Lazy<ResampleTaps> _transposed;

    /// <param name="inputs">length of the input axis</param>
    /// <param name="rows">for each output the first input it reads, and the weights of that input and those after it</param>
    /// <exception cref="ShapeException">a row reads other inputs, or so many that a float can't hold their number</exception>
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
            var (first, count) = (rows[i].First, rows[i].Weights.Length);
            (row[Start], row[Count]) = (first, count);

            // The kernels read what the table says.
            ShapeException.ThrowIf(
                first < 0 || first > inputs - count || (int)row[Start] != first || (int)row[Count] != count,
                $"an output can't read {count} of {inputs} elements from {first} on: above 16,777,216 a float doesn't hold every number");
            rows[i].Weights.CopyTo(row[Weights..]);
        }

        Table = table;
        _transposed = transposed is null ? new Lazy<ResampleTaps>(Transpose) : new Lazy<ResampleTaps>(transposed);
    }

    /// <summary>Length of the input axis.</summary>
    public int Inputs { get; }

    /// <summary>Length of the output axis.</summary>
    public int Outputs { get; }

    /// <summary>Floats of a row of the table.</summary>
    public int Width { get; }

    /// <summary>A row for each output: the first input it reads, the number of inputs it reads, and their weights.</summary>
    public ReadOnlyMemory<float> Table { get; }

    /// <summary>The transposed map, which computes the gradient; made once.</summary>
    public ResampleTaps Transposed => _transposed.Value;

    /// <summary>Number of inputs read, summed over all outputs.</summary>
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
            // The gradient of an input that no output reads is 0.
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
