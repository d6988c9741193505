using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// The ablation <c>pix2pixHD++</c> (Park et al. 2019, section 4): pix2pixHD's encoder, residual blocks and decoder, which see the labels at their entry
/// alone, with spectral norms and, as the rest of the step, SPADE's losses and rates. Label planes [N, S, H, W] to pictures [N, out, H, W].
/// </summary>
internal sealed class EntryGenerator : Layer
{
    private readonly Sequential _model;

    public EntryGenerator(SpadeOptions o)
    {
        var width = o.Ngf;
        _model = Add("model", new Sequential(new ReflectionPad2d(3), Spectral(new Conv2d(o.InputPlanes, width, 7)), new InstanceNorm2d(width), new ReLU()));
        for (var i = 0; i < o.NDownsampleGlobal; i++, width *= 2)
        {
            _model.Append(Spectral(new Conv2d(width, 2 * width, 3, 2, 1))).Append(new InstanceNorm2d(2 * width)).Append(new ReLU());
        }

        for (var i = 0; i < o.NBlocksGlobal; i++)
        {
            _model.Append(new Residual(width));
        }

        for (var i = 0; i < o.NDownsampleGlobal; i++, width /= 2)
        {
            _model.Append(Spectral(new ConvTranspose2d(width, width / 2, 3, 2, 1, 1))).Append(new InstanceNorm2d(width / 2)).Append(new ReLU());
        }

        _model.Append(new ReflectionPad2d(3)).Append(new Conv2d(width, o.OutputNc, 7)).Append(new Tanh());
    }

    public override Tensor Forward(Tensor x) => _model.Forward(x);

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);

    private static SpectralNorm Spectral(Layer layer) => new(layer);

    private sealed class Residual : Layer
    {
        private readonly Sequential _block;

        public Residual(int width) => _block = Add("conv_block", new Sequential(
            new ReflectionPad2d(1), Spectral(new Conv2d(width, width, 3)), new InstanceNorm2d(width), new ReLU(),
            new ReflectionPad2d(1), Spectral(new Conv2d(width, width, 3)), new InstanceNorm2d(width)));

        public override Tensor Forward(Tensor x) => _block.ForwardAround(x);

        public override string Export(GraphWriter graph, string x) => graph.Node("Add", [x, _block.Export(graph, x)]);
    }
}
