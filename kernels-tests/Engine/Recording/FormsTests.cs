using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Which forms of a value a device's answers bring about, who writes them, and that all other memory keeps its bits.</summary>
internal sealed class FormsTests() : OnCpu(threads: 1)
{
    private const int Image = 3 * 6 * 8;
    private static readonly ConvGeometry s_conv = new(1, 3, (6, 8), 4, new(3, 1, 1, 1), (6, 8));
    private static readonly NormGeometry s_norm = new(1, 3, 6 * 8, PerInstance: true);

    /// <summary>Where the device reads and writes the plain form alone, each call stays the call that it was.</summary>
    [Test]
    public void WithOneFormNothingChanges()
    {
        var network = new ResNetGenerator(3, 3, blocks: 2, ngf: 4).Initialize(seed: 1).To(_device);
        var adam = new Adam(network.Parameters);
        using var x = Tensor.Uniform(new RandomKey(1, 99, 0, 0), new Shape(1, 3, 32, 32), _device);
        adam.Minimize(network.Forward(x).L1Loss(x));
        using var recording = KernelRecording.Take(_device, () => adam.Minimize(network.Forward(x).L1Loss(x)));
        var graph = CallPasses.Fused(recording.Calls, KernelRecording.IsTemporary, _device.OwnKernels);
        var before = graph.Calls();
        Assert.That(before.OfType<BorderedConv2dCall>(), Is.Not.Empty);
        Forms.Apply(graph, _device.OwnKernels);
        Assert.That(graph.Calls(), Is.EqualTo(before).Using<KernelCall>(ReferenceEquals));
    }

    [Test]
    public void ANormWritesTheFormThatAConvolutionReads()
    {
        var list = new List(this);
        Assert.That(list.Names(), Is.EqualTo(new[] { "norm_to", "conv2d", "conv2d_weight_gradient" }), "one form for both");
        Assert.That(list.Norm().Y, Is.Null, "nobody reads the plain one");
        Assert.That(list.Names(new CopyCall(list.Y, Memory(Image))), Has.Member("norm_to").And.Member("copy"));
        Assert.That(list.Norm(new CopyCall(list.Y, Memory(Image))), Has.Property("Y").Not.Null.And.Property("Padded").Not.Null);
    }

    [Test]
    public void WhatNobodyWritesInAFormIsConverted()
    {
        var (x, w, dw, y, dy, other) = (Memory(Image), Memory(108), Memory(108), Memory(192), Memory(192), Memory(192));
        KernelCall[] calls =
        [
            new BorderedConv2dCall(PadMode.Reflect, x, w, null, y, s_conv),
            new BorderedConv2dWeightGradientCall(PadMode.Reflect, x, dy, dw, s_conv),
            new FillCall(x with { Length = 50 }, 2),
            new BorderedConv2dCall(PadMode.Reflect, x, w, null, other, s_conv),
        ];
        Assert.That(
            Converted(calls).Select(call => call.Name),
            Is.EqualTo(new[] { "pad", "conv2d", "conv2d_weight_gradient", "fill", "pad", "conv2d" }), "once for each version of x");
        AssertSameNumbers(calls, [y, dw, other], [x, w, dy]);
    }

    /// <summary>
    /// With channels last in bfloat16, the convolutions of an image share its form, and a weight has one form for each pass and version.
    /// </summary>
    [Test]
    public void EachFormIsMadeOnceForAllWhoReadIt()
    {
        var (x, w, other, dy) = (Memory(Image), Memory(108), Memory(108), Memory(192));
        var (y, z, dx) = (Memory(192), Memory(192), Memory(Image));
        KernelCall[] calls =
        [
            new Conv2dCall(x, w, null, y, s_conv),
            new Conv2dCall(x, other, null, z, s_conv),
            new Conv2dInputGradientCall(dy, w, null, dx, s_conv),
            new FillCall(w with { Length = 50 }, 2),
            new BorderedConv2dCall(PadMode.Reflect, x, w, null, z, s_conv),
        ];
        var kernels = new ChannelsLastKernels(_device.OwnKernels, convertsTogether: false);
        Assert.That(
            Converted(calls, kernels).Select(call => call.Name),
            Is.EqualTo(new[]
            {
                "to_channels_last", "to_filter_blocks", "channels_last_conv2d", "to_filter_blocks", "channels_last_conv2d",
                "to_channels_last", "to_filter_blocks", "channels_last_conv2d", "fill", "to_channels_last", "to_filter_blocks",
                "channels_last_conv2d",
            }));
        AssertSameNumbers(calls, [y, dx, z], [x, w, other, dy], kernels);

        var together = new ChannelsLastKernels(_device.OwnKernels, convertsTogether: true);
        Assert.That(
            Converted(calls, together).Select(call => call.Name),
            Is.EqualTo(new[]
            {
                "to_channels_last", "to_filter_blocks_of_all", "channels_last_conv2d", "channels_last_conv2d", "to_channels_last",
                "channels_last_conv2d", "fill", "to_channels_last", "to_filter_blocks", "channels_last_conv2d",
            }),
            "until a weight changes");
        AssertSameNumbers(calls, [y, dx, z], [x, w, other, dy], together);
    }

