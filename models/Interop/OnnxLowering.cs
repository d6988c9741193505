using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// Writes a tree of modules as nodes of an ONNX graph. Weights keep their state-dict keys as names, so that a graph that folds nothing
/// can be read back as a checkpoint.
/// </summary>
internal sealed class OnnxLowering(OnnxGraphBuilder graph, ExportSettings settings)
{
    /// <summary>TensorProto.DataType.FLOAT.</summary>
    private const long Single = 1;

    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);

    /// <summary>Adds a module's nodes behind a value, and returns the value that they make.</summary>
    /// <param name="module">what to write</param>
    /// <param name="x">name of the module's input in the graph</param>
    /// <param name="path">the module's place in the network: what stands before its tensors' keys</param>
    /// <exception cref="InteropException">there is no counterpart</exception>
    public string Lower(Module module, string x, string path = "") => module switch
    {
        Sequential sequence => Sequence(sequence, x, path),
        SkipBlock block => Skip(block, x, path),
        UNet or ResNetGenerator or PatchGan or PixelGan or AsymmetricPatchGan => Child(module, x, path),
        Conv2d or ConvTranspose2d => Convolution(module, followingNorm: null, x, path),
        BatchNorm2d norm => BatchNorm(norm, x, path),
        InstanceNorm2d { RunningMean: null } norm => InstanceNorm(norm, x, path),
        Padding2d padding => Pad(padding, x),
        Upsample { Mode: UpsampleMode.Nearest } upsample => Enlarge(upsample, x),
        ReLU => graph.Node("Relu", [x]),
        LeakyReLU leaky => graph.Node("LeakyRelu", [x], OnnxAttribute.Float("alpha", leaky.Slope)),
        Tanh => graph.Node("Tanh", [x]),
        Sigmoid => graph.Node("Sigmoid", [x]),
        Identity or Dropout => x,
        _ => throw new InteropException($"{(path.Length == 0 ? "the network" : path.TrimEnd('.'))} is a {module.GetType().Name}, which the ONNX export has no counterpart for"),
    };

    private string Sequence(Sequential sequence, string x, string path)
    {
        var children = sequence.Children;
        for (var i = 0; i < children.Count; i++)
        {
            var (name, module) = children[i];
            if (settings.Fold && module is Conv2d or ConvTranspose2d && i + 1 < children.Count && children[i + 1].Module is BatchNorm2d norm)
            {
                x = Convolution(module, norm, x, $"{path}{name}.");
                i++;
            }
            else
            {
                x = Lower(module, x, $"{path}{name}.");
            }
        }

        return x;
    }

    private string Skip(SkipBlock block, string x, string path)
    {
        var y = Child(block, x, path);
        return block.Skip switch
        {
            SkipConnection.Sum => graph.Node("Add", [x, y]),
            SkipConnection.Beside => graph.Node("Concat", [x, y], OnnxAttribute.Integer("axis", 1)),
            _ => y,
        };
    }

    private string Child(Module module, string x, string path)
    {
        var (name, child) = module.Children.Single();
        return Lower(child, x, $"{path}{name}.");
    }

    private string Convolution(Module module, BatchNorm2d? followingNorm, string x, string path)
    {
        var (operation, weight, bias, attributes) = module switch
        {
            Conv2d c => ("Conv", c.Weight, c.Bias, Geometry(c.Weight, c.Stride, c.Padding, OnnxAttribute.Integers("dilations", c.Dilation, c.Dilation))),
            ConvTranspose2d t => ("ConvTranspose", t.Weight, t.Bias, Geometry(t.Weight, t.Stride, t.Padding, OnnxAttribute.Integers("output_padding", t.OutputPadding, t.OutputPadding))),
            _ => throw new ArgumentException($"{module.GetType().Name} is no convolution"),
        };
        var (weights, biases) = (weight.Value.ToArray(), bias?.Value.ToArray());
        if (followingNorm is not null)
        {
            biases = BatchNormFolding.Fold(weights, biases, weight.Shape, operation == "Conv" ? 0 : 1, followingNorm);
        }

        var kernel = Kernel(WeightArrays.Of(path + "weight", Array.ConvertAll(weight.Shape.ToArray(), e => (long)e), weights, settings.Half));
        return biases is null
            ? graph.Node(operation, [x, kernel], attributes)
            : graph.Node(operation, [x, kernel, graph.Constant(NamedArray.From(path + "bias", [biases.Length], biases))], attributes);
    }

    private static OnnxAttribute[] Geometry(ModuleTensor weight, int stride, int padding, OnnxAttribute other) =>
    [
        OnnxAttribute.Integers("kernel_shape", weight.Shape[2], weight.Shape[3]),
        OnnxAttribute.Integers("strides", stride, stride),
        OnnxAttribute.Integers("pads", padding, padding, padding, padding),
        other,
    ];

    /// <summary>A half is widened again before it is used: not every runtime convolves halves, and all sums stay 32 bits wide.</summary>
    private string Kernel(NamedArray array)
    {
        var name = graph.Constant(array);
        return array.Type == ElementType.F16 ? graph.Node("Cast", [name], OnnxAttribute.Integer("to", Single)) : name;
    }

    private string BatchNorm(BatchNorm2d norm, string x, string path)
    {
        var (scale, shift) = (Own(norm.Weight, path + "weight"), Own(norm.Bias, path + "bias"));
        var epsilon = OnnxAttribute.Float("epsilon", norm.Epsilon);
        return settings.Statistics == NormStatistics.Picture
            ? graph.Node("InstanceNormalization", [x, scale, shift], epsilon)
            : graph.Node("BatchNormalization", [x, scale, shift, Own(norm.RunningMean, path + "running_mean"), Own(norm.RunningVariance, path + "running_var")], epsilon);
    }

    private string InstanceNorm(InstanceNorm2d norm, string x, string path)
    {
        var scale = norm.Weight is { } weight ? Own(weight, path + "weight") : Filled("ones", norm.Channels, 1);
        var shift = norm.Bias is { } bias ? Own(bias, path + "bias") : Filled("zeros", norm.Channels, 0);
        return graph.Node("InstanceNormalization", [x, scale, shift], OnnxAttribute.Float("epsilon", norm.Epsilon));
    }

    private string Pad(Padding2d padding, string x)
    {
        long[] amounts = [0, 0, padding.Top, padding.Left, 0, 0, padding.Bottom, padding.Right];
        var name = $"pads_{padding.Left}_{padding.Right}_{padding.Top}_{padding.Bottom}";
        var mode = padding.Mode switch
        {
            PadMode.Reflect => "reflect",
            PadMode.Replicate => "edge",
            _ => "constant",
        };
        return graph.Node("Pad", [x, Shared(name, () => NamedArray.From(name, [amounts.Length], amounts))], OnnxAttribute.Text("mode", mode));
    }

    /// <summary>Every pixel becomes a square: output row i is input row ⌊i / scale⌋.</summary>
    private string Enlarge(Upsample upsample, string x)
    {
        var name = $"scales_{upsample.Scale}";
        var scales = Shared(name, () => NamedArray.From(name, [4], new float[] { 1, 1, upsample.Scale, upsample.Scale }));
        return graph.Node(
            "Resize", [x, "", scales],
            OnnxAttribute.Text("mode", "nearest"), OnnxAttribute.Text("coordinate_transformation_mode", "asymmetric"), OnnxAttribute.Text("nearest_mode", "floor"));
    }

    private string Own(ModuleTensor tensor, string name) => graph.Constant(WeightArrays.Of(name, tensor, half: false));

    private string Filled(string kind, int count, float value)
    {
        var name = $"{kind}_{count}";
        return Shared(name, () => NamedArray.From(name, [count], Enumerable.Repeat(value, count).ToArray()));
    }

    private string Shared(string name, Func<NamedArray> make) => _shared.Add(name) ? graph.Constant(make()) : name;
}
