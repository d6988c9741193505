using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors;

/// <summary>
/// A dense row-major float32 array on a device; while gradients are recorded, it refers to the op that computed it. Images are <c>[N, C, H,
/// W]</c>. Ops are extension methods (<see cref="Ops.TensorOps"/>). No op changes its inputs. For one thread at a time, that of its device.
/// </summary>
/// <remarks>
/// A tensor made inside a <see cref="Step"/> is disposed when the step ends; temporaries need no <c>using</c>.
/// <see cref="Dispose"/> returns the memory earlier and is always allowed.
/// </remarks>
public sealed class Tensor : IDisposable
{
    private readonly Storage _storage;
    private readonly long _offset;

    /// <summary>The memory's version when this handle was made.</summary>
    private readonly int _version;

    /// <summary>The recording in whose code the handle was made; null outside.</summary>
    private readonly KernelRecording? _madeIn;
    private State _state;

    private Tensor(Shape shape, Device device, Storage storage, long offset, Variable? variable)
    {
        (Shape, Device, _storage, _offset, Variable) = (shape, device, storage, offset, variable);
        (_version, _madeIn) = (storage.Version, device.Recording);
        storage.Acquire();
        device.Register(this);
    }

    private enum State : byte
    {
        InUse,
        Kept,
        Disposed,
        StepEnded,
    }

    public Shape Shape { get; }

    public Device Device { get; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>The tensor's entry in the gradient graph, shared by all handles of the same value; null for constants.</summary>
    internal Variable? Variable { get; private set; }

    /// <summary>True for a leaf that collects a gradient, and for everything computed from one.</summary>
    public bool RequiresGrad
    {
        get => Variable is { RequiresGrad: true };
        set
        {
            if (Variable is { IsLeaf: false })
            {
                throw new AutodiffException("RequiresGrad can be set on leaves only; use Detach() to cut a computed tensor from its graph");
            }

            if (Variable is not null || value || Device.Recording is not null)
            {
                (Variable ??= Variable.Leaf(Shape, new Setting<bool>(false, _madeIn))).RequiresGrad = value;
            }
        }
    }

    /// <summary>
    /// The gradient of a leaf, computed by <see cref="Backward"/>; null before, and after <see cref="ClearGradient"/>.
    /// Like every tensor made inside a step it is disposed when the step ends.
    /// </summary>
    public Tensor? Gradient => Variable?.Gradient;

    /// <summary>The elements as kernels see them.</summary>
    /// <exception cref="ObjectDisposedException">the tensor was disposed, or the step that made it has ended</exception>
    public DeviceSpan Span => Memory.Locate(_offset, Count);

    private Storage Memory
    {
        get
        {
            if (!IsUsable)
            {
                throw new ObjectDisposedException(nameof(Tensor), _state == State.Disposed
                    ? $"a tensor {Shape} was used after it was disposed"
                    : $"a tensor {Shape} was used after the step that made it ended; call Keep() on it inside the step");
            }

            if (Device.Recording is { } recording && recording != _madeIn)
            {
                // What a replay would go on reading must still be there, and have no other place in the graph.
                var variable = Variable;
                recording.DependsOn(this, () => IsUsable && Variable == variable);
            }

            return _storage;
        }
    }

    /// <summary>What has overwritten the memory since this handle was made; null if nothing has.</summary>
    internal string? Overwriter
    {
        get
        {
            var version = _storage.Version;
            if (Device.Recording is { } recording && recording != _madeIn)
            {
                recording.DependsOn((this, nameof(Overwriter)), () => _storage.Version == version);
            }

            return version == _version ? null : _storage.LastWriter;
        }
    }

    /// <summary>False once the tensor was disposed or its step has ended.</summary>
    internal bool IsUsable => _state is State.InUse or State.Kept;

    /// <summary>True if no other handle shares the memory, which may then be overwritten in place.</summary>
    internal bool IsExclusive => _storage.IsExclusive;

    /// <summary>An uninitialised tensor: for ops, which write every element.</summary>
    public static Tensor Empty(Shape shape, Device device) =>
        new(shape, device, device.Allocate(shape.Count, isShortLived: !GradMode.IsEnabled), 0, null);

    public static Tensor Zeros(Shape shape, Device device) => Full(shape, 0, device);

    public static Tensor Ones(Shape shape, Device device) => Full(shape, 1, device);

    public static Tensor Full(Shape shape, float value, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var tensor = Empty(shape, device);
        if (shape.Count > 0)
        {
            device.Kernels.Run(new FillCall(tensor.Span, value));
        }

        return tensor;
    }

    /// <summary>0, 1, …, count − 1, made on the device, also in a recorded step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">the count is negative, or above 2²⁴, up to which float32 holds integers
    /// exactly</exception>
    public static Tensor Arange(int count, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TensorOps.MaxExactInteger);
        var numbers = Zeros([Math.Min(count, 1)], device);
        while (numbers.Shape[0] < count)
        {
            using var first = numbers;
            using var missing = first.Slice(0, 0, Math.Min(first.Shape[0], count - first.Shape[0]));
            using var second = missing.Affine(1, first.Shape[0]);
            numbers = TensorOps.Concat(0, first, second);
        }

        return numbers;
    }

