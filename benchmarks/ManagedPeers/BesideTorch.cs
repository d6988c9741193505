using BenchmarkDotNet.Attributes;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using TorchSharp;

namespace IlgpuGan.ManagedPeers;

/// <summary>Base of the classes that time the engine (the baseline) and TorchSharp in the same process.</summary>
public abstract class BesideTorch
{
    /// <summary>Threads of both.</summary>
    public static int Threads { get; set; } = 1;

    protected Device Device { get; private set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        torch.set_num_threads(Threads);
        Device = Device.Open("cpu", Threads);
        Prepare();
    }

    [GlobalCleanup]
    public void CleanUp() => Device.Dispose();

    protected abstract void Prepare();
}

/// <summary>A layer's forward, as both programs run it in inference.</summary>
public abstract class LayerBesideTorch : BesideTorch
{
    private Layer _layer = null!;
    private Tensor _x = null!;
    private torch.nn.Module<torch.Tensor, torch.Tensor> _torchLayer = null!;
    private torch.Tensor _torchX = null!;

    [Benchmark(Baseline = true)]
    public void IlgpuGan()
    {
        using var none = GradMode.NoGrad();
        using var step = Device.Step();
        _layer.Forward(_x);
    }

    [Benchmark]
    public void TorchSharp()
    {
        using var scope = torch.NewDisposeScope();
        using var none = torch.no_grad();
        _torchLayer.forward(_torchX);
    }

    protected override void Prepare()
    {
        (_layer, _torchLayer) = Layers();
        _layer.Initialize(1).To(Device).Eval();
        _torchLayer.eval();
        var (channels, side) = Input;
        _x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(1, channels, side, side), Device);
        _torchX = torch.rand(1, channels, side, side);
    }

    protected abstract (int Channels, int Side) Input { get; }

    protected abstract (Layer Ours, torch.nn.Module<torch.Tensor, torch.Tensor> Theirs) Layers();
}

/// <summary>A convolution of a ResNet block: [1, 256, 64, 64], 3 × 3.</summary>
public class ConvolutionBesideTorch : LayerBesideTorch
{
    protected override (int Channels, int Side) Input => (256, 64);

    protected override (Layer Ours, torch.nn.Module<torch.Tensor, torch.Tensor> Theirs) Layers() =>
        (new Conv2d(256, 256, 3, padding: 1), torch.nn.Conv2d(256, 256, 3L, 1, 1));
}

/// <summary>A norm of the largest layer of a ResNet generator: [1, 64, 256, 256].</summary>
public class NormBesideTorch : LayerBesideTorch
{
    protected override (int Channels, int Side) Input => (64, 256);

    protected override (Layer Ours, torch.nn.Module<torch.Tensor, torch.Tensor> Theirs) Layers() =>
        (new InstanceNorm2d(64), torch.nn.InstanceNorm2d(64));
}

/// <summary>A training step of pix2pix.</summary>
public class StepBesideTorch : BesideTorch
{
    private BenchStep _step = null!;
    private TorchWork _work = null!;

    [Params(128, 256)]
    public int Side { get; set; }

    [Benchmark(Baseline = true)]
    public void IlgpuGan() => _step.Run();

    [Benchmark]
    public void TorchSharp() => _work.Step();

    protected override void Prepare() =>
        (_step, _work) = (
            BenchStep.OfTraining(FamilyCatalog.Find("pix2pix")!, Side, 1, Device),
            TorchWork.Of("pix2pix", Side, batch: 1, isFlat: false));
}
