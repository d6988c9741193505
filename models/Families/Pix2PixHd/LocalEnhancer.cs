using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// pix2pixHD's coarse-to-fine generator (Wang et al. 2018, section 3.1). The global generator, without its last layers, gets the picture at
/// reduced size. Each enhancer gets the picture at twice the size of the one before, adds its downsampled features to the features so far,
/// and upsamples the sum. [N, in, H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples of 2^(halvings + enhancers). Keys are the
/// reference's: <c>model.1.weight</c> of the global generator, <c>model1_1.1.weight</c> of the first enhancer.
/// </summary>
internal sealed class LocalEnhancer : Layer, IGrownNetwork
{
    private const string TrunkName = "model";
    private const int BorderOf7 = 3;

    private readonly Sequential _trunk;
    private readonly (Sequential Down, Sequential Up)[] _enhancers;
    private readonly int _sideMultiple;

    /// <summary>Downsampling by 2; the padding is excluded from the averages.</summary>
    private readonly AvgPool2d _half = new(3, 2, 1, countIncludePad: false);

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="blocksGlobal">residual blocks of the global generator</param>
    /// <param name="ngf">width of the last enhancer; it doubles from enhancer to enhancer towards the global generator</param>
    /// <param name="halvings">downsamplings in the global generator</param>
    /// <param name="enhancers">number of enhancers</param>
    /// <param name="blocksLocal">residual blocks of each enhancer</param>
    public LocalEnhancer(
        int inputChannels = 3, int outputChannels = 3, int blocksGlobal = 9, int ngf = 32, int halvings = 4, int enhancers = 1,
        int blocksLocal = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(enhancers, 1);
        _sideMultiple = 1 << (halvings + enhancers);
        _trunk = Add(TrunkName, ResNetGenerator.Trunk(inputChannels, blocksGlobal, ngf << enhancers, halvings: halvings));
        _enhancers = new (Sequential, Sequential)[enhancers];
        for (var n = 1; n <= enhancers; n++)
        {
            var width = ngf << (enhancers - n);
            var down = new Sequential(
                new ReflectionPad2d(BorderOf7), new Conv2d(inputChannels, width, 7), new InstanceNorm2d(width), new Relu(),
                new Conv2d(width, 2 * width, 3, 2, 1), new InstanceNorm2d(2 * width), new Relu());
            var up = new Sequential();
            for (var i = 0; i < blocksLocal; i++)
            {
                up.Append(new ResidualBlock(2 * width, NormKind.Instance));
            }

            up.AppendAll(new ConvTranspose2d(2 * width, width, 3, 2, 1, outputPadding: 1), new InstanceNorm2d(width), new Relu());
            if (n == enhancers)
            {
                up.AppendAll(new ReflectionPad2d(BorderOf7), new Conv2d(width, outputChannels, 7), new Tanh());
            }

            _enhancers[n - 1] = (Add(NameOf(n, 1), down), Add(NameOf(n, 2), up));
        }
    }

    /// <summary>Key prefix of the last enhancer.</summary>
    public string LastEnhancer => Invariant.Text($"{TrunkName}{_enhancers.Length}_");

    public override Tensor Forward(Tensor x) => Forward(x, trainsLastAlone: false);

    /// <inheritdoc cref="Layer.Forward(Tensor)"/>
    /// <param name="x">[N, in, H, W]</param>
    /// <param name="trainsLastAlone">whether only the last enhancer gets gradients</param>
    public Tensor Forward(Tensor x, bool trainsLastAlone)
    {
        if (x.Shape.Rank != 4 || x.Shape[2] % _sideMultiple != 0 || x.Shape[3] % _sideMultiple != 0)
        {
            throw new ShapeException(
                $"local enhancer: its downsamplings need [N, C, H, W] with sides that are multiples of {_sideMultiple}, not {x.Shape}");
        }

        Tensor coarse;
        if (trainsLastAlone)
        {
            using var constants = GradMode.NoGrad();
            coarse = Coarse(x);
        }
        else
        {
            coarse = Coarse(x);
        }

        return Enhance(_enhancers[^1], x, coarse);
    }

    /// <summary>Copies the weights of a global generator, except its last layers, or of a generator with fewer enhancers.</summary>
    /// <inheritdoc/>
    public bool TryInitializeFrom(Module smaller)
    {
        if (smaller is not (ResNetGenerator or LocalEnhancer))
        {
            return false;
        }

        var given = smaller.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        var trunk = NamedTensors().Where(t => t.Name.StartsWith(TrunkName + ".", StringComparison.Ordinal)).ToList();
        if (trunk.Any(t => !given.TryGetValue(t.Name, out var other) || other.Shape != t.Tensor.Shape))
        {
            return false;
        }

        foreach (var (name, tensor) in NamedTensors())
        {
            if (given.TryGetValue(name, out var other) && other.Shape == tensor.Shape)
            {
                tensor.Value.CopyFrom(other.Value.ToArray());
            }
        }

        return true;
    }

    public override string Export(GraphWriter graph, string x)
    {
        var sizes = new List<string> { x };
        foreach (var _ in _enhancers)
        {
            sizes.Add(_half.Export(graph, sizes[^1]));
        }

        var made = _trunk.Export(graph, sizes[^1]);
        foreach (var (i, (down, up)) in _enhancers.Index())
        {
            made = up.Export(graph, graph.Node("Add", [down.Export(graph, sizes[_enhancers.Length - 1 - i]), made]));
        }

        return made;
    }

    private static string NameOf(int enhancer, int half) => Invariant.Text($"{TrunkName}{enhancer}_{half}");

    private static Tensor Enhance((Sequential Down, Sequential Up) enhancer, Tensor x, Tensor coarse)
    {
        using var before = coarse;
        using var features = enhancer.Down.Forward(x);
        using var sum = features + before;
        return enhancer.Up.Forward(sum);
    }

    /// <summary>Output of all but the last enhancer for the smaller sizes of the picture.</summary>
    private Tensor Coarse(Tensor x)
    {
        var sizes = new List<Tensor>();
        foreach (var _ in _enhancers)
        {
            sizes.Add(_half.Forward(sizes.Count == 0 ? x : sizes[^1]));
        }

        var made = _trunk.Forward(sizes[^1]);
        for (var i = 0; i < _enhancers.Length - 1; i++)
        {
            made = Enhance(_enhancers[i], sizes[_enhancers.Length - 2 - i], made);
        }

        sizes.ForEach(size => size.Dispose());
        return made;
    }
}
