using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Nn.Import;
using IlgpuGan.TestsCommon.Reference;
using static IlgpuGan.TestsCommon.GraphFile;

namespace IlgpuGan.ModelsTests.ModelInterop;

public sealed partial class GraphOperatorTests
{
    private static readonly Case[] s_functions =
    [
        Function("Relu", x => Math.Max(x, 0)),
        Function("LeakyRelu", x => x > 0 ? x : 0.01 * x),
        Function("LeakyRelu", x => x > 0 ? x : -0.3 * x, Of("alpha", -0.3f)),
        Function("Elu", x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1), Of("alpha", 0.7f)),
        Function("Celu", x => Math.Max(0, x) + Math.Min(0, 0.7 * (Math.Exp(x / 0.7) - 1)), Of("alpha", 0.7f)),
        Function("Selu", x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        Function("ThresholdedRelu", x => x > 0.4 ? x : 0, Of("alpha", 0.4f)),
        Function("Sigmoid", x => 1 / (1 + Math.Exp(-x))),
        Function("HardSigmoid", x => Math.Clamp((0.2 * x) + 0.5, 0, 1)),
        Function("HardSwish", x => x * Math.Clamp((x / 6) + 0.5, 0, 1)),
        Function("Tanh", Math.Tanh),
        Function("Softplus", x => Math.Log(1 + Math.Exp(x))),
        Function("Softsign", x => x / (1 + Math.Abs(x))),
        Function("Mish", x => x * Math.Tanh(Math.Log(1 + Math.Exp(x)))) with { Set = 18 },
        Function("Gelu", x => x * (1 + ErrorFunction(x / Math.Sqrt(2))) / 2) with { Set = 20 },
        Function(
            "Gelu", x => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2,
            Of("approximate", "tanh")) with { Set = 20 },
        Function("Erf", ErrorFunction),
        Function("Swish", x => x / (1 + Math.Exp(-0.7 * x)), Of("alpha", 0.7f)) with { Set = 24 },
        Function("Shrink", x => x < -0.6 ? x + 0.2 : x > 0.6 ? x - 0.2 : 0, Of("lambd", 0.6f), Of("bias", 0.2f)),
        Function("Neg", x => -x),
        Function("Abs", Math.Abs),
        Function("Sign", x => Math.Sign(x)),
        Function("Reciprocal", x => 1 / x) with { From = 0.5f },
        Function("Sqrt", Math.Sqrt) with { From = 0.1f },
        Function("Exp", Math.Exp),
        Function("Log", Math.Log) with { From = 0.1f },
        Function("Sin", Math.Sin),
        Function("Cos", Math.Cos),
        Function("Floor", Math.Floor),
        Function("Ceil", Math.Ceiling),
        Function("Round", x => Math.Round(x, MidpointRounding.ToEven)),
        Function("Tan", Math.Tan) with { To = 1 },
        Function("Asin", Math.Asin) with { From = -0.9f, To = 0.9f },
        Function("Acos", Math.Acos) with { From = -0.9f, To = 0.9f },
        Function("Atan", Math.Atan),
        Function("Sinh", Math.Sinh),
        Function("Cosh", Math.Cosh),
        Function("Asinh", Math.Asinh),
        Function("Acosh", Math.Acosh) with { From = 1.1f },
        Function("Atanh", Math.Atanh) with { From = -0.9f, To = 0.9f },
        Function("Clip", x => Math.Clamp(x, -0.5, 0.25), Of("min", -0.5f), Of("max", 0.25f)) with { Set = 7 },
        Function("Identity", x => x),
        Function("Dropout", x => x),
        Function("Cast", x => Math.Truncate(x), Of("to", 7)),
        Function("Cast", x => x == 0 ? 0 : 1, Of("to", 9)),
        Function("Cast", x => x, Of("to", 11)),
    ];

    private static readonly Case[] s_pairs =
    [
        Pair("Add", (a, b) => a + b),
        Pair("Sub", (a, b) => a - b),
        Pair("Mul", (a, b) => a * b),
        Pair("Div", (a, b) => a / b) with { From = 0.5f },
        Pair("Min", Math.Min),
        Pair("Max", Math.Max),
        Pair("Sum", (a, b) => a + b),
        Pair("Mean", (a, b) => (a + b) / 2),
        Pair("Pow", Math.Pow) with { From = 0.5f },
        Pair("Mod", (a, b) => a - (b * Math.Floor(a / b))) with { From = 0.5f },
        Pair("Equal", (a, b) => a == b ? 1 : 0) with { IsWhole = true },
        Pair("Greater", (a, b) => a > b ? 1 : 0) with { IsWhole = true },
        Pair("GreaterOrEqual", (a, b) => a >= b ? 1 : 0) with { IsWhole = true },
        Pair("Less", (a, b) => a < b ? 1 : 0) with { IsWhole = true },
        Pair("LessOrEqual", (a, b) => a <= b ? 1 : 0) with { IsWhole = true },
        Pair("PRelu", (x, slope) => x > 0 ? x : slope * x),
        new("Pow", [[2, 3, 4], Numbers("exponent", 2)], x => x[0].Map(v => v * v)),
        new("Pow", [[2, 3, 4], Numbers("exponent", 3)], x => x[0].Map(v => v * v * v)),
        new("Clip", [[2, 3, 4], Numbers("least", -0.5f), ""], x => x[0].Map(v => Math.Max(v, -0.5))),
    ];

