using System.Diagnostics;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Time, FLOPs, bytes and layer of every op that runs while a profile is active. Costs nothing otherwise.</summary>
internal sealed class OpProfile : IDisposable, IOpCount
{
    [ThreadStatic]
    private static OpProfile? s_current;

    private readonly OpProfile? _outer = s_current;
    private readonly List<OpTiming> _timings = [];
    private readonly List<ExchangeTiming> _exchanges = [];
    private readonly IReadOnlyDictionary<object, string> _layers;
    private readonly Device? _device;
    private string _layer = "";

    private readonly bool _isTimed;

    private OpProfile(IReadOnlyDictionary<object, string> layers, Device? device, bool isTimed)
    {
        (_layers, _device, _isTimed) = (layers, device, isTimed);
        foreach (var module in layers.Keys.OfType<IProfiled>())
        {
            module.Profile = this;
        }
    }

    public IReadOnlyList<OpTiming> Timings => _timings;

    /// <summary>Exchanges between ranks during the profile; they may overlap with ops.</summary>
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

    /// <summary>Counts of the recorded steps taken during the profile. All run as written, because a replay runs no ops.</summary>
    public StepCounts Steps { get; } = new();

    /// <summary>Counts the ops of this thread until disposed, also while a step is recorded; their times mean nothing.</summary>
    public static OpProfile Count() => Start(new Dictionary<object, string>(), null, isTimed: false);

    /// <summary>Records all ops of this thread until disposed.</summary>
    /// <param name="layers">names of modules, by reference, to which ops are assigned; see <see cref="Nn.Modules.LayerNames"/></param>
    /// <param name="device">
    /// an asynchronous device, which is synchronised before and after each op; otherwise the times would be those of the launches
    /// </param>
    public static OpProfile Start(IReadOnlyDictionary<object, string>? layers = null, Device? device = null) =>
        Start(layers ?? new Dictionary<object, string>(), device, isTimed: true);

    private static OpProfile Start(IReadOnlyDictionary<object, string> layers, Device? device, bool isTimed) =>
        Current = new OpProfile(layers, device, isTimed);

    public void Dispose()
    {
        foreach (var module in _layers.Keys.OfType<IProfiled>())
        {
            module.Profile = _outer is { } outer && outer._layers.ContainsKey(module) ? outer : null;
        }

        Current = _outer;
    }

    /// <summary>
    /// This thread's active profile; null if there is none. Threads that run in turn may share one.
    /// </summary>
    internal static OpProfile? Current
    {
        get => s_current;
        set => (s_current, IOpCount.Current, StepCounts.Watching) = (value, value, value is { _isTimed: true } ? value.Steps : null);
    }

    /// <summary>The layer to which ops are assigned at present; null without a profile.</summary>
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

    /// <summary>Assigns the following ops to a module, if the profile has a name for it, until disposed.</summary>
    public LayerScope Enter(object module) => _layers.TryGetValue(module, out var name) ? new LayerScope(this, name) : default;

    /// <summary>Assigns the ops of a gradient to the layer of the forward, until disposed.</summary>
    /// <param name="layer"><see cref="CurrentLayer"/> in the forward</param>
    internal static LayerScope Resume(string? layer) =>
        s_current is { } profile && layer is not null ? new LayerScope(profile, layer) : default;

    internal static Measurement Measure(Op op, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        s_current is { } profile ? new Measurement(profile, op.Name, ShapesOf(inputs, output), op.Cost(inputs, output)) : default;

    /// <summary>Measures a kernel with several results, which a gradient calls directly.</summary>
    internal static Measurement Measure(string name, ReadOnlySpan<Tensor> inputs, Tensor output, OpCost cost) =>
        s_current is { } profile ? new Measurement(profile, name, ShapesOf(inputs, output), cost) : default;

    /// <summary>Measures an optimiser's update.</summary>
    /// <param name="name">name of the optimiser</param>
    /// <param name="numbers">number of weights that are updated</param>
    /// <param name="flops">floating-point operations per weight</param>
    /// <param name="accesses">floats read or written per weight</param>
    internal static Measurement MeasureUpdate(string name, long numbers, int flops, int accesses) =>
        s_current is { } profile
            ? new Measurement(profile, name, $"[{numbers}]", new OpCost(numbers * flops, numbers * accesses * sizeof(float)))
            : default;

    int IOpCount.Ops => _timings.Count;

    void IOpCount.Repeat(int first, int count) => _timings.AddRange(_timings.GetRange(first, count));

    /// <summary>Adds an exchange; thread-safe.</summary>
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

/// <summary>A network that tells a profile which of its layers run.</summary>
internal interface IProfiled
{
    /// <summary>The profile that has a name for it; null if there is none.</summary>
    OpProfile? Profile { get; set; }
}

/// <summary>One timed op.</summary>
/// <param name="Name">op name</param>
/// <param name="Shapes">inputs -> output</param>
/// <param name="Layer">the module that ran it or, for a gradient, the module of the forward; empty if there is no named one</param>
/// <param name="Start">timestamp of <see cref="Stopwatch"/></param>
/// <param name="Elapsed">wall time</param>
/// <param name="Cost">declared cost</param>
/// <param name="Algorithm">the algorithm that the device chose, and why; null where there is only one</param>
internal readonly record struct OpTiming(
    string Name, string Shapes, string Layer, long Start, TimeSpan Elapsed, OpCost Cost, string? Algorithm);

/// <summary>One all-reduce between ranks.</summary>
/// <param name="Bytes">bytes sent by this rank</param>
/// <param name="Start">timestamp of <see cref="Stopwatch"/></param>
/// <param name="Elapsed">wall time</param>
internal readonly record struct ExchangeTiming(long Bytes, long Start, TimeSpan Elapsed);
