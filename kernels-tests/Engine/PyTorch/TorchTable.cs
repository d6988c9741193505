namespace IlgpuGan.EngineTests.PyTorch;

/// <summary>PyTorch's ops as the engine spells them. An option that the engine has not is a <see cref="NotSupportedException"/>.</summary>
internal static class TorchTable
{
    private const string F = "nn.functional.";

    public static IReadOnlyDictionary<string, Func<TorchCall, Tensor>> Ops { get; } = new Dictionary<string, Func<TorchCall, Tensor>>
    {
        ["abs"] = c => c.X.Abs(), ["exp"] = c => c.X.Exp(), ["log"] = c => c.X.Log(), ["sqrt"] = c => c.X.Sqrt(), ["rsqrt"] = c =>
            c.X.Power(-0.5f),
        ["reciprocal"] = c => c.X.Reciprocal(), ["sigmoid"] = c => c.X.Sigmoid(), ["tanh"] = c => c.X.Tanh(), ["sin"] = c => c.X.Sin(),
        ["cos"] = c => c.X.Cos(), ["square"] = c => c.X.Square(), ["sign"] = c => c.X.Sign(), ["floor"] = c => c.X.Floor(),
        ["ceil"] = c => c.X.Ceiling(), ["round"] = c => c.Only().X.Round(), ["neg"] = c => -c.X, ["isnan"] = c => c.X.IsNaN(),
        [F + "relu"] = c => c.X.Relu(), [F + "leaky_relu"] = c => c.X.LeakyRelu(c.Number("negative_slope", 0.01f)),
        [F + "elu"] = c => c.Only("alpha").X.Elu(c.Number("alpha", 1)), [F + "silu"] = c => c.X.Silu(),
        [F + "gelu"] = c => c.X.Gelu(c.Text("approximate", "none") == "tanh"), [F + "softplus"] = Softplus,
        [F + "logsigmoid"] = c => c.X.LogSigmoid(), [F + "softsign"] = c => c.X.Softsign(), [F + "relu6"] = c => c.X.Hardtanh(0, 6),
        [F + "hardtanh"] = Hardtanh,
        [F + "prelu"] = c => c.X.PRelu(c.Required("weight").Reshape(-1)), ["clamp"] = Clamp,
        ["add"] = c => c.X + (c.Required("other") * c.Number("alpha", 1)), ["sub"] = c => c.X - (c.Required("other") * c.Number("alpha",
            1)),
        ["mul"] = c => c.X * c.Required("other"), ["div"] = c => c.Only("other").X / c.Required("other"),
        ["true_divide"] = c => c.X / c.Required("other"),
        ["pow"] = c => c.X.Power(c.Required("exponent")), ["maximum"] = c => c.X.Maximum(c.Required("other")),
        ["minimum"] = c => c.X.Minimum(c.Required("other")), ["eq"] = c => c.X.EqualTo(c.Required("other")),
        ["ne"] = c => c.X.NotEqualTo(c.Required("other")), ["gt"] = c => c.X > c.Required("other"), ["ge"] = c =>
            c.X >= c.Required("other"),
        ["lt"] = c => c.X < c.Required("other"), ["le"] = c => c.X <= c.Required("other"),
        ["lerp"] = c => c.IsTensor("weight") ? c.X.Lerp(c.Required("end"), c.Required("weight")) : c.X.Lerp(c.Required("end"),
            c.Number("weight", 0)),
        ["where"] = c => c.Required("condition").Where(c.X, c.Required("other")),
        ["masked_fill"] = c => c.IsTensor("value")
            ? c.Required("mask").Where(c.Required("value"), c.X)
            : c.X.MaskedFill(c.Required("mask"), c.Number("value", 0)),
        ["sum"] = c => c.Only("dim", "keepdim").X.Sum(c.Axes(), c.Flag("keepdim", false)),
        ["mean"] = c => c.Only("dim", "keepdim").X.Mean(c.Axes(), c.Flag("keepdim", false)),
        ["amax"] = c => c.X.Max(c.Axes(), c.Flag("keepdim", false)), ["amin"] = c => c.X.Min(c.Axes(), c.Flag("keepdim", false)),
        ["var"] = c => c.X.Var(c.Axes(), c.Flag("keepdim", false), Correction(c)),
        ["std"] = c => c.X.Std(c.Axes(), c.Flag("keepdim", false), Correction(c)),
        ["norm"] = c => c.X.Norm(Order(c, "p"), c.Axes(), c.Flag("keepdim", false)),
        ["linalg.vector_norm"] = c => c.Only("ord", "dim", "keepdim").X.Norm(Order(c, "ord"), c.Axes(), c.Flag("keepdim", false)),
        ["logsumexp"] = c => c.X.LogSumExp(c.Axes(), c.Flag("keepdim", false)),
        ["prod"] = c => c.Has("dim") ? c.X.Prod(c.Integer("dim", 0), c.Flag("keepdim", false)) : c.X.Prod(),
        ["cumsum"] = c => c.X.CumulativeSum(c.Integer("dim", 0)),
        ["argmax"] = c => Extreme(c, largest: true), ["argmin"] = c => Extreme(c, largest: false),
        ["sort"] = c => c.X.Shape.Rank == 0 ? c.X * 1 : c.X.Sort(c.Integer("dim", -1), c.Flag("descending", false)).Values,
        ["argsort"] = c => c.X.Shape.Rank == 0 ? throw new NotSupportedException("scalar") : c.X.Argsort(c.Integer("dim", -1),
            c.Flag("descending", false)),
        ["topk"] = c => c.X.Shape.Rank == 0
            ? throw new NotSupportedException("scalar")
            : c.X.TopK(c.Integer("k", 1), c.Integer("dim", -1), c.Flag("largest", true)).Values,
        ["matmul"] = c => c.X.Shape.Rank < 2 || c.Required("other").Shape.Rank < 2
            ? throw new NotSupportedException("vectors")
            : c.X.MatMul(c.Required("other")),
        ["mm"] = c => c.X.MatMul(c.Required("mat2")), ["bmm"] = c => c.X.MatMul(c.Required("mat2")),
        [F + "linear"] = c => c.X.Linear(c.Required("weight"), c.Tensor("bias")),
        ["reshape"] = c => c.X.Reshape(c.Integers("shape")), ["permute"] = Permute, ["transpose"] = Transpose,
        ["expand"] = c => c.X.Expand(c.Integers("shape")),
        ["narrow"] = c => c.IsTensor("start") ? throw new NotSupportedException("start") : Narrow(c),
        ["unsqueeze"] = c => c.X.Unsqueeze(c.Integer("dim", 0)),
        ["squeeze"] = c => !c.Has("dim") ? c.X.Squeeze() : c.X.Shape.Rank > 0 && c.X.Shape[c.Integer("dim", 0)] == 1
            ? c.X.Squeeze(c.Integer("dim", 0)) : c.X * 1,
        ["flatten"] = c => c.X.Flatten(c.Integer("start_dim", 0), c.Integer("end_dim", -1)),
        ["flip"] = c => c.X.Flip(c.Integers("dims")), ["roll"] = Roll,
        ["chunk"] = c => c.X.Chunk(c.Integer("dim", 0), c.Integer("chunks", 1))[^1], ["split"] = Split,
        ["gather"] = c => c.X.Shape.Rank == 0 ? throw new NotSupportedException("scalar") : c.X.Gather(c.Integer("dim", 0), Fitting(c.X,
            c)),
        ["scatter_add"] = c => c.X.Shape.Rank == 0
            ? throw new NotSupportedException("scalar")
            : c.X.ScatterAdd(c.Integer("dim", 0), Fitting(c.X, c), c.Required("src")),
        ["index_select"] = c => c.X.Shape.Rank == 0 ? throw new NotSupportedException("scalar") : c.X.IndexSelect(c.Integer("dim", 0),
            c.Required("index").Reshape(-1)),
        ["cat"] = c => TensorOps.Concat(c.Integer("dim", 0), [.. c.Tensors]), ["stack"] = c => TensorOps.Stack(c.Integer("dim", 0),
            [.. c.Tensors]),
        [F + "pixel_shuffle"] = c => Pixels(c.X).PixelShuffle(c.Integer("upscale_factor", 1)),
        [F + "pixel_unshuffle"] = c => Pixels(c.X).PixelUnshuffle(c.Integer("downscale_factor", 1)),
        [F + "conv1d"] = c => Lines(c.X).Conv1d(
            c.Required("weight"), c.Tensor("bias"), c.Integers("stride", 1)[0], Padding(c)[0], c.Integers("dilation", 1)[0],
                c.Integer("groups", 1)),
        [F + "conv2d"] = c => Pixels(c.X).Conv2d(
            c.Required("weight"), c.Tensor("bias"), c.Pair("stride", 1), Both(Padding(c)), c.Pair("dilation", 1),
                groups: c.Integer("groups", 1)),
        [F + "conv_transpose1d"] = c => Lines(c.X).ConvTranspose1d(
            c.Required("weight"), c.Tensor("bias"), c.Integers("stride", 1)[0], Padding(c)[0], c.Integers("output_padding", 0)[0],
            c.Integers("dilation", 1)[0], c.Integer("groups", 1)),
        [F + "conv_transpose2d"] = c => Pixels(c.X).ConvTranspose2d(
            c.Required("weight"), c.Tensor("bias"), c.Pair("stride", 1), Both(Padding(c)), c.Pair("output_padding", 0), c.Pair("dilation",
                1),
            c.Integer("groups", 1)),
        [F + "batch_norm"] = BatchNorm,
        [F + "instance_norm"] = c => c.Flag("use_input_stats", true)
            ? c.X.InstanceNorm(c.Tensor("weight"), c.Tensor("bias"), c.Number("eps", 1e-5f))
            : throw new NotSupportedException("use_input_stats"),
        [F + "group_norm"] = c => c.X.GroupNorm(c.Integer("num_groups", 1), c.Tensor("weight"), c.Tensor("bias"), c.Number("eps", 1e-5f)),
        [F + "layer_norm"] = c => c.X.LayerNorm(
            c.Integers("normalized_shape").Length, c.Tensor("weight"), c.Tensor("bias"), c.Number("eps", 1e-5f)),
        [F + "normalize"] = c => c.Number("p", 2) == 2 ? c.X.Normalize(c.Integer("dim", 1), c.Number("eps", 1e-12f))
            : throw new NotSupportedException("p"),
        [F + "cosine_similarity"] = c => c.X.CosineSimilarity(c.Required("x2"), c.Integer("dim", 1), c.Number("eps", 1e-8f)),
        [F + "pairwise_distance"] = c => c.Flag("keepdim", false)
            ? throw new NotSupportedException("keepdim")
            : c.X.PairwiseDistance(c.Required("x2"), c.Number("p", 2), c.Number("eps", 1e-6f)),
        [F + "max_pool2d"] = c => Pixels(c.X).MaxPool2d(Window(c)),
        [F + "avg_pool2d"] = c => c.Has("divisor_override")
            ? throw new NotSupportedException("divisor_override")
            : Pixels(c.X).AvgPool2d(Window(c), c.Flag("count_include_pad", true)),
        [F + "adaptive_avg_pool2d"] = c => c.Integers("output_size") is [> 0, ..] and var sides
            ? Pixels(c.X).AdaptiveAvgPool2d((sides[0], sides[^1]))
            : throw new NotSupportedException("output_size"),
        [F + "interpolate"] = Interpolate, [F + "pad"] = Pad, [F + "grid_sample"] = GridSample,
        [F + "affine_grid"] = c => c.Integers("size") is [_, _, var h, var w] ? c.X.AffineGrid((h, w), c.Flag("align_corners", false))
            : throw new NotSupportedException("volume"),
        ["softmax"] = c => c.X.Softmax(c.Integer("dim", -1)), ["log_softmax"] = c => c.X.LogSoftmax(c.Integer("dim", -1)),
        [F + "l1_loss"] = c => c.X.L1Loss(c.Required("target"), c.Reduction()), [F + "mse_loss"] = c => c.X.MseLoss(c.Required("target"),
            c.Reduction()),
        [F + "smooth_l1_loss"] = c => c.X.SmoothL1Loss(c.Required("target"), c.Number("beta", 1), c.Reduction()),
        [F + "huber_loss"] = c => c.X.HuberLoss(c.Required("target"), c.Number("delta", 1), c.Reduction()),
        [F + "kl_div"] = c => c.X.KlDivergence(c.Required("target"), c.Flag("log_target", false), c.Reduction()),
        [F + "nll_loss"] = c => c.X.Shape.Rank < 2
            ? throw new NotSupportedException("no batch")
            : c.X.NllLoss(c.Required("target"), c.Tensor("weight"), c.Integer("ignore_index", -100), c.Reduction()),
        [F + "cross_entropy"] = c => c.X.CrossEntropy(
            c.Required("target"), c.Tensor("weight"), c.Integer("ignore_index", -100), c.Number("label_smoothing", 0), c.Reduction()),
        [F + "binary_cross_entropy_with_logits"] = c => c.X.BceWithLogits(
            c.Required("target"), c.Tensor("weight"), c.Tensor("pos_weight"), c.Reduction()),
        [F + "triplet_margin_loss"] = c => c.X.TripletMarginLoss(
            c.Required("positive"), c.Required("negative"), c.Number("margin", 1), c.Number("p", 2), c.Number("eps", 1e-6f), c.Flag("swap",
                false),
            c.Reduction()),
    };

