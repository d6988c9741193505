using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>A value of a recorded step is made whole by one call; only state changes, and has versions.</summary>
internal sealed class ValueTests() : OnCpu(threads: 1)
{
    [Test]
    public void AValueHasOneMaker()
    {
        Assert.That(() => Take(y => _device.Kernels.Run(new FillCall(y.Span, 1))), Throws.Nothing);
        Assert.That(
            () => Take(y =>
            {
                _device.Kernels.Run(new FillCall(y.Span, 1));
                _device.Kernels.Run(new FillCall(y.Span, 2));
            }),
            Throws.TypeOf<RecordingException>().With.Message.EqualTo(
                "fill writes 6 of 6 elements of a value of a step that is being recorded, which another call has made: a value is made " +
                    "whole, by one call; let what comes first go into a tensor of its own (Tensor.Empty)"));
        Assert.That(
            () => Take(y => _device.Kernels.Run(new FillCall(y.Span with { Length = 5 }, 1))),
            Throws.TypeOf<RecordingException>().With.Message.EqualTo(
                "fill writes 5 of 6 elements of a value of a step that is being recorded: a value is made whole, by one call; let what " +
                    "comes first go into a tensor of its own (Tensor.Empty)"));

        void Take(Action<Tensor> code)
        {
            using var recording = KernelRecording.Take(_device, () =>
            {
                using var y = Tensor.Empty([6], _device);
                code(y);
            });
        }
    }

    /// <summary>What once was several writes: a sum of gradients, a concat, a slice put back among zeros, a scatter.</summary>
    [Test]
    public void OpsMakeTheirValuesAtOnce()
    {
        using var x = Tensor.Ones([2, 6], _device).Keep();
        using var places = Tensor.From([0f, 3, 3], [1, 3], _device).Keep();
        using var recording = KernelRecording.Take(_device, () =>
        {
            var leaf = x.Detach();
            leaf.RequiresGrad = true;
            var joined = TensorOps.Concat(1, leaf, leaf.Square());
            var strided = leaf.Slice(1, 5, 3, -2) + leaf.Slice(1, 1, 3) + leaf.Gather(1, places);
            (joined.Sum() + strided.Sum()).Backward();
        });
        string[] names = [.. recording.Calls.Select(call => call.Name)];
        Assert.That(names, Has.Exactly(1).EqualTo("concat").And.Exactly(2).EqualTo("embed").And.Exactly(1).EqualTo("scatter_add"));
        Assert.That(names, Has.None.EqualTo("add_scaled"));
    }

    [Test]
    public void ATensorOfTheStepIsNotOverwritten()
    {
        using var source = Tensor.Ones([2, 3], _device).Keep();
        using var state = Tensor.Zeros([2, 3], _device).Keep();
        Assert.That(
            () => Run(() => source.Square().CopyFrom(source)),
            Throws.TypeOf<RecordingException>().With.Message.EqualTo(
                "a step that is being recorded overwrites a tensor [2,3] that it has made; use the source instead, or make the tensor " +
                    "before the step"));
        Assert.That(() => Run(() => state.Slice(0, 0, 1).CopyFrom(source.Slice(0, 1, 1))), Throws.TypeOf<RecordingException>(), "a slice");
        Run(() => Tensor.Empty([2, 3], _device).CopyFrom(source));
        Run(() => state.CopyFrom(source));
        Assert.That(state.ToArray(), Is.EqualTo(source.ToArray()));

        void Run(Action code)
        {
            using var step = new RecordedStep(_device, inputs =>
            {
                code();
                return [inputs[0].Sum()];
            });
            step.Run(source);
        }
    }

