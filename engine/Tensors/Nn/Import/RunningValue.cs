using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>A value of a running graph: in host memory, on the device, or both.</summary>
internal sealed class RunningValue : IDisposable
{
    private readonly bool _isOwner;
    private readonly Func<Device, Tensor>? _upload;
    private Tensor? _tensor;
    private HostArray? _host;

    private RunningValue(
        ElementKind kind, Shape shape, Tensor? tensor, HostArray? host, bool isOwner, Func<Device, Tensor>? upload = null) =>
        (Kind, Shape, _tensor, _host, _isOwner, _upload) = (kind, shape, tensor, host, isOwner, upload);

    public ElementKind Kind { get; }

    public Shape Shape { get; }

    /// <summary>Whether the value is in host memory.</summary>
    public bool IsOnHost => _host is not null;

    /// <summary>A node's output; the tensor is disposed with the value.</summary>
    public static RunningValue Of(Tensor tensor, ElementKind kind = ElementKind.Float) =>
        new(kind, tensor.Shape, tensor, null, isOwner: true);

    public static RunningValue Of(HostArray host) => new(host.Kind, host.Shape, null, host, isOwner: true);

    /// <summary>A tensor with another owner, and optionally its numbers on the host.</summary>
    public static RunningValue Borrowed(Tensor tensor, HostArray? host = null) =>
        new(ElementKind.Float, tensor.Shape, tensor, host, isOwner: false);

    /// <summary>Numbers on the host; if a tensor is needed, the callback makes and owns it.</summary>
    public static RunningValue Of(HostArray host, Func<Device, Tensor> upload) =>
        new(host.Kind, host.Shape, null, host, isOwner: false, upload);

    /// <summary>The value on the device; uploads it if necessary.</summary>
    public Tensor On(Device device) => _tensor ??= _upload is null ? _host!.On(device) : _upload(device);

    /// <summary>The value in host memory; reads it back if necessary.</summary>
    /// <exception cref="ShapeException">the value has more than <see cref="HostArray.MaxReadBack"/> elements</exception>
    public HostArray Host()
    {
        if (_host is null && Shape.Count > HostArray.MaxReadBack)
        {
            throw new ShapeException($"it computes on the host, where {Shape} is too large: {HostArray.MaxReadBack} elements at most");
        }

        return _host ??= new HostArray(Kind, Shape, Array.ConvertAll(_tensor!.ToArray(), value => (double)value));
    }

    public void Dispose()
    {
        if (_isOwner)
        {
            _tensor?.Dispose();
        }
    }
}