    private static readonly Case[] s_products =
    [
        new(
            "Conv", [[2, 4, 7, 6], [6, 2, 3, 2], [6]],
            x => Naive.Conv2d(x[0], x[1], x[2], (2, 1), (1, 2, 0, 1), (1, 2), 2), Integers("strides", 2, 1), Integers("pads", 1, 0, 2, 1),
            Integers("dilations", 1, 2), Of("group", 2)),
        new(
            "Conv", [[1, 2, 7, 6], [3, 2, 3, 3]], x => Naive.Conv2d(x[0], x[1], null, (2, 2), (1, 1, 0, 1), (1, 1), 1),
            Integers("strides", 2, 2), Of("auto_pad", "SAME_UPPER")),
        new("Conv", [[2, 3, 9], [4, 3, 3]], x => Line(
            Naive.Conv2d(Row(x[0]), Row(x[1]), null, (1, 2), (0, 0, 1, 1), (1, 1), 1)), Integers("strides", 2), Integers("pads", 1, 1)),
        new(
            "ConvTranspose", [[2, 4, 4, 3], [4, 3, 3, 2], [6]],
            x => Naive.ConvTranspose2d(x[0], x[1], x[2], (2, 3), (1, 0, 0, 1), (1, 2), (1, 1), 2), Integers("strides", 2, 3),
            Integers("pads", 1, 0, 0, 1), Integers("output_padding", 1, 2), Of("group", 2)),
        new(
            "ConvTranspose", [[1, 2, 4, 3], [2, 3, 3, 3]],
            x => Naive.ConvTranspose2d(x[0], x[1], null, (2, 2), (0, 1, 0, 1), (0, 0), (1, 1), 1), Integers("strides", 2, 2),
            Of("auto_pad", "SAME_UPPER")),
        new("MatMul", [[2, 3, 4, 5], [2, 1, 5, 3]], x => Naive.MatMul(x[0], x[1], false, false)),
        new("MatMul", [[4], [4, 3]], x => Naive.Reshape(Naive.MatMul(Naive.Reshape(x[0], [1, 4]), x[1], false, false), [3])),
        new("MatMul", [[4, 3], [3]], x => Naive.Reshape(Naive.MatMul(x[0], Naive.Reshape(x[1], [3, 1]), false, false), [4])),
        new(
            "Gemm", [[5, 4], [3, 5], [3]],
            x => Array64.Zip(Naive.MatMul(x[0], x[1], true, true).Map(v => 0.5 * v), x[2].Map(v => 2 * v), (a, b) => a + b),
            Of("alpha", 0.5f), Of("beta", 2f), Of("transA", 1), Of("transB", 1)),
    ];

    private static readonly Case[] s_attentions =
    [
        new("Einsum", [[2, 3, 4, 5], [2, 3, 6, 5]], x => Array64.Build([2, 3, 4, 6], at => Enumerable.Range(0, 5).Sum(d =>
            x[0][at[0], at[1], at[2], d] * x[1][at[0], at[1], at[3], d])), Of("equation", "bhid, bhjd -> bhij")),
        new("Einsum", [[2, 3], [4, 3], [4, 5]], x => Array64.Build([5, 2], at => Enumerable.Range(0, 12).Sum(i =>
            x[0][at[1], i % 3] * x[1][i / 3, i % 3] * x[2][i / 3, at[0]])), Of("equation", "ij,kj,kl->li")),
        new("Einsum", [[2, 3, 4]], x => Naive.Permute(Naive.Reshape(Naive.Sum(x[0], 1), [2, 4]), 1, 0), Of("equation", "ijk->ki")),
        new("Einsum", [[2, 3], [3, 4]], x => Naive.MatMul(x[0], x[1], false, false), Of("equation", "ij,jk")),
        new("Einsum", [[2], [3]], x => Array64.Build([2, 3], at => x[0][at[0]] * x[1][at[1]]), Of("equation", "i,j->ij")),
        new("Einsum", [[2, 3], [2, 3]], x => new Array64(Shape.Scalar, [x[0].Values.Zip(x[1].Values, (a, b) => a * b).Sum()]),
            Of("equation", "ij,ij->")),
        new("Attention", [[2, 3, 4, 5], [2, 3, 6, 5], [2, 3, 6, 7], [4, 6]], x => Attended(x, 0.3, (row, column) => x[3][row, column]),
            Of("scale", 0.3f)) { Set = 23 },
        new("Attention", [[2, 4, 3, 5], [2, 2, 3, 5], [2, 2, 3, 6]], x => Attended(
            x, 1 / Math.Sqrt(5), (row, column) => column > row ? double.NegativeInfinity : 0), Of("is_causal", 1)) { Set = 23 },
        new("Attention", [[2, 3, 8], [2, 4, 8], [2, 4, 6]], x => Rows(Attended(
            [Heads(x[0], 2), Heads(x[1], 2), Heads(x[2], 2)], 0.5, (_, _) => 0)), Of("q_num_heads", 2), Of("kv_num_heads", 2))
            { Set = 23 },
    ];

