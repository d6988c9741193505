using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// How differently a VGG-19 sees two pictures (Johnson et al. 2016; with these layers and weights Wang et al. 2018, section 3.3): the mean
/// absolute difference behind relu1_1, relu2_1, relu3_1, relu4_1 and relu5_1, times 1/32, 1/16, 1/8, 1/4 and 1. Pictures go in as they are,
/// in [−1, 1]. The weights are the user's: a file with torchvision's keys <c>features.0.weight</c> … <c>features.28.bias</c>; they are
/// never trained, and no checkpoint holds them.
/// </summary>
public sealed class VggPerceptual
{
    /// <summary>Channels that the network reads.</summary>
    public const int Channels = 3;

    /// <summary>Four downsamplings must leave a pixel.</summary>
    public const int SmallestSide = 16;

    private const string Prefix = "features.";

    /// <summary>Number of convolutions between two downsamplings.</summary>
    private static readonly int[] s_blocks = [2, 2, 4, 4, 1];

    private static readonly float[] s_weights = [1f / 32, 1f / 16, 1f / 8, 1f / 4, 1];

    private readonly Features _network;

    private VggPerceptual(Features network) => _network = network;

    /// <param name="path">
    /// the weights, in any format that is known: <c>vgg19-dcbb9e9d.pth</c>, or a safetensors file of the same keys
    /// </param>
    /// <param name="device">where pictures are</param>
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

    /// <summary>The weighted sum of the differences; a gradient flows into the fake alone.</summary>
    /// <param name="fake">[N, 3, H, W] in [−1, 1], 16 pixels a side or more</param>
    /// <param name="real">the same of the picture that it should look like</param>
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
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index}.weight");
        return file.Entries.FirstOrDefault(e => e.Name == name)?.Shape is [var outputs, var inputs, 3, 3] && inputs == channels
            ? (int)outputs
            : throw new CheckpointFormatException(
                file.Path, $"holds no VGG-19, which has a convolution '{name}' [out, {channels}, 3, 3] (torchvision's keys)");
    }

    /// <summary>3×3 convolutions and poolings, under their indices in torchvision's network.</summary>
    private sealed class Features : Module
    {
        /// <summary>Layers up to the first activation of a block, which is seen; then the rest of the block before.</summary>
        private readonly List<List<Layer>> _stages = [];

        /// <param name="outputsOf">channels that a convolution makes of so many</param>
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
                    stage.Add(Add(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index}"), new Conv2d(channels, outputs, 3, 1, 1)));
                    stage.Add(new ReLU());
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
            var seen = new List<Tensor>();
            foreach (var stage in _stages)
            {
                var y = seen.Count == 0 ? x.Share() : seen[^1].Share();
                foreach (var layer in stage)
                {
                    using var before = y;
                    y = layer.Forward(before);
                }

                seen.Add(y);
            }

            return seen;
        }
    }
}
