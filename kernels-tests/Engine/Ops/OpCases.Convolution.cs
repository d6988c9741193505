using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Convolutions()
    {
        yield return Convolution(S(1, 1, 1, 1), S(1, 1, 1, 1));
        yield return Convolution(S(2, 3, 5, 7), S(4, 3, 3, 3), padding: 1);
        yield return Convolution(S(2, 3, 6, 5), S(2, 3, 3, 3), bias: false);
        yield return Convolution(S(1, 2, 8, 8), S(5, 2, 4, 4), stride: 2, padding: 1);
        yield return Convolution(S(1, 2, 7, 5), S(3, 2, 4, 4), stride: 2, padding: 1);
        yield return Convolution(S(2, 2, 6, 6), S(2, 2, 4, 4), padding: 1);
        yield return Convolution(S(1, 5, 4, 4), S(3, 5, 1, 1));
        yield return Convolution(S(1, 2, 9, 8), S(2, 2, 3, 3), stride: 2, padding: 1);
        yield return Convolution(S(1, 1, 9, 9), S(2, 1, 3, 3), padding: 2, dilation: 2);
        yield return Convolution(S(1, 1, 11, 10), S(1, 1, 3, 2), stride: 3, padding: 1, dilation: 2);
        yield return Convolution(S(1, 2, 8, 7), S(1, 2, 7, 7), padding: 3);
        yield return Convolution(S(1, 17, 3, 3), S(19, 17, 2, 2), bias: false);
        yield return Convolution(S(1, 2, 2, 2), S(3, 2, 4, 4), stride: 2, padding: 1);
        yield return Bordered(S(2, 3, 5, 7), S(4, 3, 3, 3), padding: 1, PadMode.Reflect);
        yield return Bordered(S(1, 2, 8, 7), S(1, 2, 7, 7), padding: 3, PadMode.Reflect);
        yield return Bordered(S(1, 2, 6, 5), S(2, 2, 3, 3), padding: 2, PadMode.Replicate);
        yield return Transposed(S(1, 1, 1, 1), S(1, 1, 1, 1));
        yield return Transposed(S(1, 3, 4, 4), S(3, 2, 4, 4), stride: 2, padding: 1);
        yield return Transposed(S(2, 2, 3, 5), S(2, 3, 3, 3), stride: 2, padding: 1, outputPadding: 1);
        yield return Transposed(S(2, 2, 4, 3), S(2, 1, 3, 3), padding: 1, bias: false);
        yield return Transposed(S(1, 2, 1, 1), S(2, 3, 4, 4), stride: 2, padding: 1);
        yield return Transposed(S(1, 1, 4, 5), S(1, 2, 3, 2), stride: 3, outputPadding: 2, dilation: 2);
    }

    private static IEnumerable<OpCase> GeneralConvolutions()
    {
        yield return Convolution(S(2, 4, 5, 6), S(4, 1, 3, 3), (1, 1), (1, 1, 1, 1), (1, 1), groups: 4);
        yield return Convolution(S(1, 3, 7, 5), S(6, 1, 4, 4), (2, 2), (1, 1, 1, 1), (1, 1), groups: 3);
        yield return Convolution(S(2, 6, 4, 5), S(4, 3, 3, 3), (1, 1), (1, 1, 1, 1), (1, 1), groups: 2);
        yield return Convolution(S(2, 4, 1, 1), S(6, 2, 1, 1), (1, 1), (0, 0, 0, 0), (1, 1), groups: 2);
        yield return Convolution(S(1, 2, 7, 6), S(3, 2, 3, 2), (2, 1), (0, 1, 1, 0), (1, 2), groups: 1);
        yield return Convolution(S(1, 4, 6, 7), S(4, 2, 2, 5), (1, 3), (2, 0, 0, 3), (3, 1), groups: 2);
        yield return Bordered(S(2, 4, 5, 6), S(4, 1, 3, 3), (1, 2), (1, 2, 0, 1), PadMode.Reflect, groups: 4);
        yield return Bordered(S(1, 4, 4, 5), S(2, 2, 2, 4), (2, 1), (0, 1, 2, 1), PadMode.Replicate, groups: 2);
        yield return Transposed(S(2, 4, 3, 4), S(4, 1, 3, 3), (2, 2), (1, 1, 1, 1), (1, 1), (1, 1), groups: 4);
        yield return Transposed(S(1, 4, 4, 3), S(4, 3, 4, 2), (2, 1), (1, 0, 0, 1), (1, 0), (1, 1), groups: 2);
        yield return Transposed(S(1, 2, 3, 4), S(2, 2, 2, 3), (1, 3), (0, 1, 2, 0), (0, 2), (2, 1), groups: 1);
        yield return new OpCase("conv2d", "TensorFlow's SAME", [S(1, 2, 5, 8), S(3, 2, 3, 4)],
            t => t[0].Conv2d(t[1], stride: 2, padding: Margins.Same((5, 8), (3, 4), 2)),
            t => Naive.Conv2d(t[0], t[1], null, (2, 2), (1, 1, 1, 1), (1, 1), 1));
        yield return new OpCase("conv2d", "of lines", [S(2, 4, 9), S(6, 2, 3), S(6)],
            t => t[0].Conv1d(t[1], t[2], stride: 2, padding: 1, dilation: 2, groups: 2),
            t => Line(Naive.Conv2d(Plane(t[0]), Plane(t[1]), t[2], (1, 2), (0, 0, 1, 1), (1, 2), 2)));
        yield return new OpCase("conv_transpose2d", "of lines", [S(2, 4, 5), S(4, 3, 3), S(6)],
            t => t[0].ConvTranspose1d(t[1], t[2], stride: 2, padding: 1, outputPadding: 1, groups: 2),
            t => Line(Naive.ConvTranspose2d(Plane(t[0]), Plane(t[1]), t[2], (1, 2), (0, 0, 1, 1), (0, 1), (1, 1), 2)));

        static Array64 Plane(Array64 x) => new(S(x.Shape[0], x.Shape[1], 1, x.Shape[2]), x.Values);

        static Array64 Line(Array64 x) => new(S(x.Shape[0], x.Shape[1], x.Shape[3]), x.Values);
    }

    private static OpCase Convolution(
        Shape x, Shape w, (int, int) stride, (int, int, int, int) padding, (int, int) dilation, int groups, bool bias = true) =>
        new("conv2d", $"stride {stride} padding {padding} dilation {dilation} groups {groups}", bias ? [x, w, S(w[0])] : [x, w],
            t => t[0].Conv2d(t[1], bias ? t[2] : null, stride, padding, dilation, groups: groups),
            t => Naive.Conv2d(t[0], t[1], bias ? t[2] : null, stride, padding, dilation, groups));

    private static OpCase Bordered(
        Shape x, Shape w, (int, int) stride, (int Top, int Bottom, int Left, int Right) padding, PadMode mode, int groups) =>
        new("conv2d", $"stride {stride} padding {padding} {mode} groups {groups}", [x, w, S(w[0])],
            t => t[0].Conv2d(t[1], t[2], stride, padding, paddingMode: mode, groups: groups),
            t => Naive.Conv2d(
                Naive.Pad(t[0], padding.Left, padding.Right, padding.Top, padding.Bottom, mode, 0), t[1], t[2], stride, (0, 0, 0, 0),
                (1, 1), groups));

    private static OpCase Transposed(
        Shape x, Shape w, (int, int) stride, (int, int, int, int) padding, (int, int) outputPadding, (int, int) dilation, int groups) =>
        new("conv_transpose2d", $"stride {stride} padding {padding} output padding {outputPadding} dilation {dilation} groups {groups}",
            [x, w, S(w[1] * groups)],
            t => t[0].ConvTranspose2d(t[1], t[2], stride, padding, outputPadding, dilation, groups),
            t => Naive.ConvTranspose2d(t[0], t[1], t[2], stride, padding, outputPadding, dilation, groups));

    private static OpCase Convolution(Shape x, Shape w, int stride = 1, int padding = 0, int dilation = 1, bool bias = true) =>
        new("conv2d", $"stride {stride} padding {padding} dilation {dilation}", bias ? [x, w, S(w[0])] : [x, w],
            t => t[0].Conv2d(t[1], bias ? t[2] : null, stride, padding, dilation),
            t => Naive.Conv2d(t[0], t[1], bias ? t[2] : null, stride, padding, dilation));

    private static OpCase Bordered(Shape x, Shape w, int padding, PadMode mode) =>
        new("conv2d", $"padding {padding} {mode}", [x, w, S(w[0])],
            t => t[0].Conv2d(t[1], t[2], padding: padding, paddingMode: mode),
            t => Naive.Conv2d(Naive.Pad(t[0], padding, padding, padding, padding, mode, 0), t[1], t[2], 1, 0, 1));

    private static OpCase Transposed(
        Shape x, Shape w, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, bool bias = true) =>
        new("conv_transpose2d", $"stride {stride} padding {padding} output padding {outputPadding} dilation {dilation}",
            bias ? [x, w, S(w[1])] : [x, w],
            t => t[0].ConvTranspose2d(t[1], bias ? t[2] : null, stride, padding, outputPadding, dilation),
            t => Naive.ConvTranspose2d(t[0], t[1], bias ? t[2] : null, stride, padding, outputPadding, dilation));

    private static IEnumerable<OpCase> Matrices()
    {
        foreach (var (a, b) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            yield return Product(a, b, batch: 0, m: 3, n: 5, k: 4);
            yield return Product(a, b, batch: 2, m: 1, n: 3, k: 7);
        }

        yield return Product(false, false, batch: 0, m: 17, n: 13, k: 9);
        yield return Broadcasting(S(2, 1, 3, 4), S(5, 4, 2));
        yield return Broadcasting(S(3, 4), S(2, 4, 5));
        yield return Broadcasting(S(2, 3, 2, 4), S(4, 5));
        yield return Broadcasting(S(2, 3, 2, 4), S(5, 4), transposeB: true);
        yield return Broadcasting(S(2, 4, 3), S(4, 5), transposeA: true);
        yield return Broadcasting(S(2, 2, 4, 3), S(2, 2, 5, 4), transposeA: true, transposeB: true);
        yield return new OpCase("linear", "with bias", [S(4, 6), S(3, 6), S(3)],
            t => t[0].Linear(t[1], t[2]),
            t => Array64.Zip(Naive.MatMul(t[0], t[1], false, true), t[2], (x, y) => x + y));
        yield return new OpCase("linear", "", [S(1, 5), S(2, 5)],
            t => t[0].Linear(t[1]), t => Naive.MatMul(t[0], t[1], false, true));
    }

    private static OpCase Broadcasting(Shape a, Shape b, bool transposeA = false, bool transposeB = false) =>
        new("matmul", $"broadcast {(transposeA ? "ᵀ" : "")}·{(transposeB ? "ᵀ" : "")}", [a, b],
            t => t[0].MatMul(t[1], transposeA, transposeB), t => Naive.MatMul(t[0], t[1], transposeA, transposeB));

    private static OpCase Product(bool transposeA, bool transposeB, int batch, int m, int n, int k)
    {
        Shape Matrix(int rows, int columns, bool transposed)
        {
            var (r, c) = transposed ? (columns, rows) : (rows, columns);
            return batch > 0 ? S(batch, r, c) : S(r, c);
        }

        return new OpCase(
            "matmul", $"{(transposeA ? "ᵀ" : "")}·{(transposeB ? "ᵀ" : "")}", [Matrix(m, k, transposeA), Matrix(k, n, transposeB)],
            t => t[0].MatMul(t[1], transposeA, transposeB), t => Naive.MatMul(t[0], t[1], transposeA, transposeB));
    }
}