    private static readonly Case[] s_norms =
    [
        new("BatchNormalization", [[2, 3, 4, 5], [3], [3], [3], Positive(3)], x => Naive.FixedNorm(x[0], x[3], x[4], x[1], x[2], 1e-3),
            Of("epsilon", 1e-3f)),
        new("InstanceNormalization", [[2, 3, 4, 5], [3], [3]], x => Naive.Norm(x[0], x[1], x[2], 1e-5, perInstance: true)),
        new("LayerNormalization", [[2, 3, 4, 5], [4, 5], [4, 5]], x => Array64.Zip(Array64.Zip(
            Naive.GroupedNorm(x[0], at => $"{at[0]} {at[1]}", 1e-5), x[1], (a, b) => a * b), x[2], (a, b) => a + b), Of("axis", -2)),
        new(
            "GroupNormalization", [[2, 4, 3, 5], [4], [4]],
            x => Naive.GroupedNorm(x[0], at => $"{at[0]} {at[1] / 2}", 1e-5, x[1], x[2], at => at[1]), Of("num_groups", 2)) { Set = 21 },
        new(
            "GroupNormalization", [[2, 4, 3, 5], [2], [2]],
            x => Naive.GroupedNorm(x[0], at => $"{at[0]} {at[1] / 2}", 1e-5, x[1], x[2], at => at[1] / 2), Of("num_groups", 2))
            { Set = 18 },
        new("LpNormalization", [[2, 3, 4]], x => Array64.Zip(
            x[0], Naive.Sum(x[0].Map(v => v * v), 1).Map(Math.Sqrt), (a, b) => a / b), Of("axis", 1)),
        new("RMSNormalization", [[2, 3, 4, 5], [4, 5]], x => Array64.Zip(Array64.Zip(
            x[0], Naive.Sum(x[0].Map(v => v * v), 2, 3).Map(sum => Math.Sqrt((sum / 20) + 1e-3)), (a, b) => a / b), x[1],
            (a, b) => a * b), Of("axis", -2), Of("epsilon", 1e-3f)) { Set = 23 },
        new("MeanVarianceNormalization", [[2, 3, 4, 5]], x => Naive.Norm(x[0], null, null, 0, perInstance: false)),
        new("LRN", [[2, 5, 3, 2]], x => Array64.Build([2, 5, 3, 2], at => x[0][at] / Math.Pow(
            2 + (0.3 / 4 * Enumerable.Range(-1, 4).Sum(d => Math.Pow(x[0].OrZero(at[0], at[1] + d, at[2], at[3]), 2))), 0.6)),
            Of("size", 4), Of("alpha", 0.3f), Of("beta", 0.6f), Of("bias", 2f)),
        new("DequantizeLinear", [[2, 3, 4], Numbers("scale", [3], 0.5f, 2, 3), Whole("point", 1, 0, -2)], x => Array64.Build(
            [2, 3, 4], at => (x[0][at] - new[] { 1, 0, -2 }[at[1]]) * new[] { 0.5, 2, 3 }[at[1]])),
        new("DequantizeLinear", [[2, 3], Numbers("scale", 0.5f)], x => x[0].Map(v => 0.5 * v)),
        new("Hardmax", [[2, 3, 4]], x => Array64.Build([2, 3, 4], at =>
            Naive.TopK(x[0], 1, 1, largest: true)[at[0], 0, at[2]] == at[1] ? 1 : 0), Of("axis", 1)),
        new("Softmax", [[2, 3, 4]], x => Naive.LogSoftmax(x[0], 1).Map(Math.Exp), Of("axis", 1)),
        new("LogSoftmax", [[2, 3, 4]], x => Naive.LogSoftmax(x[0], 2)),
        new("Softmax", [[2, 3, 4]], x => Naive.Reshape(Naive.LogSoftmax(Naive.Reshape(x[0], [2, 12]), 1).Map(Math.Exp), [2, 3, 4]))
            { Set = 11 },
    ];

    private static readonly Case[] s_pools =
    [
        new("MaxPool", [[2, 3, 7, 6]], x => Naive.MaxPool(x[0], 3, 2, 1), Integers("kernel_shape", 3, 3), Integers("strides", 2, 2),
            Integers("pads", 1, 1, 1, 1)),
        new("MaxPool", [[1, 2, 5, 6]], x => Naive.MaxPool(Naive.Pad(x[0], 0, 1, 0, 1, PadMode.Constant, -1e9), 2, 1, 0),
            Integers("kernel_shape", 2, 2), Of("auto_pad", "SAME_UPPER")),
        new("AveragePool", [[2, 3, 7, 6]], x => Naive.AveragePool(x[0], new PoolWindow(3, 2, 1), false), Integers("kernel_shape", 3, 3),
            Integers("strides", 2, 2), Integers("pads", 1, 1, 1, 1)),
        new("AveragePool", [[1, 2, 5, 6]], x => OverPart(x[0], 2), Integers("kernel_shape", 2, 2), Integers("pads", 0, 0, 1, 1)),
        new("AveragePool", [[1, 2, 5, 6]], x => Naive.AveragePool(
            Naive.Pad(x[0], 0, 1, 0, 1, PadMode.Constant, 0), new PoolWindow(2, 1), true), Integers("kernel_shape", 2, 2),
            Integers("pads", 0, 0, 1, 1), Of("count_include_pad", 1)),
        new("AveragePool", [[1, 2, 7, 6]], x => Spread(x[0]), Integers("kernel_shape", 2, 2), Integers("strides", 2, 1),
            Integers("dilations", 2, 3), Integers("pads", 1, 0, 0, 1), Of("count_include_pad", 1)) { Set = 19 },
        new("AveragePool", [[1, 2, 7, 6]], x => Array64.Zip(Spread(x[0]), Spread(x[0].Map(_ => 1)), (a, b) => a / b),
            Integers("kernel_shape", 2, 2), Integers("strides", 2, 1), Integers("dilations", 2, 3), Integers("pads", 1, 0, 0, 1))
            { Set = 19 },
        new("LpPool", [[1, 2, 7, 6]], x => Naive.AveragePool(x[0].Map(v => v * v), new PoolWindow(3, 2, 1), true)
            .Map(mean => Math.Sqrt(9 * mean)), Integers("kernel_shape", 3, 3), Integers("strides", 2, 2), Integers("pads", 1, 1, 1, 1)),
        new("LpPool", [[2, 3, 9]], x => Line(Naive.AveragePool(
            Row(x[0].Map(v => Math.Abs(v * v * v))), new PoolWindow((1, 3), (1, 2)), true).Map(mean => Math.Cbrt(3 * mean))),
            Integers("kernel_shape", 3), Integers("strides", 2), Of("p", 3)),
        new("GlobalLpPool", [[2, 3, 4, 5]], x => Naive.Sum(x[0].Map(v => v * v), 2, 3).Map(Math.Sqrt)),
        new("GlobalLpPool", [[2, 3, 4, 5]], x => Naive.Sum(x[0].Map(Math.Abs), 2, 3), Of("p", 1)),
        new("GlobalAveragePool", [[2, 3, 4, 5]], x => Naive.Sum(x[0], 2, 3).Map(v => v / 20)),
        new("GlobalMaxPool", [[2, 3, 4, 5]], x => Naive.Extreme(x[0], Math.Max, 2, 3)),
    ];

