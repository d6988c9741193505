using System.Diagnostics;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Time, FLOPs, bytes and layer of every op run while a profile is being taken; free of cost otherwise.</summary>
public sealed class OpProfile : IDisposable
{
    [ThreadStatic]
    private static OpProfile? s_current;

    private readonly OpProfile? _outer = s_current;
    private readonly List<OpTiming> _timings = [];
    private readonly List<ExchangeTiming> _exchanges = [];
    private readonly IReadOnlyDictionary<object, string>? _layers;
    private readonly Device? _device;
    private string _layer = "";

    private readonly bool _isTimed;

    private OpProfile(IReadOnlyDictionary<object, string>? layers, Device? device, bool isTimed) =>
        (_layers, _device, _isTimed) = (layers, device, isTimed);

    public IReadOnlyList<OpTiming> Timings => _timings;

    /// <summary>What ranks exchanged meanwhile; the ops' threads may have gone on.</summary>
    public IReadOnlyList<ExchangeTiming> Exchanges
    {
        get
        {
            lock (_exchanges)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <summary>How the recorded steps that were taken meanwhile were taken: as written, since a replay runs no ops.</summary>
    public StepCounts Steps { get; } = new();

    /// <summary>Notes the cost of all ops of this thread until disposed, also where a step is only traced: times mean nothing then.</summary>
    public static OpProfile Count() => Start(null, null, isTimed: false);

    /// <summary>Records all ops of this thread until disposed.</summary>
    /// <param name="layers">
    /// names of the modules whose ops are to be told apart, by reference; see <see cref="Nn.Modules.LayerNames"/>
    /// </param>
    /// <param name="device">
    /// a device whose kernels run on after a call: it is waited for around each op, or times would be those of the launches
    /// </param>
    public static OpProfile Start(IReadOnlyDictionary<object, string>? layers = null, Device? device = null) =>
        Start(layers, device, isTimed: true);

    private static OpProfile Start(IReadOnlyDictionary<object, string>? layers, Device? device, bool isTimed) =>
        Current = new OpProfile(layers, device, isTimed);

    public void Dispose() => Current = _outer;

    /// <summary>
    /// The profile that this thread's ops are recorded in; null where none is taken. Threads that take turns may share one.
    /// </summary>
    internal static OpProfile? Current
    {
        get => s_current;
        set => (s_current, StepCounts.Watching) = (value, value is { _isTimed: true } ? value.Steps : null);
    }

    /// <summary>The layer that ops are put down to at the moment; null where no profile is taken.</summary>
    internal static string? CurrentLayer
    {
        get => s_current?._layer;
        set
        {
            if (s_current is { } profile && value is not null)
            {
                profile._layer = value;
            }
        }
    }

    /// <summary>Puts the ops that follow down to a module, if the profile knows its name, until disposed.</summary>
    public static LayerScope Enter(object module) =>
        s_current is { _layers: { } layers } profile && layers.TryGetValue(module, out var name) ? new LayerScope(profile, name) : default;

    /// <summary>Puts the ops that follow down to the layer of the forward whose gradient they are, until disposed.</summary>
    /// <param name="layer">what <see cref="CurrentLayer"/> was then</param>
    internal static LayerScope Resume(string? layer) =>
        s_current is { } profile && layer is not null ? new LayerScope(profile, layer) : default;

    internal static Measurement Measure(Op op, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        s_current is { } profile ? new Measurement(profile, op.Name, ShapesOf(inputs, output), op.Cost(inputs, output)) : default;

    /// <summary>For kernels that a gradient calls itself because they have several results.</summary>
    internal static Measurement Measure(string name, ReadOnlySpan<Tensor> inputs, Tensor output, OpCost cost) =>
        s_current is { } profile ? new Measurement(profile, name, ShapesOf(inputs, output), cost) : default;

    /// <summary>For an optimiser's update of so many numbers.</summary>
    /// <param name="name">optimiser</param>
    /// <param name="numbers">weights that are updated</param>
    /// <param name="flops">floating-point operations for each of them</param>
    /// <param name="accesses">times that a float is read or written for each of them</param>
    internal static Measurement MeasureUpdate(string name, long numbers, int flops, int accesses) =>
        s_current is { } profile
            ? new Measurement(profile, name, $"[{numbers}]", new OpCost(numbers * flops, numbers * accesses * sizeof(float)))
            : default;

    /// <summary>From any thread.</summary>
    internal void Add(ExchangeTiming exchange)
    {
        lock (_exchanges)
        {
            _exchanges.Add(exchange);
        }
    }

    private long Begin()
    {
        AlgorithmNote.Latest = null;
        return Now();
    }

    private long Now()
    {
        _device?.Synchronize();
        return Stopwatch.GetTimestamp();
    }

    private static string ShapesOf(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var shapes = new string[inputs.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = inputs[i].Shape.ToString();
        }

        return $"{string.Join(' ', shapes)} -> {output.Shape}";
    }

    internal readonly struct Measurement(OpProfile profile, string name, string shapes, OpCost cost) : IDisposable
    {
        private readonly OpProfile? _profile = profile;
        private readonly string _layer = profile._layer;
        private readonly long _start = profile.Begin();

        public void Dispose() =>
            _profile?._timings.Add(
                new OpTiming(name, shapes, _layer, _start, Stopwatch.GetElapsedTime(_start, _profile.Now()), cost, AlgorithmNote.Latest));
    }

    /// <summary>See <see cref="Enter"/>.</summary>
    public readonly struct LayerScope : IDisposable
    {
        private readonly OpProfile? _profile;
        private readonly string _outer;

        internal LayerScope(OpProfile profile, string layer)
        {
            (_profile, _outer) = (profile, profile._layer);
            profile._layer = layer;
        }

        public void Dispose()
        {
            if (_profile is not null)
            {
                _profile._layer = _outer;
            }
        }
    }
}

/// <summary>One timed op.</summary>
/// <param name="Name">op name</param>
/// <param name="Shapes">inputs -> output</param>
/// <param name="Layer">module that ran it or, for a gradient, whose forward it belongs to; empty where no named one did</param>
/// <param name="Start">timestamp of <see cref="Stopwatch"/></param>
/// <param name="Elapsed">wall time</param>
/// <param name="Cost">declared cost</param>
/// <param name="Algorithm">which of several ways the device took, and why; null where there is one</param>
public readonly record struct OpTiming(
    string Name, string Shapes, string Layer, long Start, TimeSpan Elapsed, OpCost Cost, string? Algorithm = null);

/// <summary>A sum that ranks worked out together.</summary>
/// <param name="Bytes">sent by this rank</param>
/// <param name="Start">timestamp of <see cref="Stopwatch"/></param>
/// <param name="Elapsed">until the sum was there</param>
public readonly record struct ExchangeTiming(long Bytes, long Start, TimeSpan Elapsed);