    private static Tensor Hardtanh(TorchCall c) => c.Number("min_val", -1) is var low && c.Number("max_val", 1) is var high && low < high
        ? c.X.Hardtanh(low, high)
        : throw new NotSupportedException("bounds the wrong way round");

    private static Tensor Softplus(TorchCall c) => c.Has("threshold") ? throw new NotSupportedException("threshold") : c.Number("beta",
        1) is 1 and var beta ? c.X.Softplus() : c.X.Softplus(c.Number("beta",
        1));

    private static Tensor Clamp(TorchCall c)
    {
        var x = c.X;
        if (c.IsTensor("min") || c.IsTensor("max"))
        {
            throw new NotSupportedException("clamp by tensors shares the gradient of equals otherwise");
        }

        return x.Clamp(c.Number("min", float.NegativeInfinity), c.Number("max", float.PositiveInfinity));
    }

    private static int Correction(TorchCall c) => c.Integer("correction", c.Flag("unbiased", true) ? 1 : 0);

    private static float Order(TorchCall c, string name) =>
        c.IsTensor(name) ? throw new NotSupportedException(name) : c.Has(name) && name == "p" ? POf(c) : c.Number(name, 2);

    private static float POf(TorchCall c)
    {
        try
        {
            return c.Text("p", "fro") == "fro" ? 2 : throw new NotSupportedException("nuclear norm");
        }
        catch (NotSupportedException problem) when (problem.Message == "p")
        {
            return c.Number("p", 2);
        }
    }