    private static readonly Case[] s_reductions =
    [
        Reduced("ReduceSum", (line, _) => line.Sum()), Reduced("ReduceMean", (line, _) => line.Average()),
        Reduced("ReduceMax", (line, _) => line.Max()), Reduced("ReduceMin", (line, _) => line.Min()),
        Reduced("ReduceProd", (line, _) => line.Aggregate(1.0, (a, b) => a * b)),
        Reduced("ReduceSumSquare", (line, _) => line.Sum(v => v * v)), Reduced("ReduceL1", (line, _) => line.Sum(v => Math.Abs(v))),
        Reduced("ReduceL2", (line, _) => Math.Sqrt(line.Sum(v => v * v))),
        Reduced("ReduceLogSum", (line, _) => Math.Log(line.Sum())) with { From = 0.2f },
        Reduced("ReduceLogSumExp", (line, _) => Math.Log(line.Sum(v => Math.Exp(v)))),
        new("ArgMax", [[3, 5]], x => Naive.TopK(x[0], 1, 1, largest: true), Of("axis", 1)),
        new("ArgMin", [[3, 5]], x => Naive.Reshape(Naive.TopK(x[0], 1, 1, largest: false), [3]), Of("axis", 1), Of("keepdims", 0)),
        new("ArgMax", [[3, 5]], x => Array64.Build([3, 1], at => Enumerable.Range(0, 5).MaxBy(i => (x[0][at[0], i], i))), Of("axis", 1),
            Of("select_last_index", 1)) { IsWhole = true },
        new("ArgMin", [[3, 5]], x => Array64.Build([3, 1], at => Enumerable.Range(0, 5).MaxBy(i => (-x[0][at[0], i], i))), Of("axis", 1),
            Of("select_last_index", 1)) { IsWhole = true },
        new("CumSum", [[2, 5], Whole("axis", 1)], x => Naive.CumulativeSum(x[0], 1, exclusive: true, reverse: true), Of("exclusive", 1),
            Of("reverse", 1)),
    ];

    private static readonly Case[] s_places =
    [
        new("Gather", [[3, 4, 2], Whole("places", 3, -4, 1)], x => Array64.Build([3, 3, 2], at =>
            x[0][at[0], new[] { 3, 0, 1 }[at[1]], at[2]]), Of("axis", 1)),
        new("GatherElements", [[2, 3], Numbers("places", [2, 2], 2, 0, 1, 1).ToWhole()], x => Array64.Build([2, 2], at =>
            x[0][at[0], new[] { 2, 0, 1, 1 }[(at[0] * 2) + at[1]]]), Of("axis", 1)),
        new(
            "Slice", [[4, 9], Whole("starts", -1, 1), Whole("ends", -100, long.MaxValue), Whole("axes", 0, 1), Whole("steps", -2, 3)],
            x => Array64.Build([2, 3], at => x[0][3 - (2 * at[0]), 1 + (3 * at[1])])),
        new("Slice", [[4, 9]], x => Naive.Slice(x[0], 1, 2, 6), Integers("starts", 2), Integers("ends", -1), Integers("axes", 1))
            { Set = 7 },
        new("Split", [[2, 7], Whole("lengths", 3, 4)], x => Naive.Slice(x[0], 1, 0, 3), Of("axis", 1)),
        new("Concat", [[2, 3], [2, 1], [2, 4]], x => Naive.Concat(1, x), Of("axis", -1)),
        new("Pad", [[1, 2, 5, 4], Whole("pads", 0, 0, 2, 1, 0, 0, 1, 3)], x => Naive.Pad(x[0], 1, 3, 2, 1, PadMode.Reflect, 0),
            Of("mode", "reflect")),
        new("Pad", [[1, 2, 5, 4], Whole("pads", 0, 0, -1, 1, 0, 0, 1, 3)], x => Naive.Pad(x[0], 1, 3, -1, 1, PadMode.Replicate, 0),
            Of("mode", "edge")),
        new("Pad", [[2, 3], Whole("pads", 1, 0, 0, 2), Numbers("value", 1.5f)], x => Array64.Build([3, 5], at =>
            at[0] == 0 || at[1] > 2 ? 1.5 : x[0][at[0] - 1, at[1]])),
        new("Pad", [[2, 3, 1, 1], Whole("pads", 1, 1, 0, 0, 0, 0, 0, 0)], x => Array64.Build([3, 4, 1, 1], at =>
            x[0][Math.Max(at[0] - 1, 0), Math.Max(at[1] - 1, 0), 0, 0]), Of("mode", "edge")),
        new("CenterCropPad", [[3, 5], Whole("sizes", 6, 2)], x => Array64.Build([6, 2], at => x[0].OrZero(at[0] - 1, at[1] + 1)))
            { Set = 18 },
        new("CenterCropPad", [[2, 3, 4], Whole("sizes", 8)], x => Array64.Build([2, 3, 8], at => x[0].OrZero(at[0], at[1], at[2] - 2)),
            Integers("axes", -1)) { Set = 18 },
        new("Pad", [[5], Whole("pads", 2, 3)], x => Array64.Build([10], at => x[0][(at[0] + 3) % 5]), Of("mode", "wrap")) { Set = 19 },
    ];

