using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace IlgpuGan.ManagedPeers;

/// <summary>The networks of pix2pix and CycleGAN: those of <c>../Peers/networks.py</c>.</summary>
internal static class TorchNetworks
{
    private const double Slope = 0.2;

    /// <summary>A generator by the names of <c>ilgpugan bench infer</c>.</summary>
    public static Module<Tensor, Tensor> Generator(string name) =>
        name.StartsWith("unet", StringComparison.Ordinal) ? UNet(int.Log2(int.Parse(name[4..]))) : ResNet(int.Parse(name[6..]));

    /// <summary>A U-Net with batch norm, and dropout at the inner levels.</summary>
    public static Module<Tensor, Tensor> UNet(int downs, int width = 64, int channels = 3)
    {
        int Width(int level) => level == 0 ? channels : width * Math.Min(1 << (level - 1), 8);

        Module<Tensor, Tensor>? inner = null;
        for (var level = downs; level > 1; level--)
        {
            var (outside, inside) = (Width(level - 1), Width(level));
            List<Module<Tensor, Tensor>> layers = [LeakyReLU(Slope, inplace: true), Conv2d(outside, inside, 4L, 2, 1, bias: false)];
            if (inner is not null)
            {
                layers.AddRange(BatchNorm2d(inside), inner);
            }

            var joined = inner is null ? inside : 2 * inside;
            layers.AddRange(ReLU(inplace: true), ConvTranspose2d(joined, outside, 4L, 2, 1, bias: false), BatchNorm2d(outside));
            if (level >= 5 && level < downs)
            {
                layers.Add(Dropout(0.5));
            }

            inner = new Across(Sequential(layers));
        }

        return Initialized(Sequential(
            Conv2d(channels, width, 4L, 2, 1, bias: false), inner!, ReLU(inplace: true),
            ConvTranspose2d(2 * width, channels, 4L, 2, 1), Tanh()));
    }

    /// <summary>Two downsamplings, residual blocks, two upsamplings; instance norm.</summary>
    public static Module<Tensor, Tensor> ResNet(int blocks, int width = 64, int channels = 3)
    {
        List<Module<Tensor, Tensor>> layers =
            [ReflectionPad2d(3), Conv2d(channels, width, 7L), InstanceNorm2d(width), ReLU(inplace: true)];
        foreach (var w in new[] { width, 2 * width })
        {
            layers.AddRange(Conv2d(w, 2 * w, 3L, 2, 1), InstanceNorm2d(2 * w), ReLU(inplace: true));
        }

        layers.AddRange(Enumerable.Range(0, blocks).Select(_ => new Block(4 * width)));
        foreach (var w in new[] { 4 * width, 2 * width })
        {
            layers.AddRange(ConvTranspose2d(w, w / 2, 3L, 2, 1, 1), InstanceNorm2d(w / 2), ReLU(inplace: true));
        }

        layers.AddRange(ReflectionPad2d(3), Conv2d(width, channels, 7L), Tanh());
        return Initialized(Sequential(layers));
    }

    /// <summary>The discriminator of patches of 70 × 70 pixels: raw scores.</summary>
    public static Module<Tensor, Tensor> PatchGan(int channels, bool batchNorm, int width = 64)
    {
        Module<Tensor, Tensor> Norm(int w) => batchNorm ? BatchNorm2d(w) : InstanceNorm2d(w);

        List<Module<Tensor, Tensor>> layers = [Conv2d(channels, width, 4L, 2, 1), LeakyReLU(Slope, inplace: true)];
        foreach (var (w, stride) in new[] { (width, 2), (2 * width, 2), (4 * width, 1) })
        {
            layers.AddRange(Conv2d(w, 2 * w, 4L, stride, 1, bias: !batchNorm), Norm(2 * w), LeakyReLU(Slope, inplace: true));
        }

        layers.Add(Conv2d(8 * width, 1, 4L, 1, 1));
        return Initialized(Sequential(layers));
    }

    /// <summary>[N, code, 1, 1] to pictures [N, 3, side, side].</summary>
    public static Module<Tensor, Tensor> DcganGenerator(int code, int width, int side)
    {
        List<Module<Tensor, Tensor>> layers = [];
        var inside = code;
        for (var level = int.Log2(side) - 3; level >= 0; level--)
        {
            var isFirst = layers.Count == 0;
            layers.AddRange(
                ConvTranspose2d(inside, width << level, 4L, isFirst ? 1 : 2, isFirst ? 0 : 1, bias: false), BatchNorm2d(width << level),
                ReLU(inplace: true));
            inside = width << level;
        }

        layers.AddRange(ConvTranspose2d(inside, 3, 4L, 2, 1), Tanh());
        return Initialized(Sequential(layers));
    }

    /// <summary>Pictures [N, 3, side, side] to raw scores [N, 1, 1, 1].</summary>
    public static Module<Tensor, Tensor> DcganDiscriminator(int width, int side)
    {
        List<Module<Tensor, Tensor>> layers = [Conv2d(3, width, 4L, 2, 1), LeakyReLU(Slope, inplace: true)];
        var inside = width;
        for (var level = 1; level < int.Log2(side) - 2; level++, inside *= 2)
        {
            layers.AddRange(
                Conv2d(inside, 2 * inside, 4L, 2, 1, bias: false), BatchNorm2d(2 * inside), LeakyReLU(Slope, inplace: true));
        }

        layers.Add(Conv2d(inside, 1, 4L));
        return Initialized(Sequential(layers));
    }

    /// <summary>Weights N(0, 0.02²), norms' scales N(1, 0.02²), biases 0.</summary>
    private static Module<Tensor, Tensor> Initialized(Module<Tensor, Tensor> network)
    {
        using var none = no_grad();
        foreach (var (name, p) in network.named_parameters())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                p.zero_();
            }
            else
            {
                init.normal_(p, p.dim() == 1 ? 1 : 0, 0.02);
            }
        }

        return network;
    }

    /// <summary>A level of the U-Net: its input and its output, concatenated. The first activation is in-place.</summary>
    private sealed class Across : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _model;

        public Across(Module<Tensor, Tensor> model)
            : base(nameof(Across))
        {
            _model = model;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => cat([x, _model.forward(x)], 1);
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _model;

        public Block(int width)
            : base(nameof(Block))
        {
            _model = Sequential(
                ReflectionPad2d(1), Conv2d(width, width, 3L), InstanceNorm2d(width), ReLU(inplace: true),
                ReflectionPad2d(1), Conv2d(width, width, 3L), InstanceNorm2d(width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => x + _model.forward(x);
    }
}
