using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>
/// Triple-GAN's generator (Li et al. 2017, appendix): a code and a label [N, Nz + classes] to pictures [N, C, S, S] in [−1, 1]. The label
/// is concatenated at each layer. Keys <c>hidden_0</c>, …, <c>picture</c>.
/// </summary>
internal sealed class ConditionalGenerator : Layer
{
    private readonly List<Sequential> _blocks = [];
    private readonly int _numbers;
    private readonly int _classes;

    public ConditionalGenerator(TripleGanOptions o)
    {
        (_numbers, _classes) = (o.Nz, o.LabelCount);
        var inputs = _numbers;
        foreach (var (i, width) in Widths.Parse(o.GWidths).Index())
        {
            _blocks.Add(Add($"hidden_{i}", new Sequential(
                new Linear(inputs + _classes, width, bias: false), new BatchNorm2d(width), new Softplus())));
            inputs = width;
        }

        _blocks.Add(Add("picture", new Sequential(
            new WeightNorm(new Linear(inputs + _classes, o.Pixels)), new Sigmoid(), new Rescale(2, -1),
            new Reshape(o.OutputNc, o.ImageSize, o.ImageSize))));
    }

    public override Tensor Forward(Tensor x)
    {
        using var codes = x.Slice(1, 0, _numbers);
        using var labels = x.Slice(1, _numbers, _classes);
        var current = codes.Affine(0.5f, 0.5f); // The published codes are uniform on [0, 1].
        foreach (var block in _blocks)
        {
            using var before = current;
            using var input = TensorOps.Concat(1, before, labels);
            current = block.Forward(input);
        }

        return current;
    }

    public override string Export(GraphWriter graph, string x)
    {
        var labels = Part(_numbers, _numbers + _classes);
        var current = new Rescale(0.5f, 0.5f).Export(graph, Part(0, _numbers));
        foreach (var block in _blocks)
        {
            current = block.Export(graph, graph.Node("Concat", [current, labels], OnnxAttribute.Integer("axis", 1)));
        }

        return current;

        string Part(int first, int end) => graph.Node(
            "Slice", [x, graph.Integers($"place_{first}", first), graph.Integers($"place_{end}", end), graph.Integers("axis_1", 1)]);
    }
}

/// <summary>
/// Triple-GAN's discriminator: pictures [N, C, S, S] with labels [N, classes], concatenated at each layer, to raw scores [N, 1]. Weights
/// have a fixed length (weight norm), and noise is added to the layers' inputs. Keys <c>hidden_0</c>, …, <c>last</c>.
/// </summary>
internal sealed class PairDiscriminator : Module
{
    private const float NoiseOfPictures = 0.3f;
    private const float NoiseOfHidden = 0.5f;

    /// <summary>The layer that also gets the label before the noise is added, as published.</summary>
    private const int LayerWithTwoLabels = 1;

    private readonly List<GaussianNoise> _noises = [];
    private readonly List<WeightNorm> _hidden = [];
    private readonly Linear _last;

    public PairDiscriminator(TripleGanOptions o)
    {
        var (classes, inputs) = (o.LabelCount, o.Pixels);
        foreach (var (i, width) in Widths.Parse(o.DWidths).Index())
        {
            AddNoise(i);
            var read = inputs + (i == LayerWithTwoLabels ? 2 * classes : classes);
            _hidden.Add(Add($"hidden_{i}", new WeightNorm(new Linear(read, width), trainsLength: false)));
            inputs = width;
        }

        AddNoise(_hidden.Count);
        _last = Add("last", new Linear(inputs + classes, 1));

        void AddNoise(int i) =>
            _noises.Add(Add($"noise_{i}", new GaussianNoise(!o.NoiseD ? 0 : i == 0 ? NoiseOfPictures : NoiseOfHidden)));
    }

    public Tensor Forward(Tensor x, Tensor labels)
    {
        var current = x.Reshape(x.Shape[0], -1).Affine(0.5f, 0.5f);
        foreach (var (i, layer) in _hidden.Index())
        {
            current = i == LayerWithTwoLabels ? TensorOps.Concat(1, current, labels) : current;
            current = layer.Forward(TensorOps.Concat(1, _noises[i].Forward(current), labels)).Relu();
        }

        return _last.Forward(TensorOps.Concat(1, _noises[^1].Forward(current), labels));
    }
}

/// <summary>
/// Triple-GAN's classifier: pictures [N, C, S, S] to a score for each class, [N, classes]. Key <c>main</c>.
/// </summary>
internal sealed class TripleGanClassifier : Layer
{
    private const float Epsilon = 1e-4f;

    private readonly Sequential _main;

    public TripleGanClassifier(TripleGanOptions o)
    {
        var width = o.Ncf;
        _main = new Sequential(new Rescale(0.5f, 0.5f));
        Append(o.OutputNc, width, kernel: 5, padding: 0, shrinks: true);
        Append(width, 2 * width, kernel: 3, padding: 1, shrinks: false);
        Append(2 * width, 2 * width, kernel: 3, padding: 0, shrinks: true);
        Append(2 * width, 4 * width, kernel: 3, padding: 1, shrinks: false);
        Append(4 * width, 4 * width, kernel: 3, padding: 1, shrinks: false);
        Last = new Linear(4 * width, o.LabelCount);
        Add("main", _main.AppendAll(new AdaptiveAvgPool2d(1), new Flatten(), Last));

        void Append(int inputs, int outputs, int kernel, int padding, bool shrinks)
        {
            _main.AppendAll(
                new Conv2d(inputs, outputs, kernel, 1, padding, bias: false), new BatchNorm2d(outputs, epsilon: Epsilon), new Relu());
            if (shrinks)
            {
                _main.Append(new MaxPool2d(2));
            }

            if (shrinks && o.Dropout)
            {
                _main.Append(new Dropout());
            }
        }
    }

    /// <summary>The output layer, whose weight has a smaller initial scale and a penalty.</summary>
    public Linear Last { get; }

    public override Tensor Forward(Tensor x) => _main.Forward(x);

    /// <summary>What the output layer reads, [N, 4·<see cref="TripleGanOptions.Ncf"/>].</summary>
    public Tensor Features(Tensor x)
    {
        for (var i = 0; i < _main.Count - 1; i++)
        {
            x = _main[i].Forward(x);
        }

        return x;
    }

    public override string Export(GraphWriter graph, string x) => _main.Export(graph, x);
}
