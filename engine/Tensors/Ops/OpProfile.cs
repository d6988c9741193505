using System.Diagnostics;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Time, FLOPs and bytes of every op run while a profile is being taken; free of cost otherwise.</summary>
public sealed class OpProfile : IDisposable
{
    [ThreadStatic]
    private static OpProfile? s_current;

    private readonly OpProfile? _outer = s_current;
    private readonly List<OpTiming> _timings = [];

    private OpProfile()
    {
    }

    public IReadOnlyList<OpTiming> Timings => _timings;

    /// <summary>Records all ops of this thread until disposed.</summary>
    public static OpProfile Start() => s_current = new OpProfile();

    public void Dispose() => s_current = _outer;

    internal static Measurement Measure(Op op, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        s_current is { } profile ? new Measurement(profile, op.Name, inputs, output, op.Cost(inputs, output)) : default;

    /// <summary>For kernels that a gradient calls itself because they have several results.</summary>
    internal static Measurement Measure(string name, ReadOnlySpan<Tensor> inputs, Tensor output, OpCost cost) =>
        s_current is { } profile ? new Measurement(profile, name, inputs, output, cost) : default;

    internal readonly struct Measurement : IDisposable
    {
        private readonly OpProfile? _profile;
        private readonly string _name;
        private readonly string _shapes;
        private readonly OpCost _cost;
        private readonly long _start;

        public Measurement(OpProfile profile, string name, ReadOnlySpan<Tensor> inputs, Tensor output, OpCost cost)
        {
            (_profile, _name, _cost) = (profile, name, cost);
            var shapes = new string[inputs.Length];
            for (var i = 0; i < shapes.Length; i++)
            {
                shapes[i] = inputs[i].Shape.ToString();
            }

            _shapes = $"{string.Join(' ', shapes)} -> {output.Shape}";
            _start = Stopwatch.GetTimestamp();
        }

        public void Dispose() =>
            _profile?._timings.Add(new OpTiming(_name, _shapes, _start, Stopwatch.GetElapsedTime(_start), _cost));
    }
}

/// <summary>One timed op.</summary>
/// <param name="Name">op name</param>
/// <param name="Shapes">inputs -> output</param>
/// <param name="Start">timestamp of <see cref="Stopwatch"/></param>
/// <param name="Elapsed">wall time</param>
/// <param name="Cost">declared cost</param>
public readonly record struct OpTiming(string Name, string Shapes, long Start, TimeSpan Elapsed, OpCost Cost);