    private static Tensor Extreme(TorchCall c, bool largest)
    {
        var (x, keep) = (c.X, c.Flag("keepdim", false));
        if (!c.Has("dim"))
        {
            if (keep)
            {
                throw new NotSupportedException("keepdim");
            }

            x = x.Reshape(-1);
        }

        if (x.Shape.Rank == 0)
        {
            throw new NotSupportedException("scalar");
        }

        var dim = c.Integer("dim", 0);
        return largest ? x.Argmax(dim, keep) : x.Argmin(dim, keep);
    }

    private static Tensor Permute(TorchCall c)
    {
        var rank = c.X.Shape.Rank;
        return c.X.Permute([.. c.Integers("dims").Select(d => d < 0 ? d + rank : d)]);
    }

    private static Tensor Transpose(TorchCall c)
    {
        var rank = c.X.Shape.Rank;
        if (rank == 0)
        {
            return c.X * 1;
        }

        int At(string name) => c.Integer(name, 0) is < 0 and var d ? d + rank : c.Integer(name, 0);
        int[] order = [.. Enumerable.Range(0, rank)];
        (order[At("dim0")], order[At("dim1")]) = (order[At("dim1")], order[At("dim0")]);
        return c.X.Permute(order);
    }

    private static Tensor Narrow(TorchCall c)
    {
        var (dim, start) = (c.Integer("dim", 0), c.Integer("start", 0));
        return c.X.Slice(dim, start < 0 ? start + c.X.Shape[dim] : start, c.Integer("length", 0));
    }