    /// <summary>Uniform random numbers on [0, 1).</summary>
    public static Tensor Uniform(RandomKey key, Shape shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var tensor = Empty(shape, device);
        if (shape.Count > 0)
        {
            device.Kernels.Run(new UniformCall(key, tensor.Span));
        }

        return tensor;
    }

    /// <summary>Uniform random numbers on [0, 1), the next of a sequence: new ones in each step, replayed or not.</summary>
    public static Tensor Uniform(RandomState random, Shape shape, Device device) =>
        Uniform(random.Next(device, RandomStream.Training), shape, device);

    /// <summary>Standard normal random numbers, the next of a sequence: new ones in each step, replayed or not.</summary>
    public static Tensor Normal(RandomState random, Shape shape, Device device) =>
        Normal(random.Next(device, RandomStream.Training), shape, device);

    /// <summary>Standard normal random numbers.</summary>
    public static Tensor Normal(RandomKey key, Shape shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var tensor = Empty(shape, device);
        if (shape.Count > 0)
        {
            device.Kernels.Run(new NormalCall(key, tensor.Span));
        }

        return tensor;
    }

    /// <summary>Copies row-major host numbers to the device.</summary>
    public static Tensor From(ReadOnlySpan<float> values, Shape shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (values.Length != shape.Count)
        {
            throw new ShapeException($"{values.Length} values do not fill a tensor {shape} of {shape.Count} elements");
        }

        var tensor = Empty(shape, device);
        device.Upload(values, tensor.Span);
        return tensor;
    }

    /// <summary>Copies row-major integers to the device: class indices, or indices for <see cref="TensorOps.Gather"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">an absolute value is above 2²⁴, up to which float32 holds integers exactly</exception>
    public static Tensor From(ReadOnlySpan<int> values, Shape shape, Device device)
    {
        var numbers = new float[values.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Math.Abs((long)values[i]) <= TensorOps.MaxExactInteger ? values[i] : throw new ArgumentOutOfRangeException(
                nameof(values), values[i],
                $"value {i} is beyond {TensorOps.MaxExactInteger}, up to which float32 holds integers exactly");
        }

        return From(numbers, shape, device);
    }

    /// <summary>Copies a tensor span of System.Numerics.Tensors, of any strides, to the device.</summary>
    /// <exception cref="ShapeException">it has more than <see cref="Shape.MaxRank"/> dimensions</exception>
    public static Tensor From(scoped in ReadOnlyTensorSpan<float> values, Device device)
    {
        var dense = new float[values.FlattenedLength];
        values.FlattenTo(dense);
        return From(dense, ShapeOf(values.Lengths), device);
    }

    /// <summary>
    /// Copies the elements to the host as a dense tensor of System.Numerics.Tensors, of the same shape; a scalar becomes one of the shape
    /// [1], since none there has a number without a dimension.
    /// </summary>
    public Tensor<float> ToNumericsTensor() =>
        System.Numerics.Tensors.Tensor.Create(ToArray(), [.. NumericsShape.ToArray().Select(extent => (nint)extent)]);