    private static readonly Case[] s_scatters =
    [
        new("ScatterElements", [[3, 4], Numbers("places", [2, 2], 2, 0, 0, -1).ToWhole(), [2, 2]], x => Written(
            x[0], x[1], at => [new[] { 2, 0, 0, 2 }[(at[0] * 2) + at[1]], at[1]], (_, value) => value)),
        new("ScatterElements", [[3, 4], Numbers("places", [2, 2], 1, 1, 0, 3).ToWhole(), [2, 2]], x => Written(
            x[0], x[1], at => [at[0], new[] { 1, 1, 0, 3 }[(at[0] * 2) + at[1]]], (old, value) => old + value), Of("axis", 1),
            Of("reduction", "add")),
        new("ScatterElements", [[3, 4], Numbers("places", [2, 2], 1, 1, 0, 3).ToWhole(), [2, 2]], x => Written(
            x[0], x[1], at => [at[0], new[] { 1, 1, 0, 3 }[(at[0] * 2) + at[1]]], (old, value) => old * value), Of("axis", 1),
            Of("reduction", "mul")),
        new("Scatter", [[3, 4], Numbers("places", [1, 2], 2, 1).ToWhole(), [1, 2]], x => Written(
            x[0], x[1], at => [2 - at[1], at[1]], (_, value) => value)) { Set = 9 },
        new("ScatterND", [[4, 3], Numbers("places", [2, 1], 3, -4).ToWhole(), [2, 3]], x => Written(
            x[0], x[1], at => [3 - (3 * at[0]), at[1]], (_, value) => value)),
        new("ScatterND", [[4, 3], Numbers("places", [2, 2], 1, 2, 1, 2).ToWhole(), [2]], x => Written(
            x[0], x[1], _ => [1, 2], (_, value) => value)),
        new("ScatterND", [[4, 3], Numbers("places", [2, 2], 1, 2, 1, 2).ToWhole(), [2]], x => Written(
            x[0], x[1], _ => [1, 2], Math.Max), Of("reduction", "max")) { Set = 18 },
        new("GatherND", [[2, 3, 4], Numbers("places", [2, 2], 1, 2, 0, -1).ToWhole()], x => Array64.Build([2, 4], at =>
            x[0][1 - at[0], 2, at[1]])),
        new("GatherND", [[2, 3, 4], Numbers("places", [2, 1], 2, 0).ToWhole()], x => Array64.Build([2, 4], at =>
            x[0][at[0], 2 - (2 * at[0]), at[1]]), Of("batch_dims", 1)),
        new("Compress", [[3, 4], Whole("kept", 0, 1, 1)], x => Array64.Build([3, 2], at => x[0][at[0], at[1] + 1]), Of("axis", 1)),
        new("Compress", [[3, 4], Whole("kept", 0, 1, 0, 0, 1)], x => Array64.Build([2], at => x[0].Values[1 + (3 * at[0])])),
        new("NonZero", [[3, 5]], x => PlacesOfNonZero(x[0])) { IsWhole = true },
        new("OneHot", [Numbers("classes", [3], 0, -1, 5).ToWhole(), Whole("depth", 4), Numbers("values", [2], -1, 3)], _ =>
            Array64.Build([3, 4], at => new[] { 0, 3, 5 }[at[0]] == at[1] ? 3 : -1)),
        new("OneHot", [Numbers("classes", [3], 0, -1, 5).ToWhole(), Whole("depth", 4), Numbers("values", [2], -1, 3)], _ =>
            Array64.Build([4, 3], at => new[] { 0, 3, 5 }[at[1]] == at[0] ? 3 : -1), Of("axis", 0)),
        new("TopK", [[3, 5], Whole("k", 2)], x => Naive.Gather(x[0], 1, Naive.TopK(x[0], 1, 2, largest: true))),
        new("TopK", [[3, 5], Whole("k", 2)], x => Naive.Gather(x[0], 0, Naive.TopK(x[0], 0, 2, largest: false)), Of("axis", 0),
            Of("largest", 0)),
    ];