    private static Tensor Roll(TorchCall c)
    {
        var (shifts, dims) = (c.Integers("shifts"), c.Integers("dims"));
        if (dims.Length == 0)
        {
            return c.X.Reshape(c.X.Shape.Count == 0 ? [0] : [-1]).Roll(0, shifts[0]).Reshape(c.X.Shape);
        }

        return shifts.Zip(dims).Aggregate(c.X, (x, s) => x.Roll(s.Second, s.First));
    }

    private static Tensor Split(TorchCall c)
    {
        var dim = c.Integer("dim", 0);
        var sizes = c.Integers("split_size");
        var extent = c.X.Shape[dim];
        return sizes.Length > 1
            ? c.X.Split(dim, sizes)[^1]
            : c.X.Slice(dim, extent - (((extent - 1) % sizes[0]) + 1), ((extent - 1) % sizes[0]) + 1);
    }

    /// <summary>PyTorch's index may be smaller than x in other dimensions; ours has x's extents there, or 1.</summary>
    private static Tensor Fitting(Tensor x, TorchCall c)
    {
        var index = c.Required("index");
        var dim = c.Integer("dim", 0) is < 0 and var d ? d + x.Shape.Rank : c.Integer("dim", 0);
        for (var i = 0; i < x.Shape.Rank; i++)
        {
            if (index.Shape.Rank != x.Shape.Rank || (i != dim && index.Shape[i] != x.Shape[i]))
            {
                throw new NotSupportedException("a smaller index");
            }
        }

        return c.Has("src") && c.Required("src").Shape != index.Shape ? throw new NotSupportedException("a larger source") : index;
    }

