using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    /// <summary>A convolution of each algorithm, of odd sizes, of several images, strides, dilations and groups.</summary>
    private static readonly string[] s_convolutions =
    [
        "3 3 7 9 5 3,5 2,1 1,2 1,1",
        "2 3 6 8 4 3 3 1 1 1", "1 1 1 1 1 1 1 1 0 1", "1 3 5 7 2 3 3 1 1 1", "2 3 9 8 5 3 3 1 0 1", "1 7 17 19 9 3 3 2 1 1",
        "2 5 16 16 17 4 4 2 1 1", "1 6 64 64 8 4 4 2 1 1", "1 3 34 40 40 7 7 1 0 1", "1 40 22 38 3 7 7 1 0 1", "1 16 34 34 24 3 3 1 0 1",
        "1 33 24 48 13 3 3 1 1 1", "1 40 20 20 20 3 3 1 1 2", "1 4 23 29 6 3 3 3 2 2", "1 9 31 31 11 4 4 1 1 1", "3 20 8 8 12 4 4 2 1 1",
        "1 64 2 2 40 4 4 2 1 1", "4 24 4 4 33 4 4 2 1 1", "1 18 32 33 10 1 1 1 0 1", "1 18 33 32 10 1 1 3 0 1", "2 2 30 50 3 5,3 2,1 1,0 1",
        "1 4 12 40 4 3,5 1,2 2,4 2,1", "1 17 40 64 19 3 3 2 1 1", "2 50 20 33 20 3 3 1 1 1", "1 2 6 6 2 3 3 1 4 1",
            "1 5 70 16 70 3 3 1 1 1",
        "2 70 20 35 80 3 3 1 1 1", "1 64 45 61 50 4 4 2 1 1", "1 300 8 8 37 4 4 2 1 1", "1 70 16 16 66 4 4 2 1 1", "3 40 6 10 21 4 4 2 1 1",
        "1 9 16 32 20 4 4 1 2 1", "33 20 8 8 70 4 4 2 1 1", "29 6 10 14 9 4 4 2 1 1", "5 8 16 22 21 5 5 1 2 1", "6 3 30 21 4 3 3 3 1 1",
        "1 3 9 700 70 3 3 1 1 1", "1 40 6 530 5 4 4 2 1 1", "2 5 12 518 40 7 7 1 0 1", "1 64 10 262 3 7 7 1 0 1",
            "2 40 22 23 3 5,3 1 2,0 1",
        "1 20 16 15 1 4 4 1 1 1", "2 6 20 33 13 4 4 2 1 1", "1 3 12 21 9 3,5 1,2 2 1,3", "2 6 13 18 6 3 3 1 1 1 6",
        "1 40 33 64 40 3 3 1 1 1 40", "3 5 4 4 10 3 3 2 1 1 5", "2 12 9 21 4 4 4 2 1 1 4", "2 24 17 16 48 3 3 1 1 1 2",
        "3 16 8 8 16 3,5 1,2 2 1,3 8", "1 6 70 130 6 7 7 1 3 1 6", "4 32 1 1 64 1 1 1 0 1 16",
    ];

    /// <summary>
    /// For Winograd's algorithm: strides of 1, then with residues of the stride as channels or phases of it as filters; a filter that is
    /// not
    /// square.
    /// </summary>
    private static readonly string[] s_winograd =
    [
        "1 64 34 34 64 3 3 1 0 1", "2 36 12 35 40 3 3 1 1 1", "1 130 16 18 35 3 3 1 1 1", "1 64 20 32 48 4 4 1 1 1",
            "2 30 23 25 35 4 4 1 2 1",
        "1 270 8 20 32 3 3 1 1 1", "1 5 9 11 3 2 2 1 0 1", "3 150 5 4 150 3 3 1 1 1", "13 20 8 8 24 3 3 1 1 1", "60 5 4 4 7 3 3 1 1 1",
        "3 9 32 32 11 3 3 1 1 1", "2 6 7 5 9 3 3 1 0 1", "1 4 210 3 6 3 3 1 2 1", "4 6 10 9 8 2 2 1 0 1", "1 33 32 30 34 4 4 2 1 1",
        "1 3 11 9 20 3,2 1 2,0 1", "2 20 21 23 17 4 4 2 1 1", "1 16 17 18 9 3 3 2 1 1", "1 7 20 19 6 4 4 3 2 1", "1 6 20 40 10 4 4 1,2 1 1",
        "1 6 40 20 10 4 4 2,1 1 1", "2 18 19 22 11 4 4 2 0 1", "1 35 15 26 13 4 4 2 2 1", "1 20 13 22 18 5 5 2 2 1",
        "2 10 45 70 24 3 3 1 1 1", "1 9 37 140 10 2 2 1 1 1", "1 70 16 33 150 4 4 1 1 1", "1 12 130 70 20 3 3 2 1 1",
    ];

    /// <summary>More tiles than a weight gradient reduces at a time, and more filters than it does.</summary>
    private static readonly string[] s_largeWinograd =
        ["1 64 70 68 5 3 3 1 1 1", "1 16 130 260 6 4 4 2 1 1", "2 21 9 9 150 3 3 1 1 1", "1 40 12 12 300 4 4 2 1 1"];

    /// <summary>
    /// For three points: a U-Net's inner levels with fewer channels; odd sizes, several pictures, blocks and groups that are not full.
    /// </summary>
    private static readonly string[] s_threePoints =
    [
        "1 80 32 32 208 4 4 2 1 1", "1 144 16 16 112 4 4 2 1 1", "2 32 13 10 48 4 4 2 1 1", "3 16 9 7 16 4 4 2 2 1",
            "1 32 18 12 32 4 4 2 0 1",
        "1 48 9 10 32 2 2 1 1 1", "1 16 12 17 32 4 2 2,1 1,0 1", "11 32 16 16 48 4 4 2 1 1", "7 16 15 20 32 4 4 2 1 1",
        "30 144 4 6 16 4 4 2 1 1", "33 128 6 6 256 4 4 2 1 1", "1 80 16 16 208 4 4 2 1 1",
    ];

    /// <summary>To a single pixel, with a weight that stays: of which only the taps that see the image are read.</summary>
    private static readonly string[] s_innerTaps = ["1 512 2 2 48 4 4 2 1 1", "3 24 2 2 17 4 4 2 1 1", "1 8 1 2 40 3,4 1,2 1 1",
        "70 16 3 1 12 5 5 2,1 1,2 1"];

    /// <summary>The padding is what is shown of the input around it.</summary>
    private static readonly string[] s_bordered =
    [
        "3 3 7 9 5 3 3 1 1 1", "1 3 40 33 8 7 7 1 3 1", "2 5 9 11 3 7 7 1 3 1", "1 24 32 32 20 3 3 1 1 1", "2 40 12 35 36 3 3 1 1 1",
        "1 6 20 31 9 3 3 2 1 1", "1 4 18 23 5 3 3 1 2 2", "1 10 33 64 3 7 7 1 3 1", "2 24 20 33 3 7 7 1 3 1", "1 2 12 9 4 4 4 1 2,3 1",
        "1 20 4 4 16 3 3 10 3 1", "2 10 45 70 24 3 3 1 1 1", "1 9 37 140 10 2 2 1 1 1",
    ];

    /// <summary>
    /// A U-Net's inner layers, filters that fill no panel, rows that no block of columns holds, too many pixels, taps that fill no vector,
    /// and
    /// Winograd's algorithm.
    /// </summary>
    private static readonly string[] s_updates =
    [
        "3 3 7 9 5 3 3 1 1 1", "2 512 2 2 33 4 4 2 1 1", "1 40 8 8 48 4 4 2 1 1", "1 5 2 2 12 4 4 2 1 1", "1 301 9 7 25 4 4 2 1 1",
        "1 9 12 12 13 4 4 1 1 1", "1 70 16 16 25 4 4 2 1 1", "1 16 40 40 32 4 4 2 1 1", "2 6 9 7 5 3 3 1 1 1", "1 64 16 16 64 3 3 1 1 1",
    ];

    private static readonly string[] s_layers =
        ["1 512 8 8 512 4 4 2 1 1", "1 128 64 64 256 4 4 2 1 1", "1 64 262 262 3 7 7 1 0 1", "1 256 66 66 256 3 3 1 0 1"];

    private static readonly WinogradUse[] s_points =
        [WinogradUse.WhereverPossible, WinogradUse.WhereverPossibleOnFourPoints, WinogradUse.WhereverPossibleOnThreePoints];

    /// <summary>A convolution, its data gradient and its weight gradient, for suites that force a kernel.</summary>
    public static IReadOnlyList<KernelCase> PassesOf(string shape, bool hasBias = false) =>
        [.. PassRows("convolution", [Convolutions.Parse(shape)], [Convolutions.Parse(shape)], default, hasBias)
            .Where(c => c.Definition is not null)];

    /// <summary>The same for a matrix product.</summary>
    public static KernelCase ProductOf(MatMulGeometry g) => MatMulRow([g]).First();

    private static IEnumerable<KernelCase> ProductRows() =>
    [
        .. ConvolutionRows("convolution", s_convolutions, s_convolutions, Accuracy.OfProducts(1e-5), s_layers),
        .. ConvolutionRows("convolution by Winograd", s_winograd, [.. s_winograd, .. s_largeWinograd], Accuracy.OfProducts(1e-5, s_points)),
        .. ConvolutionRows(
            "convolution on three points", s_threePoints, s_threePoints,
            Accuracy.OfProducts(1e-6, WinogradUse.WhereverPossibleOnThreePoints)),
        .. PassRows("drawn convolution", Convolutions.Drawn(60), Convolutions.Drawn(60), Accuracy.OfProducts(1e-5), hasBias: true),
        .. Row(
            "convolution to a pixel by a weight that stays", s_innerTaps.Select(OnePixel),
            (a, g) => new Conv2dCall(a.In(g.X()), a.Held(g.W()), a.In(g.K), a.Out(g.Y()), g),
            (g, v) => [ReferenceConvolution.Forward(v[0], v[1], v[2], g)], Accuracy.OfProducts(1e-6), _ => false),
        .. Row(
            "its gradient", s_innerTaps.Select(OnePixel),
            (a, g) => new Conv2dInputGradientCall(a.In(g.Y()), a.Held(g.W()), a.In(g.C), a.Out(g.X()), g),
            (g, v) => [ReferenceConvolution.InputGradient(v[0], v[1], v[2], g)], Accuracy.OfProducts(1e-6), _ => false),
        .. new[] { PadMode.Reflect, PadMode.Replicate }.SelectMany(BorderedRows),
        .. Row(
            "weight gradient into Adam", s_updates.Select(Convolutions.Parse),
            (a, g) =>
            {
                var settings = new AdamSettings(0.5f, 0.999f, 1e-8f, 0.01f, StepNumbers.AtOnce);
                AdamCoefficients.SetRates(a.Numbers, settings, Rate, step: 3);
                return new Conv2dWeightGradientToAdamCall(
                    a.In(g.X()), a.In(g.Y()), a.In(g.W()), a.In(g.W()), a.In(g.W(), 0, 1), g, settings) { Scratch = a.Out(g.W()) };
            },
            null, Accuracy.OfProducts(0)),
        .. MatMulRow(
            from size in new[] { "3x5x7x9", "2x3x5x4", "1x1x1x1", "1x17x33x300", "2x250x100x40", "1x64x97x513" }
            from transposed in new[] { (false, false), (false, true), (true, false), (true, true) }
            select MatMul(size, transposed.Item1, transposed.Item2)),
    ];

    private static IEnumerable<KernelCase> MatMulRow(IEnumerable<MatMulGeometry> sizes) => Row(
        "matrix product", sizes,
        (a, g) => new MatMulCall(a.In(g.Batch * g.M * g.K), a.In(g.Batch * g.K * g.N), a.Out(g.Batch * g.M * g.N), g),
        (g, v) =>
        [
            Naive.MatMul(
                new(g.TransposeA ? new(g.Batch, g.K, g.M) : new(g.Batch, g.M, g.K), v[0]),
                new(g.TransposeB ? new(g.Batch, g.N, g.K) : new(g.Batch, g.K, g.N), v[1]), g.TransposeA, g.TransposeB).Values,
        ],
        Accuracy.OfProducts(1e-5), g => g.K == 9,
        timed: [MatMul("1x64x64x64"), MatMul("1x256x256x256"), MatMul("1x768x768x768")]);

    private static MatMulGeometry MatMul(string size, bool transposeA = false, bool transposeB = false)
    {
        var extents = Extents(size)[0];
        return new(extents[0], extents[1], extents[2], extents[3], transposeA, transposeB);
    }

    private static ConvGeometry OnePixel(string shape) => Convolutions.Parse(shape) with { Output = 1 };

    private static IEnumerable<KernelCase> ConvolutionRows(
        string name, string[] shapes, string[] ofWeights, Accuracy accuracy, string[]? timed = null) =>
    [
        .. PassRows(name, shapes.Select(Convolutions.Parse), ofWeights.Select(Convolutions.Parse), accuracy, hasBias: true, timed),
        .. PassRows($"{name} without bias", shapes.Select(Convolutions.Parse), [], accuracy, hasBias: false),
    ];

    /// <summary>The three passes.</summary>
    private static IEnumerable<KernelCase> PassRows(
        string name, IEnumerable<ConvGeometry> shapes, IEnumerable<ConvGeometry> ofWeights, Accuracy accuracy, bool hasBias,
            string[]? timed = null)
    {
        var layers = Array.ConvertAll(timed ?? [], Convolutions.Parse);
        return
        [
            .. Row(
                name, shapes, (a, g) => new Conv2dCall(a.In(g.X()), a.In(g.W()), a.InIf(hasBias, g.K), a.Out(g.Y()), g),
                (g, v) => [ReferenceConvolution.Forward(v[0], v[1], hasBias ? v[2] : null, g)], accuracy, OnGpus, timed: layers),
            .. Row(
                $"data gradient of {name}", shapes,
                (a, g) => new Conv2dInputGradientCall(a.In(g.Y()), a.In(g.W()), a.InIf(hasBias, g.C), a.Out(g.X()), g),
                (g, v) => [ReferenceConvolution.InputGradient(v[0], v[1], hasBias ? v[2] : null, g)], accuracy, OnGpus, timed: layers),
            .. Row(
                $"weight gradient of {name}", ofWeights, (a, g) => new Conv2dWeightGradientCall(a.In(g.X()), a.In(g.Y()), a.Out(g.W()), g),
                (g, v) => [ReferenceConvolution.WeightGradient(v[0], v[1], g)], accuracy, OnGpus, timed: layers),
            .. Row(
                $"weight and bias gradient of {name}", ofWeights.Take(20),
                (a, g) => new Conv2dWeightAndBiasGradientCall(a.In(g.X()), a.In(g.Y()), a.Out(g.W()), a.Out(g.K), g), null, accuracy,
                    OnGpus),
        ];

        // Whose algorithms have tests of their own.
        static bool OnGpus(ConvGeometry g) => g.X() == 567;
    }

    private static IEnumerable<KernelCase> BorderedRows(PadMode mode)
    {
        var (shapes, accuracy) = (
            s_bordered.Select(Convolutions.Parse),
            Accuracy.OfProducts(0, WinogradUse.Never, WinogradUse.WhereFaster, WinogradUse.WhereverPossible));
        return
        [
            .. Row(
                $"convolution with {mode} border", shapes,
                (a, g) => new BorderedConv2dCall(mode, a.In(g.X()), a.In(g.W()), a.In(g.K), a.Out(g.Y()),
                    g) { Scratch = a.Out(g.Border().Count()) },
                null, accuracy),
            .. Row(
                $"its weight gradient with {mode} border", shapes,
                (a, g) => new BorderedConv2dWeightGradientCall(mode, a.In(g.X()), a.In(g.Y()), a.Out(g.W()), g)
                {
                    Scratch = a.Out(g.Border().Count()),
                },
                null, accuracy),
            .. Row(
                $"its weight and bias gradient with {mode} border", shapes,
                (a, g) => new Conv2dWeightAndBiasGradientCall(a.In(g.X()), a.In(g.Y()), a.Out(g.W()), a.Out(g.K), g, mode)
                {
                    Scratch = a.Out(g.Border().Count()),
                },
                null, accuracy),
        ];
    }
}
