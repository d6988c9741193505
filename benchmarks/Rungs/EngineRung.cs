using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>Rungs 11 and 12: the engine's convolution (<c>engine/Tensors/Devices/Cpu</c>), on tensors that are created once.</summary>
/// <param name="winograd">whether it may use Winograd's algorithm</param>
internal sealed class EngineRung(WinogradUse winograd) : IRung, IDisposable
{
    private CpuDevice? _device;
    private (float[] X, int Threads) _uploaded;
    private Tensor? _x;
    private Tensor? _w;

    public string Name => winograd == WinogradUse.Never ? "the engine, direct" : "the engine";

    public string Change => winograd == WinogradUse.Never
        ? "8 × 48 tile, strips read in place through a table of offsets, threads that do not sleep between loops"
        : "and Winograd on 6 × 6 points: 36 multiplications where there were 144";

    public bool UsesThreads => true;

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        if (_device is null || _uploaded != (x, threads))
        {
            Dispose();
            _device = new CpuDevice(threads, winograd);
            (_uploaded, _x, _w) =
                ((x, threads), Tensor.From(x, new Shape(x.Length), _device), Tensor.From(w, new Shape(w.Length), _device));
        }

        var g = new ConvGeometry(
            1, layer.Channels, (layer.InHeight, layer.InWidth), layer.Filters, new(Kernel: 3, Stride: 1, Padding: 0, Dilation: 1),
            (layer.Height, layer.Width));
        using var output = Tensor.Empty(new Shape(y.Length), _device);
        _device.Kernels.Run(new Conv2dCall(_x!.Span, _w!.Span, null, output.Span, g));
        output.CopyTo(y);
    }

    public void Dispose()
    {
        _x?.Dispose();
        _w?.Dispose();
        _device?.Dispose();
    }
}