    /// <summary>Half as many bytes a number, placed like all others.</summary>
    [Test]
    public void AFormIsPlannedByItsBytes()
    {
        var (x, w, y) = (Memory(Image), Memory(108), Memory(192));
        var form = ChannelsLastGeometry.Forward(s_conv, FactorType.Bfloat16).Image(PadMode.Constant);
        Assert.That(
            form.Bytes(Image), Is.EqualTo(2 * 32 * 10 * 10),
            "three channels are filled up to 32, six rows to eight, for turns of four rows; and a border of one pixel");
        var calls = Converted(
            [new Conv2dCall(x, w, null, y, s_conv)], new ChannelsLastKernels(_device.OwnKernels, convertsTogether: false));
        var plan = new MemoryPlan(calls, storage => storage is TracedStorage);
        Assert.That(plan.Values().Select(value => value.Storage.Capacity * sizeof(float)), Is.EquivalentTo(new[]
        {
            form.Bytes(Image), ChannelsLastGeometry.Forward(s_conv, FactorType.Bfloat16).Weight.Bytes(108),
        }));
    }

    /// <summary>A norm, a convolution of its result with a reflected border, and the gradient of the convolution's weight.</summary>
    private sealed class List(FormsTests tests)
    {
        private readonly DeviceSpan _x = tests.Memory(Image), _w = tests.Memory(108), _dy = tests.Memory(192), _z = tests.Memory(192);
        private readonly DeviceSpan _dw = tests.Memory(108), _mean = tests.Memory(3), _variance = tests.Memory(3);

        public DeviceSpan Y { get; } = tests.New(Image);

        public string[] Names(params KernelCall[] others)
        {
            KernelCall[] calls = [.. Calls(), .. others];
            tests.AssertSameNumbers(calls, [_z, _dw], [_x, _w, _dy]);
            return [.. tests.Converted(calls).Select(call => call.Name)];
        }

        public NormToCall Norm(params KernelCall[] others) => tests.Converted([.. Calls(), .. others]).OfType<NormToCall>().Single();

        private KernelCall[] Calls() =>
        [
            new NormToCall(new(_x, _mean, _variance, null, null, s_norm, 1e-5f), null, Y, null, null, null, default),
            new BorderedConv2dCall(PadMode.Reflect, Y, _w, null, _z, s_conv),
            new BorderedConv2dWeightGradientCall(PadMode.Reflect, Y, _dy, _dw, s_conv),
        ];
    }

    private IReadOnlyList<KernelCall> Converted(KernelCall[] calls, IKernels? kernels = null)
    {
        var graph = new ValueGraph(calls, storage => storage is TracedStorage);
        Forms.Apply(graph, kernels ?? new BorderedKernels(_device.OwnKernels));
        return graph.Calls();
    }

    private void AssertSameNumbers(KernelCall[] calls, DeviceSpan[] results, DeviceSpan[] inputs, IKernels? kernels = null)
    {
        var expected = Run(calls);
        var actual = Run(Converted(calls, kernels));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-5f), $"result {i}");
        }

        float[][] Run(IReadOnlyList<KernelCall> list)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var numbers = Numbers.Some(inputs[i].Length, seed: i);
                Bfloat16.Round(numbers);
                _device.Upload(numbers, inputs[i]);
            }

            var plan = new MemoryPlan(list, storage => storage is TracedStorage);
            foreach (var call in plan.On(list, [.. plan.Blocks.Select(block => _device.Pool.Rent(block))]))
            {
                _device.OwnKernels.Run(call);
            }

            return Array.ConvertAll(results, span =>
            {
                var numbers = new float[span.Length];
                _device.Download(span, numbers);
                return numbers;
            });
        }
    }

    private DeviceSpan Memory(long count) => new(_device.Allocate(count), 0, count);

    private DeviceSpan New(long count) => new(new TracedStorage(_device.Pool, count), 0, count);

    /// <summary>The processor's kernels, but for a device that reads convolutions with channels last.</summary>
    private sealed class ChannelsLastKernels(IKernels kernels, bool convertsTogether) : IKernels
    {
        public bool Fuses(KernelCall call) => call is ToFilterBlocksOfAllCall ? convertsTogether : kernels.Fuses(call);

        public Form Reads(KernelCall call, int operand)
        {
            var (g, mode) = call switch
            {
                Conv2dCall c => (ChannelsLastGeometry.Forward(c.G, FactorType.Bfloat16), PadMode.Constant),
                BorderedConv2dCall c => (ChannelsLastGeometry.Forward(c.G, FactorType.Bfloat16), c.Mode),
                Conv2dInputGradientCall c => (ChannelsLastGeometry.InputGradient(c.G, FactorType.Bfloat16), PadMode.Constant),
                _ => (default(ChannelsLastGeometry?), PadMode.Constant),
            };
            return (operand, g) switch
            {
                (0, { } last) => last.Image(mode),
                (1, { } last) => last.Weight,
                _ => Form.Plain,
            };
        }
    }

    /// <summary>The processor's kernels, but for a device that reads borders where they lie around the planes.</summary>
    private sealed class BorderedKernels(IKernels kernels) : IKernels
    {
        public bool Fuses(KernelCall call) => kernels.Fuses(call);

        public Form Reads(KernelCall call, int operand) => (operand, call) switch
        {
            (0, BorderedConv2dCall c) => new PlaneBorder(c.Mode, 0, c.G.Border()),
            (0, BorderedConv2dWeightGradientCall c) => new PlaneBorder(c.Mode, 0, c.G.Border()),
            _ => Form.Plain,
        };
    }
}