    /// <summary>Copies the elements to the host, row-major; waits for the device.</summary>
    public float[] ToArray()
    {
        var values = new float[Count];
        CopyTo(values);
        return values;
    }

    public void CopyTo(Span<float> destination) => Device.Download(Span, destination);

    /// <summary>Copies the elements to a tensor span of System.Numerics.Tensors of the same shape, a scalar to one of [1].</summary>
    /// <exception cref="ShapeException">the shapes differ</exception>
    public void CopyTo(scoped in TensorSpan<float> destination)
    {
        RequireSame(destination.Lengths);
        ToNumericsTensor().CopyTo(destination);
    }

    /// <summary>
    /// Overwrites the elements with those of a tensor of the same shape, on any device; for parameters and inputs, between steps or inside
    /// one. No gradient is recorded; a recorded step repeats the copy. A graph that needs the old numbers can't be differentiated any more.
    /// </summary>
    /// <exception cref="ShapeException">the shapes differ</exception>
    /// <exception cref="RecordingException">a step that is being recorded overwrites a tensor that it has made</exception>
    public void CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ShapeException.ThrowIf(source.Shape != Shape, $"a tensor {Shape} can't take the numbers of one {source.Shape}");

        if (source.Device != Device)
        {
            CopyFrom(source.ToArray());
        }
        else if (source.Span != Span)
        {
            Overwrite("CopyFrom");
            if (Device.Recording?.HasMade(Span.Storage) == true)
            {
                throw new RecordingException(
                    $"a step that is being recorded overwrites a tensor {Shape} that it has made; use the source instead, or make the " +
                        "tensor before the step");
            }

            Device.Kernels.Release(Span);
            if (Count > 0)
            {
                Device.Kernels.Run(new CopyCall(source.Span, Span));
            }
        }
    }

    /// <summary>
    /// Overwrites the elements with row-major host numbers; for parameters and inputs, between steps. No gradient is recorded.
    /// </summary>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        ShapeException.ThrowIf(values.Length != Count, $"{values.Length} values do not fill a tensor {Shape} of {Count} elements");

        Overwrite("CopyFrom");
        Device.Upload(values, Span);
    }

    /// <inheritdoc cref="CopyFrom(ReadOnlySpan{float})"/>
    public void CopyFrom(scoped in ReadOnlyTensorSpan<float> values)
    {
        RequireSame(values.Lengths);
        var dense = new float[Count];
        values.FlattenTo(dense);
        CopyFrom(dense);
    }

    /// <summary>
    /// Overwrites the elements with numbers that a callback writes straight to the destination; for parameters and inputs. Never recorded.
    /// </summary>
    /// <param name="write">writes a part; called for disjoint parts, possibly by several threads at once</param>
    internal void CopyFrom(PartWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Overwrite("CopyFrom");
        Device.Upload(write, Span);
    }

    /// <summary>
    /// Called before something other than an op writes to the memory; see <see cref="Storage.Overwrite"/>.
    /// </summary>
    /// <param name="writer">what writes, for the message of a graph that needed the old numbers</param>
    internal void Overwrite(string writer) => Memory.Overwrite(writer);

    /// <summary>Whether this is a slice, which may share the memory of another tensor.</summary>
    internal bool IsSlice => _storage is SliceStorage;

    /// <summary>The memory where a slice shares it, which the slice is no copy of any more; not recorded.</summary>
    internal Tensor Shared() => new(Shape, Device, Span.Storage, Span.Offset, null);

    /// <summary>
    /// A slice: an index, a range or a range with a step for each of the leading dimensions; trailing dimensions stay whole.
    /// <c>x[0]</c> is the first picture of a batch, <c>x[.., 1..3]</c> two channels of all. A slice counts as a copy: writing to it leaves
    /// x as it is, and the other way round.
    /// </summary>
    /// <exception cref="ShapeException">an index is out of range, or there are more indices than dimensions</exception>
    [IndexerName("Part")]
    public Tensor this[params ReadOnlySpan<TensorIndex> index]
    {
        get
        {
            ShapeException.ThrowIf(index.Length > Shape.Rank, $"slice: {index.Length} indices are too many for {Shape}");

            var (result, axis) = (Whole(), 0);
            foreach (var part in index)
            {
                using var whole = result;
                result = whole.Slice(axis, part.Range, part.Step);
                if (part.IsSingle)
                {
                    if (result.Shape[axis] == 0)
                    {
                        throw new ShapeException(
                            $"slice: {part.Range} holds no element of dimension {axis} of {whole.Shape}, which has {whole.Shape[axis]}");
                    }

                    using var kept = result;
                    result = kept.Squeeze(axis);
                }
                else
                {
                    axis++;
                }
            }

            return result;
        }
    }

    /// <summary>The value of a one-element tensor; waits for the device.</summary>
    /// <exception cref="ShapeException">the tensor has more or fewer elements</exception>
    public float Item()
    {
        ShapeException.ThrowIf(Count != 1, $"Item() needs a tensor of one element, not {Shape}");

        Span<float> value = stackalloc float[1];
        CopyTo(value);
        return value[0];
    }

    /// <summary>The same memory without history: no gradient flows back through the result.</summary>
    public Tensor Detach() => new(Shape, Device, Memory, _offset, null);

    /// <summary>Another handle of the same memory and the same entry in the graph.</summary>
    public Tensor Share() => new(Shape, Device, Memory, _offset, Variable);

    /// <summary>A view of the same memory with another shape; not recorded.</summary>
    internal Tensor Alias(Shape shape) => new(shape, Device, Memory, _offset, null);

    /// <summary>
    /// Consecutive elements, from an offset on, as a copy that shares the memory until one of both is overwritten; not recorded.
    /// </summary>
    internal Tensor Cut(Shape shape, long offset) =>
        new(shape, Device, new SliceStorage(Device, Memory, _offset + offset, shape.Count), 0, null);

    /// <summary>
    /// All elements as a copy that shares the memory until one of both is overwritten. It has the same entry in the graph, except that of a
    /// leaf: freezing a copy does not freeze the leaf.
    /// </summary>
    internal Tensor Whole() => Variable is { IsLeaf: true }
        ? Op.Run(new WholeOp(), this)
        : new Tensor(Shape, Device, new SliceStorage(Device, Memory, _offset, Count), 0, Variable);

    internal void Attach(Variable variable) => Variable = variable;

    /// <summary>Detaches the tensor's lifetime from its step: it lives until it is disposed or collected. Returns itself.</summary>
    /// <exception cref="RecordingException">a step that is being recorded has made the tensor</exception>
    public Tensor Keep()
    {
        if (_madeIn is not null && _madeIn == Device.Recording)
        {
            _madeIn.Refuse(
                $"keeps a tensor {Shape} that it has made", "return it, and keep a copy of the output, such as the slice output[..]");
        }

        _ = Memory;
        _state = State.Kept;
        return this;
    }

    /// <summary>Adds d(this)/d(leaf) to the gradient of every leaf that requires one; this must have one element.</summary>
    public void Backward() => Differentiation.Backward(this);

    public void ClearGradient() => Variable?.ClearGradient();

    public void Dispose() => Release(State.Disposed);

    /// <summary>Called when the step that made the tensor ends: disposes it unless it is kept.</summary>
    internal void EndStep()
    {
        if (_state == State.InUse)
        {
            Release(State.StepEnded);
        }
    }

    private void Release(State next)
    {
        if (IsUsable)
        {
            _state = next;
            _storage.Release();
        }
    }

    public override string ToString() => $"Tensor {Shape} on {Device.Name}{(RequiresGrad ? ", requires gradient" : "")}";

    /// <summary>The shape in System.Numerics.Tensors.</summary>
    private Shape NumericsShape => Shape.Rank == 0 ? new Shape(1) : Shape;

    private void RequireSame(ReadOnlySpan<nint> lengths)
    {
        if (ShapeOf(lengths) is var other && other != NumericsShape)
        {
            throw new ShapeException($"a tensor {Shape} and one {other} can't take each other's numbers");
        }
    }

    private static Shape ShapeOf(ReadOnlySpan<nint> lengths)
    {
        var extents = new int[lengths.Length];
        for (var i = 0; i < extents.Length; i++)
        {
            extents[i] = checked((int)lengths[i]);
        }

        return new Shape(extents);
    }
}
