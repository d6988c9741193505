using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// Either network of a level: five 3×3 convolutions, batch norm and leaky ReLU behind the first four. State-dict keys are the authors'.
/// The generator turns the level below with noise on it, [N, 3, H, W], into what is to be added to it, [N, 3, H, W] in [−1, 1]: it borders
/// its input with five zeros, once, and no convolution pads. The discriminator gives scores [N, 1, H − 10, W − 10] of pictures [N, 3, H,
/// W].
/// </summary>
internal sealed class SinGanNetwork : Layer
{
    private const int Colours = 3;
    private const int Kernel = 3;
    private const int Border = SinGanOptions.ReceptiveField / 2;
    private static readonly string[] s_inner = ["block1", "block2", "block3"];

    /// <summary>The same layers in a row.</summary>
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
    /// Whether gradients are asked for: never of the biases in front of the norms, which cancel them. What is left of their gradients is
    /// rounding, and Adam would make steps of full length of it, behind which the running means lag.
    /// </summary>
    public bool Learns
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
        _layers.Append(convolution).Append(block.Place("norm", new BatchNorm2d(width))).Append(new LeakyReLU());
    }

    /// <summary>A name in the keys.</summary>
    private sealed class Part : Module
    {
        public T Place<T>(string name, T child)
            where T : Module => Add(name, child);
    }
}
