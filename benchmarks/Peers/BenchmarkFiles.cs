using System.Runtime.InteropServices;
using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// The files of the workloads, in a temporary folder: generators with weights of one seed in the formats of the peers, a picture, an input
/// with its expected output. Each file is created at its first use; disposing deletes the folder.
/// </summary>
internal sealed class BenchmarkFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpugan-peers-").FullName;

    /// <summary>State dict of a generator, as <c>torch.load</c> reads it.</summary>
    public string Weights(string network) => Cached(network + ".pth", path => NetworkExporter.ToPth(Generator(network, CpuOnce()), path));

    /// <summary>A generator as an ONNX graph in evaluation mode.</summary>
    public string Onnx(string network) => Cached(network + ".onnx", path => NetworkExporter.ToOnnx(Generator(network, CpuOnce()), path));

    /// <summary>A drawn picture, as a PNG.</summary>
    public string Picture(int size) =>
        Cached($"{size}.png", path => File.WriteAllBytes(path, PngEncoder.Encode(new SyntheticFacades(1, size).Draw(0).Photo)));

    /// <summary>Path of our translated picture, with which the peers' pictures are compared.</summary>
    public string Translation(Workload work) => Output($"{work.Network}.ours.png");

    /// <summary>Path for an output of a runner.</summary>
    public string Output(string name) => Path.Combine(_folder, name);

    /// <summary>Files of an input, raw float32 [1, 3, 256, 256], and of the generator's output for it as computed here.</summary>
    public (string Input, string Expected) Example(string network)
    {
        const int Size = 256;
        var (input, expected) = (Path.Combine(_folder, "input.f32"), Path.Combine(_folder, network + ".expected.f32"));
        if (!File.Exists(expected))
        {
            var device = CpuOnce();
            using var noGrad = GradMode.NoGrad();
            using var step = device.Step();
            var x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(1, 3, Size, Size), device);
            File.WriteAllBytes(input, MemoryMarshal.AsBytes<float>(x.ToArray()).ToArray());
            File.WriteAllBytes(expected, MemoryMarshal.AsBytes<float>(Generator(network, device).Forward(x).ToArray()).ToArray());
        }

        return (input, expected);
    }

    /// <summary>The largest difference of two pictures of the same size, in 8-bit levels.</summary>
    /// <exception cref="PeerException">they differ in size</exception>
    public static int Difference(string first, string second)
    {
        var (a, b) = (ImageFile.Load(first).ToEightBits().ToChannels(3), ImageFile.Load(second).ToEightBits().ToChannels(3));
        return (a.Width, a.Height) == (b.Width, b.Height)
            ? a.Bytes.ToArray().Zip(b.Bytes.ToArray(), (p, q) => Math.Abs(p - q)).Max()
            : throw new PeerException($"made a picture of {b.Width}×{b.Height} instead of {a.Width}×{a.Height}");
    }

    public void Dispose()
    {
        _device?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Device? _device;

    private Device CpuOnce() => _device ??= Device.Open("cpu");

    private string Cached(string name, Action<string> make)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            make(path);
        }

        return path;
    }

    private static Layer Generator(string network, Device device) => FamilyCatalog.BenchGenerator(network).Initialize(1).To(device).Eval();
}