    private static Tensor Pixels(Tensor x) => x.Shape.Rank == 4 ? x : throw new NotSupportedException("no batch");

    private static Tensor Lines(Tensor x) => x.Shape.Rank == 3 ? x : throw new NotSupportedException("no batch");

    private static int[] Padding(TorchCall c) => c.Integers("padding", 0);

    private static Margins Both(int[] padding) => padding.Length == 1 ? padding[0] : (padding[0], padding[1]);

    private static Tensor BatchNorm(TorchCall c)
    {
        var (weight, bias, epsilon) = (c.Tensor("weight"), c.Tensor("bias"), c.Number("eps", 1e-5f));
        if (c.X.Shape.Rank < 2)
        {
            throw new NotSupportedException("no channels");
        }

        return c.Flag("training", false)
            ? c.X.BatchNorm(weight, bias, epsilon)
            : c.X.BatchNorm(new RunningStatistics(c.Required("running_mean"), c.Required("running_var")), weight, bias, epsilon);
    }

    private static PoolWindow Window(TorchCall c)
    {
        (int, int) Two(string name, int otherwise) => (c.Pair(name, otherwise).Height, c.Pair(name, otherwise).Width);
        return new PoolWindow(Two("kernel_size", 1), Two("stride", 0), Two("padding", 0))
        {
            Dilation = Two("dilation", 1), CeilMode = c.Flag("ceil_mode", false),
        };
    }

    private static Tensor Interpolate(TorchCall c)
    {
        var x = Pixels(c.X);
        var mode = c.Text("mode", "nearest") switch
        {
            "nearest" => ResizeMode.Nearest,
            "nearest-exact" => ResizeMode.NearestExact,
            "bilinear" => ResizeMode.Bilinear,
            "bicubic" => ResizeMode.Bicubic,
            var other => throw new NotSupportedException(other),
        };
        var resizing = new Resizing(mode, c.Flag("align_corners", false), c.Flag("antialias", false));
        if (c.Has("size"))
        {
            var size = c.Pair("size", 1);
            return x.Resize(new Size2d(size.Height, size.Width), resizing);
        }

        double scale = c.Number("scale_factor", 1);
        scale = Math.Round(scale, 6);
        int Side(int side) => (int)Math.Floor(side * scale);
        return x.Resize((Side(x.Shape[2]), Side(x.Shape[3])), resizing.AlignCorners ? resizing : resizing with { Scale = scale });
    }

    private static Tensor Pad(TorchCall c)
    {
        var mode = c.Text("mode", "constant") switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "replicate" => PadMode.Replicate,
            _ => PadMode.Circular,
        };
        return c.Integers("pad") is [var left, var right, var top, var bottom] && c.X.Shape.Rank >= 2
            ? c.X.Pad(new Margins(top, bottom, left, right), mode, c.Number("value", 0))
            : throw new NotSupportedException("pads of other dimensions");
    }

    private static Tensor GridSample(TorchCall c)
    {
        var mode = c.Text("mode", "bilinear") switch
        {
            "bilinear" => ResizeMode.Bilinear,
            "nearest" => ResizeMode.NearestExact,
            _ => ResizeMode.Bicubic,
        };
        var edge = c.Text("padding_mode", "zeros") switch { "zeros" => GridEdge.Zeros, "border" => GridEdge.Border, _ =>
            GridEdge.Reflection };
        return Pixels(c.X).GridSample(c.Required("grid"), mode, edge, c.Flag("align_corners", false));
    }
}
