using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// The perceptual loss on VGG-19 features (Johnson et al. 2016; layers and weights of Wang et al. 2018, section 3.3): the mean absolute
/// difference after relu1_1, relu2_1, relu3_1, relu4_1 and relu5_1, times 1/32, 1/16, 1/8, 1/4 and 1. Pictures are fed in [−1, 1] without
/// further normalisation. The user provides the weights: a file with torchvision's keys <c>features.0.weight</c> … <c>features.28.bias</c>.
/// They are never trained and not stored in checkpoints. For one thread at a time, that of its device.
/// </summary>
public sealed class VggPerceptual : IDisposable
{
    /// <summary>Channels of the network's input.</summary>
    public const int Channels = 3;

    /// <summary>Smallest side in pixels: four downsamplings must leave one pixel.</summary>
    public const int SmallestSide = 16;

    private const string Prefix = "features.";

    /// <summary>Number of convolutions between two downsamplings.</summary>
    private static readonly int[] s_blocks = [2, 2, 4, 4, 1];

    private static readonly float[] s_weights = [1f / 32, 1f / 16, 1f / 8, 1f / 4, 1];

    private readonly Features _network;

    private VggPerceptual(Features network) => _network = network;

    /// <param name="path">the weights in any known format: <c>vgg19-dcbb9e9d.pth</c>, or a safetensors file with the same keys</param>
    /// <param name="device">the device of the pictures</param>
    /// <exception cref="CheckpointFormatException">the file is damaged, or holds no VGG-19</exception>
    /// <exception cref="IOException">it can't be read</exception>
    public static VggPerceptual Open(string path, Device device)
    {
        using var file = TensorFile.Open(path);
        var network = new Features((index, inputs) => OutputsOf(file, index, inputs));
        foreach (var (name, tensor) in network.NamedTensors())
        {
            tensor.Load(
                file, name, () => throw new CheckpointFormatException(path, $"'{name}' holds values that are no finite numbers"));
        }

        network.To(device);
        network.RequiresGrad = false;
        return new VggPerceptual(network);
    }

    /// <summary>Gives back the memory of the weights. Final.</summary>
    public void Dispose() => _network.Dispose();

    /// <summary>The weighted sum of the differences; the gradient flows into the fake only.</summary>
    /// <param name="fake">[N, 3, H, W] in [−1, 1], 16 pixels a side or more</param>
    /// <param name="real">the target, [N, 3, H, W] in [−1, 1]</param>
    public Tensor Of(Tensor fake, Tensor real)
    {
        IReadOnlyList<Tensor> wanted;
        using (GradMode.NoGrad())
        {
            wanted = _network.Forward(real);
        }

        return _network.Forward(fake).Zip(wanted, s_weights).Select(f => f.First.L1Loss(f.Second) * f.Third)
            .Aggregate((sum, loss) => sum + loss);
    }

    /// <exception cref="CheckpointFormatException">there is no such convolution</exception>
    private static int OutputsOf(TensorFile file, int index, int channels)
    {
        var name = Invariant.Text($"{Prefix}{index}.weight");
        return file.Entries.FirstOrDefault(e => e.Name == name)?.Shape is [var outputs, var inputs, 3, 3] && inputs == channels
            ? (int)outputs
            : throw new CheckpointFormatException(
                file.Path, $"holds no VGG-19, which has a convolution '{name}' [out, {channels}, 3, 3] (torchvision's keys)");
    }

    /// <summary>3×3 convolutions and poolings, keyed by their indices in torchvision's network.</summary>
    private sealed class Features : Module
    {
        /// <summary>
        /// Stages between the compared activations: the rest of the previous block, then the layers up to the block's first activation.
        /// </summary>
        private readonly List<List<Layer>> _stages = [];

        /// <param name="outputsOf">output channels of a convolution, by its index and input channels</param>
        public Features(Func<int, int, int> outputsOf)
        {
            var index = 0;
            List<Layer> stage = [];
            var channels = Channels;
            foreach (var (block, count) in s_blocks.Index())
            {
                if (block > 0)
                {
                    stage.Add(new MaxPool2d(2, 2));
                    index++;
                }

                for (var i = 0; i < count; i++)
                {
                    var outputs = outputsOf(index, channels);
                    stage.Add(Add(Invariant.Text($"{Prefix}{index}"), new Conv2d(channels, outputs, 3, 1, 1)));
                    stage.Add(new Relu());
                    (channels, index) = (outputs, index + 2);
                    if (i == 0)
                    {
                        _stages.Add(stage);
                        stage = [];
                    }
                }
            }
        }

        /// <summary>Features after the first activation of each block.</summary>
        public IReadOnlyList<Tensor> Forward(Tensor x)
        {
            var features = new List<Tensor>();
            foreach (var stage in _stages)
            {
                var y = features.Count == 0 ? x.Share() : features[^1].Share();
                foreach (var layer in stage)
                {
                    using var before = y;
                    y = layer.Forward(before);
                }

                features.Add(y);
            }

            return features;
        }
    }
}