    [Test]
    public void StateHasVersions()
    {
        var (weight, x, y, z) = (Memory(4), New(4), New(4), New(4));
        var graph = Graph(
            new FillCall(x, 1), new AddScaledCall(1, x, weight), new CopyCall(weight, y), new AddScaledCall(1, x, weight),
            new CopyCall(weight, z));
        Assert.That(graph.Of(weight, 1) is { Maker: -1, Version: 0 });
        Assert.That(graph.Of(weight, 2).Readers, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(graph.Of(weight, 4) is { Maker: 3, Version: 2 });
        Assert.That(graph.Of(weight, 4).IsKept && !graph.Of(weight, 2).IsKept && !graph.Of(x, 1).IsKept);
        Assert.That(graph.IsSame(weight, 2, 3) && !graph.IsSame(weight, 1, 2) && graph.IsSame(x, 1, 4));
        Assert.That(graph.IsValue(x) && graph.IsValue(y) && !graph.IsValue(weight));
        Assert.That(graph.MayChangeAt(3, weight, 4) && !graph.MayChangeAt(1, weight, 3));
        Assert.That(graph.Of(x, 1).Readers, Is.EqualTo(new[] { 1, 3 }));
    }

    /// <summary>Values that are joined, and values joined of those, are made where they belong.</summary>
    [Test]
    public void PartsAreMadeInTheirPlace()
    {
        var (a, b, c, ab, all, seen) = (New(4), New(6), New(2), New(10), New(12), Memory(12));
        KernelCall[] calls =
        [
            new FillCall(a, 1), new FillCall(b, 2), Join(ab, a, b), new FillCall(c, 3), Join(all, ab, c), new CopyCall(all, seen),
            new CopyCall(ab, Memory(10)),
        ];
        var graph = Placed(calls);
        Assert.That(
            graph.Calls().Select(call => call.Name), Is.EqualTo(new[] { "fill", "fill", "fill", "copy", "copy" }), "nothing is copied");
        Assert.That(
            graph.Calls().Take(3).Select(call => call.Writes[0]),
            Is.EqualTo(new[] { all with { Length = 4 }, all with { Offset = 4, Length = 6 }, all with { Offset = 10, Length = 2 } }));
        Run(graph.Calls());
        Assert.That(Read(seen), Is.EqualTo(new float[] { 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3 }));
    }

    [Test]
    public void WhatBelongsElsewhereIsCopied()
    {
        var (a, b, ab, state) = (New(4), New(4), New(8), Memory(4));
        Assert.That(Names(new FillCall(a, 1), Join(ab, a, a)), Has.Member("concat"), "twice the same");
        Assert.That(Names(new FillCall(a, 1), Join(ab, a, state)), Has.Member("concat"), "with state");
        Assert.That(Names(new FillCall(a, 1), Join(ab, a, b), new FillCall(b, 2)), Has.Member("concat"), "not yet made");
        Assert.That(
            Names(new FillCall(a, 1), new FillCall(b, 2), Join(ab, a, b), Join(New(8), b, a)), Has.Exactly(1).EqualTo("concat"),
            "for two, one of which has it");
        var rows = new ConcatCall([new ConcatPart(a, 2), new ConcatPart(b, 2)], 1, ab, new Shape(2, 4));
        Assert.That(Names(new FillCall(a, 1), new FillCall(b, 2), rows), Has.Member("concat"), "in several pieces");

        string[] Names(params KernelCall[] calls) => [.. Placed(calls).Calls().Select(call => call.Name)];
    }

    /// <summary>A call that a pass overwrote would be missing, and its result whatever was in memory.</summary>
    [Test]
    public void TheRoomBeforeACallIsTakenOnce()
    {
        var (a, b) = (New(4), New(4));
        var graph = Graph(Join(New(8), a, b));
        Assert.That(graph.HasRoomBefore(2, calls: 2));
        graph.PutBefore(2, new FillCall(a, 1), new FillCall(b, 2));
        Assert.That(graph.HasRoomBefore(2, calls: 2), Is.False);
        Fails.With<InvalidOperationException>(
            () => graph.PutBefore(2, new UnaryCall(UnaryFunction.Relu, 0, 0, a, New(4))), "puts unary in the place of fill");
        Assert.That(graph.Calls().Select(call => call.Name), Is.EqualTo(new[] { "fill", "fill", "concat" }));
    }

    private static ConcatCall Join(DeviceSpan y, DeviceSpan a, DeviceSpan b) =>
        new([new ConcatPart(a, (int)a.Length), new ConcatPart(b, (int)b.Length)], 0, y, new Shape((int)y.Length));

    private static ValueGraph Graph(params KernelCall[] calls) => new(calls, storage => storage is TracedStorage);

    private static ValueGraph Placed(KernelCall[] calls)
    {
        var graph = Graph(calls);
        PartPlaces.Choose(graph);
        PartPlaces.Apply(graph);
        return graph;
    }

    private void Run(IReadOnlyList<KernelCall> calls)
    {
        var plan = new MemoryPlan(calls, storage => storage is TracedStorage);
        foreach (var call in plan.On(calls, [.. plan.Blocks.Select(block => _device.Pool.Rent(block))]))
        {
            _device.OwnKernels.Run(call);
        }
    }

    private float[] Read(DeviceSpan span)
    {
        var numbers = new float[span.Length];
        _device.Download(span, numbers);
        return numbers;
    }

    private DeviceSpan Memory(long count) => new(_device.Allocate(count), 0, count);

    private DeviceSpan New(long count) => new(new TracedStorage(_device.Pool, count), 0, count);
}
