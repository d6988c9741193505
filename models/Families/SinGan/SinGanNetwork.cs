using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The generator or the discriminator of a level: five 3×3 convolutions, the first four with batch norm and leaky ReLU. State-dict keys are
/// the authors'. The generator maps the level below plus noise, [N, 3, H, W], to a residual, [N, 3, H, W] in [−1, 1]: its input is padded
/// once by five zeros, and no other convolution pads. The discriminator maps pictures [N, 3, H, W] to scores [N, 1, H − 10, W − 10].
/// </summary>
internal sealed class SinGanNetwork : Layer
{
    private const int Colours = 3;
    private const int Kernel = 3;
    private const int Border = SinGanOptions.ReceptiveField / 2;
    private static readonly string[] s_inner = ["block1", "block2", "block3"];

    /// <summary>All layers in order.</summary>
    private readonly Sequential _layers = new();

    private readonly List<ModuleTensor> _cancelled = [];

    private SinGanNetwork(int width, bool generates)
    {
        AddBlock(Add("head", new Part()), Colours, width, generates ? Border : 0);
        var body = Add("body", new Part());
        foreach (var name in s_inner)
        {
            AddBlock(body.Place(name, new Part()), width, width, padding: 0);
        }

        if (generates)
        {
            _layers.Append(Add("tail", new Sequential(new Conv2d(width, Colours, Kernel), new Tanh())));
        }
        else
        {
            _layers.Append(Add("tail", new Conv2d(width, 1, Kernel)));
        }
    }

    /// <param name="width">channels between the convolutions</param>
    public static SinGanNetwork Generator(int width) => new(width, generates: true);

    /// <param name="width">channels between the convolutions</param>
    public static SinGanNetwork Discriminator(int width) => new(width, generates: false);

    /// <summary>
    /// Whether parameters get gradients, except biases in front of a norm, which the norm cancels: their gradients are rounding errors,
    /// which Adam would scale to full steps, and the running means would lag behind.
    /// </summary>
    public bool Trainable
    {
        set
        {
            RequiresGrad = value;
            _cancelled.ForEach(bias => bias.RequiresGrad = false);
        }
    }

    public override Tensor Forward(Tensor x) => _layers.Forward(x);

    public override string Export(GraphWriter graph, string x) => _layers.Export(graph, x);

    private void AddBlock(Part block, int inputs, int width, int padding)
    {
        var convolution = block.Place("conv", new Conv2d(inputs, width, Kernel, padding: padding));
        _cancelled.Add(convolution.Bias!);
        _layers.Append(convolution).Append(block.Place("norm", new BatchNorm2d(width))).Append(new LeakyRelu());
    }

    /// <summary>A module that only adds a name to the keys.</summary>
    private sealed class Part : Module
    {
        public T Place<T>(string name, T child)
            where T : Module => Add(name, child);
    }
}
