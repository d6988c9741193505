using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Einsum as a sequence of matrix products, from left to right.</summary>
internal static class Einsums
{
    public static void Add(OperatorList list) => list.Floats("Einsum", Einsum);

    private static Tensor Einsum(NodeCall call)
    {
        var (terms, output) = Parse(call);
        var (labels, result) = (terms[0], call.Tensor(0).Share());
        for (var i = 1; i < terms.Length; i++)
        {
            using var before = result;
            var needed = output + string.Concat(terms[(i + 1)..]);
            (labels, result) = Product(labels, before, terms[i], call.Tensor(i), needed);
        }

        using var product = result;
        var (left, sum) = Summed(labels, product, output);
        using (sum)
        {
            return Ordered(left, sum, output);
        }
    }

    /// <summary>The labels of each input, a letter per dimension, and of the output: by default those that occur once, sorted.</summary>
    private static (string[] Terms, string Output) Parse(NodeCall call)
    {
        var equation = call.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        var sides = equation.Split("->");
        var terms = sides[0].Split(',');
        var output = sides.Length == 2 ? sides[1] : Single(sides[0]);
        if (sides.Length > 2 || terms.Length != call.Count || !terms.Append(output).All(IsPlain)
            || output.Any(label => !sides[0].Contains(label)))
        {
            throw NodeCall.Refused(
                $"its equation '{OnnxNode.Shortened(equation)}' is not known: of {call.Count} inputs each index is a letter, once");
        }

        var extents = new Dictionary<char, int>();
        for (var i = 0; i < terms.Length; i++)
        {
            var shape = call.ShapeOf(i);
            if (shape.Rank != terms[i].Length
                || Enumerable.Range(0, shape.Rank).Any(axis => !extents.TryAdd(terms[i][axis], shape[axis])
                    && extents[terms[i][axis]] != shape[axis]))
            {
                throw NodeCall.Refused($"its input {i}, {shape}, does not fit '{terms[i]}' of '{OnnxNode.Shortened(equation)}'");
            }
        }

        return (terms, output);
    }

    /// <summary>The letters that occur once, sorted.</summary>
    private static string Single(string labels) => string.Concat(
        labels.Where(char.IsAsciiLetter).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key).Order());

    private static bool IsPlain(string term) => term.All(char.IsAsciiLetter) && term.Distinct().Count() == term.Length;

    /// <summary>Sums over the dimensions whose labels are not needed.</summary>
    private static (string Labels, Tensor Value) Summed(string labels, Tensor x, string needed)
    {
        int[] axes = [.. Enumerable.Range(0, labels.Length).Where(i => !needed.Contains(labels[i]))];
        return axes.Length == 0 ? (labels, x.Share()) : (Chosen(labels, needed.Contains), x.Sum(axes));
    }

    /// <summary>A batched matrix product: shared labels that are needed later are batch dimensions, other shared ones are summed.</summary>
    private static (string Labels, Tensor Value) Product(string first, Tensor a, string second, Tensor b, string needed)
    {
        var (ofX, x) = Summed(first, a, needed + second);
        var (ofY, y) = Summed(second, b, needed + first);
        using (x)
        using (y)
        {
            var batch = Chosen(ofX, label => ofY.Contains(label) && needed.Contains(label));
            var inner = Chosen(ofX, label => ofY.Contains(label) && !needed.Contains(label));
            var rows = Chosen(ofX, label => !ofY.Contains(label));
            var columns = Chosen(ofY, label => !ofX.Contains(label));
            using var left = Ordered(ofX, x, batch + rows + inner);
            using var right = Ordered(ofY, y, batch + inner + columns);
            var both = batch.Length + inner.Length;
            int[] extents = [.. left.Shape.ToArray()[..^inner.Length], .. right.Shape.ToArray()[both..]];
            var batches = Count(left.Shape, 0, batch.Length);
            var summands = Count(left.Shape, left.Shape.Rank - inner.Length, inner.Length);
            using var matrices = left.Reshape(new Shape(batches, Count(left.Shape, batch.Length, rows.Length), summands));
            using var others = right.Reshape(new Shape(batches, summands, Count(right.Shape, both, columns.Length)));
            using var product = matrices.MatMul(others);
            return (batch + rows + columns, product.Reshape(new Shape(extents)));
        }
    }

    private static string Chosen(string labels, Func<char, bool> isChosen) => string.Concat(labels.Where(isChosen));

    private static Tensor Ordered(string labels, Tensor x, string order) => order == labels
        ? x.Share()
        : x.Permute([.. order.Select(label => labels.IndexOf(label))]);

    private static int Count(Shape x, int first, int dimensions)
    {
        var count = 1;
        for (var i = first; i < first + dimensions; i++)
        {
            count = checked(count * x[i]);
        }

        return count;
    }
}
