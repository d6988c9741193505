using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    /// <summary>
    /// Sizes at which kernels take their blocked, tiled and multi-threaded paths, with channels and sides that are no multiple of a tile.
    /// Too large for the derivative by every element: these are checked along random directions.
    /// </summary>
    public static IEnumerable<OpCase> Large()
    {
        yield return Convolution(S(1, 64, 13, 11), S(72, 64, 3, 3), padding: 1);
        yield return Convolution(S(2, 33, 14, 13), S(50, 33, 3, 3));
        yield return Convolution(S(1, 3, 26, 23), S(66, 3, 7, 7));
        yield return Convolution(S(2, 64, 10, 8), S(128, 64, 4, 4), stride: 2, padding: 1);
        yield return Convolution(S(1, 130, 7, 5), S(65, 130, 4, 4), padding: 1);
        yield return Convolution(S(1, 96, 2, 2), S(100, 96, 4, 4), stride: 2, padding: 1, bias: false);
        yield return Convolution(S(1, 64, 23, 21), S(3, 64, 7, 7), padding: 3);
        yield return Convolution(S(1, 40, 22, 20), S(48, 40, 3, 3), stride: 2, padding: 1);
        yield return Convolution(S(3, 70, 12, 11), S(35, 70, 1, 1));
        yield return Convolution(S(2, 18, 5, 4), S(34, 9, 3, 3), (2, 1), (0, 1, 1, 1), (1, 1), groups: 2, bias: false);
        yield return Transposed(S(1, 128, 5, 4), S(128, 65, 4, 4), stride: 2, padding: 1);
        yield return Transposed(S(1, 100, 1, 1), S(100, 72, 4, 4), stride: 2, padding: 1, bias: false);
        yield return Transposed(S(2, 48, 9, 10), S(48, 24, 3, 3), stride: 2, padding: 1, outputPadding: 1);
        yield return Transposed(S(1, 66, 12, 12), S(66, 3, 4, 4), stride: 2, padding: 1);
        yield return Product(false, true, batch: 0, m: 130, n: 70, k: 257);
        yield return Product(true, false, batch: 3, m: 33, n: 65, k: 100);
        yield return Norm("batch_norm", S(3, 70, 17, 19), perInstance: false, affine: true);
        yield return Norm("instance_norm", S(2, 17, 33, 35), perInstance: true, affine: true);
        yield return Padding(S(1, 5, 41, 43), 3, 3, 3, 3, PadMode.Reflect);
        yield return Padding(S(1, 5, 50, 70), 7, 1, 0, 4, PadMode.Replicate);
        yield return new OpCase("upsample_nearest", "×2", [S(1, 19, 21, 17)], t => t[0].Upsample(2), t => Naive.Nearest(t[0], 2));
        yield return new OpCase("upsample_bilinear", "×2", [S(1, 19, 21, 17)],
            t => t[0].Upsample(2, UpsampleMode.Bilinear), t => Naive.Bilinear(t[0], 2));
        yield return new OpCase("average_pool", "window 3 stride 2 padding 1", [S(1, 11, 35, 33)],
            t => t[0].AvgPool2d(3, 2, 1), t => Naive.AveragePool(t[0], 3, 2, 1));
        yield return new OpCase("max_pool", "window 2", [S(1, 5, 34, 31)],
            t => t[0].MaxPool2d(2), t => Naive.MaxPool(t[0], 2, 2, 0)) { Draw = Draw.Distinct };
        yield return new OpCase("average_pool", "window 3x4 stride 3x2 without padding", [S(2, 5, 35, 53)],
            t => t[0].AvgPool2d(new PoolWindow((3, 4), (3, 2), (1, 1)), countIncludePad: false),
            t => Naive.AveragePool(t[0], new PoolWindow((3, 4), (3, 2), (1, 1)), countIncludePad: false));
        yield return Largest(S(1, 5, 37, 41), new PoolWindow((3, 2), (2, 3), (1, 1)) { Dilation = (2, 1), CeilMode = true });
        yield return Resized(S(2, 3, 37, 41), 29, 70, new Resizing(ResizeMode.Bicubic, Antialias: true));
        yield return Blurred(S(2, 5, 33, 36), [1, 3, 3, 1], down: 2, up: 1, PadMode.Reflect, (1, 2), isSame: true);
        foreach (var transposed in new[] { false, true })
        {
            yield return Product(transposed, false, batch: 0, m: 1111, n: 1, k: 517);
            yield return Product(false, transposed, batch: 2, m: 1, n: 1111, k: 259);
        }

        yield return Product(true, true, batch: 0, m: 250, n: 101, k: 300);
        yield return new OpCase("sum", "short rows", [S(1003, 5)], t => t[0].Sum([1]), t => Naive.Reshape(Naive.Sum(t[0], 1), S(1003)));
        yield return new OpCase("sum", "long columns", [S(3, 5003)], t => t[0].Sum([0]), t => Naive.Reshape(Naive.Sum(t[0], 0), S(5003)));
        yield return new OpCase("log_softmax", "7 columns", [S(1003, 7)], t => t[0].LogSoftmax(), t => Naive.LogSoftmax(t[0], 1));
        yield return Joining(1, S(2, 33, 17, 19), S(2, 18, 17, 19));
        yield return new OpCase(
            "permute", "0,2,3,1", [S(2, 35, 17, 19)], t => t[0].Permute(0, 2, 3, 1), t => Naive.Permute(t[0], 0, 2, 3, 1));
        yield return new OpCase("log_softmax", "1003 columns", [S(11, 1003)], t => t[0].LogSoftmax(), t => Naive.LogSoftmax(t[0], 1));
        yield return Striding(S(3, 50, 333), 1, 49, 25, -2);
        yield return Striding(S(70, 1001), 1, 1000, 1001, -1);
        yield return Gathering(S(2, 300, 65), 1, S(2, 64, 1));
        yield return Gathering(S(2, 30, 650), 1, S(2, 40, 650));
        yield return new OpCase(
            "sort", "rows", [S(3, 300)], t => t[0].Sort().Values,
            t => Naive.Gather(t[0], 1, Naive.TopK(t[0], 1, 300, false))) { Draw = Draw.Distinct };
        yield return new OpCase("max", "of a dimension, with its place", [S(3, 40, 37)], t => t[0].Max(1, keepDims: true).Values,
            t => Naive.Gather(t[0], 1, Naive.TopK(t[0], 1, 1, true))) { Draw = Draw.Distinct };
        yield return Broadcasting(S(3, 1, 33, 70), S(2, 70, 35));
        yield return Zip("multiply", S(2, 35, 17, 19), S(35, 1, 1), (x, y) => x * y, (x, y) => x * y);
        yield return Zip("divide", S(19, 1), S(19, 999), (x, y) => x / y, (x, y) => x / y, Draw.Positive);
    }
}