    private static readonly Case[] s_grids =
    [
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], Linear, isZero: true, -1, 0.5)),
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], Linear, isZero: false, -1, 0.5),
            Of("padding_mode", "border")),
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], Linear, isZero: false, 0.5, 0.5),
            Of("padding_mode", "reflection")),
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], Linear, isZero: false, 0, 0),
            Of("padding_mode", "reflection"), Of("align_corners", 1), Of("mode", "linear")) { Set = 20 },
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], d => Math.Abs(d) < 0.5 ? 1 : 0, isZero: true, -1, 0),
            Of("mode", "nearest"), Of("align_corners", 1)),
        new("GridSample", [[2, 3, 5, 4], [2, 3, 2, 2]], x => Sampled(x[0], x[1], d => Keys(Math.Abs(d), -0.75), isZero: true, -1, 0.5),
            Of("mode", "cubic")) { Set = 20, From = -1.2f, To = 1.2f },
        new("AffineGrid", [[2, 2, 3], Whole("size", 2, 3, 4, 5)], x => Array64.Build([2, 4, 5, 2], at =>
            (x[0][at[0], at[3], 0] * ((((2 * at[2]) + 1) / 5.0) - 1)) + (x[0][at[0], at[3], 1] * ((((2 * at[1]) + 1) / 4.0) - 1))
            + x[0][at[0], at[3], 2])) { Set = 20 },
        new("AffineGrid", [[2, 2, 3], Whole("size", 2, 3, 4, 5)], x => Array64.Build([2, 4, 5, 2], at =>
            (x[0][at[0], at[3], 0] * ((at[2] / 2.0) - 1)) + (x[0][at[0], at[3], 1] * ((at[1] / 1.5) - 1)) + x[0][at[0], at[3], 2]),
            Of("align_corners", 1)) { Set = 20 },
        new("Col2Im", [[1, 8, 4], Whole("image", 4, 5), Whole("block", 2, 2)], x => Written(
            new Array64([1, 2, 4, 5]), x[0], at =>
                [0, at[1] / 4, (at[2] / 2 * 2) + (at[1] % 4 / 2), (at[2] % 2 * 2) + (at[1] % 2)], (old, value) => old + value),
            Integers("strides", 2, 2)) { Set = 18 },
        new("Col2Im", [[1, 8, 12], Whole("image", 4, 5), Whole("block", 2, 2)], x => Naive.Slice(Naive.Slice(Written(
            new Array64([1, 2, 6, 7]), x[0], at =>
                [0, at[1] / 4, (at[2] / 3) + (at[1] % 4 / 2 * 2), (at[2] % 3 * 2) + (at[1] % 2)], (old, value) => old + value),
            2, 1, 4), 3, 0, 5),
            Integers("strides", 1, 2), Integers("dilations", 2, 1), Integers("pads", 1, 0, 1, 2)) { Set = 18 },
    ];

    private static readonly Case[] s_shapes =
    [
        new("Reshape", [[2, 3, 4], Whole("shape", 0, -1, 2)], x => Naive.Reshape(x[0], [2, 6, 2])),
        new("Flatten", [[2, 3, 4]], x => Naive.Reshape(x[0], [6, 4]), Of("axis", 2)),
        new("Squeeze", [[2, 1, 4, 1], Whole("axes", 1)], x => Naive.Reshape(x[0], [2, 4, 1])),
        new("Squeeze", [[2, 1, 4, 1]], x => Naive.Reshape(x[0], [2, 4])),
        new("Unsqueeze", [[2, 4], Whole("axes", 0, -1)], x => Naive.Reshape(x[0], [1, 2, 4, 1])),
        new("Unsqueeze", [[2, 4]], x => Naive.Reshape(x[0], [2, 1, 4]), Integers("axes", 1)) { Set = 11 },
        new("Transpose", [[2, 3, 4]], x => Naive.Permute(x[0], 2, 0, 1), Integers("perm", 2, 0, 1)),
        new("Transpose", [[2, 3, 4]], x => Naive.Permute(x[0], 2, 1, 0)),
        new("Expand", [[3, 1], Whole("shape", 2, 1, 4)], x => Naive.Expand(x[0], [2, 3, 4])),
        new("Tile", [[2, 3], Whole("repeats", 2, 3)], x => Array64.Build([4, 9], at => x[0][at[0] % 2, at[1] % 3])),
        new("DepthToSpace", [[1, 8, 2, 3]], x => Array64.Build([1, 2, 4, 6], at =>
            x[0][0, (((at[2] % 2 * 2) + (at[3] % 2)) * 2) + at[1], at[2] / 2, at[3] / 2]), Of("blocksize", 2)),
        new("DepthToSpace", [[1, 8, 2, 3]], x => Naive.PixelShuffle(x[0], 2), Of("blocksize", 2), Of("mode", "CRD")),
        new("SpaceToDepth", [[1, 2, 4, 6]], x => Array64.Build([1, 8, 2, 3], at =>
            x[0][0, at[1] % 2, (at[2] * 2) + (at[1] / 4), (at[3] * 2) + (at[1] / 2 % 2)]), Of("blocksize", 2)),
        new("Shape", [[2, 3, 4]], _ => new Array64([2], [3, 4]), Of("start", 1)),
        new("Size", [[2, 3, 4]], _ => new Array64(Shape.Scalar, [24])),
        new("ConstantOfShape", [Whole("shape", 2, 3)], _ => new Array64([2, 3], [7, 7, 7, 7, 7, 7]),
            Of("value", NamedArray.From("", [1], new[] { 7f }))),
        new("Range", [Numbers("start", 1), Numbers("limit", 2.2f), Numbers("step", 0.5f)], _ => new Array64([3], [1, 1.5, 2])),
        new("EyeLike", [[3, 4]], _ => Array64.Build([3, 4], at => at[1] - at[0] == 1 ? 1 : 0), Of("k", 1)),
        new("EyeLike", [[3, 4]], _ => Array64.Build([3, 4], at => at[1] == at[0] ? 1 : 0), Of("dtype", 9)),
        new("Trilu", [[2, 3, 4], Whole("k", -1)], x => Array64.Build([2, 3, 4], at => at[2] - at[1] >= -1 ? x[0][at] : 0)),
        new("Trilu", [[2, 3, 4]], x => Array64.Build([2, 3, 4], at => at[2] <= at[1] ? x[0][at] : 0), Of("upper", 0)),
        new("Constant", [], _ => new Array64([2], [0.5, -2]), Floats("value_floats", 0.5f, -2)),
    ];

    private static readonly Case[] s_resizes =
    [
        Resized("nearest", "asymmetric", "floor", 9, 3, (i, n, m) => [((int)Math.Floor(i * (double)n / m), 1)]),
        Resized("nearest", "half_pixel", "round_prefer_floor", 10, 3, (i, n, m) =>
            [((int)Math.Ceiling(((i + 0.5) * n / m) - 0.5 - 0.5), 1)]),
        Resized("nearest", "half_pixel", "round_prefer_ceil", 10, 9, (i, n, m) => [((int)Math.Floor((i + 0.5) * n / m), 1)]),
        Resized("nearest", "align_corners", "ceil", 9, 4, (i, n, m) => [((int)Math.Ceiling(i * (n - 1.0) / (m - 1)), 1)]),
        Resized("linear", "half_pixel", "floor", 10, 3, (i, n, m) => Triangle(((i + 0.5) * n / m) - 0.5)),
        Resized("linear", "align_corners", "floor", 9, 3, (i, n, m) => Triangle(i * (n - 1.0) / (m - 1))),
        Resized("linear", "asymmetric", "floor", 9, 3, (i, n, m) => Triangle(i * (double)n / m)),
        Resized("cubic", "half_pixel", "floor", 10, 3, (i, n, m) => Cubic(((i + 0.5) * n / m) - 0.5, -0.75)),
        Resized("cubic", "pytorch_half_pixel", "floor", 10, 1, (i, n, m) =>
            Cubic(m == 1 ? 0 : ((i + 0.5) * n / m) - 0.5, -0.5), Of("cubic_coeff_a", -0.5f)),
        new("Resize", [[1, 2, 3, 4], "", Numbers("scales", [4], 1, 1, 2, 2)], x => Naive.Bilinear(x[0], 2), Of("mode", "linear")),
        new("Resize", [[1, 2, 3, 4], "", Numbers("scales", [4], 1, 1, 3, 3)], x => Naive.Nearest(x[0], 3),
            Of("coordinate_transformation_mode", "asymmetric"), Of("nearest_mode", "floor")),
        OfOneScale("not_larger", 8, 9, 1.5),
        OfOneScale("not_smaller", 10, 12, 2),
        new("Upsample", [[1, 2, 3, 4], Numbers("scales", [4], 1, 1, 2, 2)], x => Naive.Nearest(x[0], 2)) { Set = 9 },
    ];

    private static readonly Case[] s_masks =
    [
        Masked("And", (a, b) => a && b), Masked("Or", (a, b) => a || b), Masked("Xor", (a, b) => a != b),
    ];

    private static Case Function(string operation, Func<double, double> f, params AttributeProto[] attributes) =>
        new(operation, [[2, 3, 17]], x => x[0].Map(f), attributes);

    private static Case Pair(string operation, Func<double, double, double> f) =>
        new(operation, [[2, 3, 4], [3, 1]], x => Array64.Zip(x[0], x[1], f));

    private static Case Masked(string operation, Func<bool, bool, bool> f) => new(
        operation, [[2, 3, 4], [3, 1]], x => Array64.Zip(x[0], x[1], (a, b) => f(a > 0, b > 0) ? 1 : 0)) { OfMasks = true };

    /// <summary>Over the dimensions 0 and 2 of three, which are dropped; said by an attribute, or an input where the set asks so.</summary>
    private static Case Reduced(string operation, Func<double[], int, double> f)
    {
        Argument[] inputs = operation == "ReduceSum" ? [[3, 4, 5], Whole("axes", 0, 2)] : [[3, 4, 5]];
        AttributeProto[] attributes = operation == "ReduceSum" ? [Of("keepdims", 0)] : [Of("keepdims", 0), Integers("axes", 0, -1)];
        return new Case(operation, inputs, x => Array64.Build([4], at =>
        {
            var line = new List<double>();
            for (var i = 0; i < 15; i++)
            {
                line.Add(x[0][i / 5, at[0], i % 5]);
            }

            return f([.. line], at[0]);
        }), attributes);
    }

    /// <summary>[1, 2, 5, 6] to other sides, each output a sum of (input, weight), with the border repeated.</summary>
    private static Case Resized(
        string mode, string places, string rounding, int height, int width, Func<int, int, int, (int Place, double Weight)[]> taps,
        params AttributeProto[] more)
    {
        return new Case("Resize", [[1, 2, 5, 6], "", "", Whole("sides", 1, 2, height, width)], x => Array64.Build(
            [1, 2, height, width],
            at => taps(at[2], 5, height).Sum(row => taps(at[3], 6, width).Sum(column => row.Weight * column.Weight *
                x[0][0, at[1], Math.Clamp(row.Place, 0, 4), Math.Clamp(column.Place, 0, 5)]))),
            [
                Of("mode", mode), Of("coordinate_transformation_mode", places), Of("nearest_mode", rounding), .. more,
            ]);
    }

    /// <summary>[1, 2, 5, 6] to sides of 10 and 9 at most or at least, by one scale for both.</summary>
    private static Case OfOneScale(string policy, int height, int width, double scale) => new(
        "Resize", [[1, 2, 5, 6], "", "", Whole("sides", 10, 9)], x => Array64.Build(
            [1, 2, height, width], at => x[0][0, at[1], (int)Math.Floor(at[2] / scale), (int)Math.Floor(at[3] / scale)]),
        Integers("axes", 2, 3), Of("keep_aspect_ratio_policy", policy), Of("coordinate_transformation_mode", "asymmetric"),
        Of("nearest_mode", "floor")) { Set = 18 };

    private static Argument Whole(string name, params long[] values) =>
        new() { Constant = NamedArray.From(name, [values.Length], values) };

    private static Argument Numbers(string name, float value) => Numbers(name, [], value);

    private static Argument Numbers(string name, long[] shape, params float[] values) =>
        new() { Constant = NamedArray.From(name, shape, values) };

    private static Argument Positive(params int[] shape) => new() { Shape = shape, IsPositive = true };

    /// <summary>An input of a node: of a shape, given when the graph runs; a constant of the file; or (of a text) none.</summary>
    [CollectionBuilder(typeof(Argument), nameof(OfShape))]
    private sealed record Argument
    {
        public int[]? Shape { get; init; }

        public bool IsPositive { get; init; }

        public NamedArray? Constant { get; init; }

        public static implicit operator Argument(string nothing) => new();

        public static Argument OfShape(ReadOnlySpan<int> shape) => new() { Shape = shape.ToArray() };

        public Argument ToWhole() =>
            Whole(Constant!.Name, Array.ConvertAll(Constant.ToDouble(), v => (long)v)) is { Constant: { } line }
                ? new() { Constant = new NamedArray(line.Name, line.Type, Constant.Shape, line.Bytes) }
                : throw new AssertionException("no constant");

        public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(Shape ?? [])).GetEnumerator();
    }

    /// <param name="Operation">the operator</param>
    /// <param name="Inputs">its inputs in order</param>
    /// <param name="Expected">what it makes of those that are no constants</param>
    /// <param name="Attributes">its attributes</param>
    private sealed record Case(string Operation, Argument[] Inputs, Func<Array64[], Array64> Expected, params AttributeProto[] Attributes)
    {
        /// <summary>Operator set.</summary>
        public int Set { get; init; } = 17;

        /// <summary>Where numbers are drawn from.</summary>
        public float From { get; init; } = -2;

        public float To { get; init; } = 2;

        /// <summary>Numbers are whole, so that some are equal.</summary>
        public bool IsWhole { get; init; }

        /// <summary>The node takes masks of where its inputs are positive.</summary>
        public bool OfMasks { get; init; }

        public (Shape Shape, float[] Values, Array64 Expected) Run(Device device)
        {
            using var noGrad = GradMode.NoGrad();
            using var step = device.Step();
            var random = new Random(Operation.Length);
            var file = new GraphFile(Set).Constant(NamedArray.From("zero", [], new[] { 0f }));
            var (names, given) = (new List<string>(), new List<Tensor>());
            foreach (var argument in Inputs)
            {
                if (argument.Constant is { } constant)
                {
                    file.Constant(constant);
                    names.Add(constant.Name);
                }
                else if (argument.Shape is { } shape)
                {
                    names.Add(Named($"x{given.Count}", shape));
                    given.Add(Tensor.From(Drawn(random, shape, argument.IsPositive), new Shape(shape), device));
                }
                else
                {
                    names.Add("");
                }
            }

            var expected = Expected([.. given.Select(Array64.From)]);
            if (given.Count == 0)
            {
                file.Input("unused", 1);
                given.Add(Tensor.Ones([1], device));
            }

            var path = file.Node(Operation, names, ["y"], Attributes).Output("y").Save();
            var y = GraphNetwork.Read(path).To(device).Forward(given)[0];
            return (y.Shape, y.ToArray(), expected);

            string Named(string name, int[] shape)
            {
                file.Input(name, shape);
                if (OfMasks)
                {
                    file.Node("Greater", [name, "zero"], [name + " mask"]);
                    return name + " mask";
                }

                return name;
            }
        }

        private float[] Drawn(Random random, int[] shape, bool isPositive)
        {
            var values = new float[shape.Aggregate(1, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
            {
                var value = From + (random.NextSingle() * (To - From));
                values[i] = isPositive ? Math.Abs(value) + 0.1f : IsWhole ? MathF.Round(value) : value;
            }

            return values;
        }
    }
}
