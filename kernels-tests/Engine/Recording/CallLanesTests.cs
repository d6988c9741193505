using System.Collections;
using System.Runtime.InteropServices;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>
/// Lanes and waits order all calls that touch the same memory, no wait is superfluous, and the bits are the same in each order that they
/// allow.
/// </summary>
internal sealed class CallLanesTests
{
    private const int Side = 32;
    private const int FullSide = 256;

    [Test]
    public void RandomCallsAreOrderedWhereTheyMeet([Values(1, 2, 3)] int lanes)
    {
        var random = new Random(lanes);
        var waits = 0;
        for (var list = 0; list < 20; list++)
        {
            using var device = new CpuDevice(1);
            var calls = RandomCalls(device, random, count: 40);
            var order = new CallLanes(calls, lanes);
            var plan = new MemoryPlan(calls, storage => storage is TracedStorage, lanes: order);
            var blocks = plan.Blocks.Select(count => device.Pool.Rent(count)).ToArray();
            var placed = plan.On(calls, blocks);
            waits += AssertIsOrdered(placed, order);
            AssertIsNeeded(placed, order);

            var touched = placed.SelectMany(call => call.Reads.Concat(call.Writes)).Distinct();
            DeviceSpan[] lasting = [.. touched.Where(span => !blocks.Contains(span.Storage))];
            float[][]? expected = null;
            for (var turn = 0; turn < 4; turn++)
            {
                Array.ForEach(lasting, span => device.Upload(Enumerable.Repeat(0.5f, (int)span.Length).ToArray(), span));
                foreach (var block in blocks)
                {
                    device.Upload(Enumerable.Repeat(float.NaN, (int)block.Capacity).ToArray(), new DeviceSpan(block, 0, block.Capacity));
                }

                foreach (var call in turn == 0 ? Enumerable.Range(0, placed.Count) : AllowedOrder(order, random))
                {
                    device.OwnKernels.Run(placed[call]);
                }

                var found = Array.ConvertAll(lasting, span => Numbers(device, span));
                Assert.That(found, Has.None.Contains(float.NaN));
                Assert.That(found, Is.EqualTo(expected ??= found));
            }
        }

        Assert.That(waits, lanes == 1 ? Is.Zero : Is.GreaterThan(100));
    }

    [Test]
    public void IndependentChainsRunSideBySide()
    {
        using var device = new CpuDevice(1);
        DeviceSpan[] a = [.. Enumerable.Range(0, 5).Select(_ => Value(device, 1000))], b = [.. a.Select(_ => Value(device, 1000))];
        var sum = Value(device, 1000);
        var shape = new Shape(1000);
        KernelCall[] calls =
        [
            new FillCall(a[0], 1), .. Chain(a), new FillCall(b[0], 1), .. Chain(b),
            new BinaryCall(BinaryFunction.Add, a[^1], shape, b[^1], shape, sum, shape),
        ];
        var lanes = new CallLanes(calls, 2);
        Assert.That(Enumerable.Range(0, 10).Select(lanes.LaneOf), Is.EqualTo(new[] { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1 }));
        Assert.That(Enumerable.Range(0, 10).SelectMany(lanes.WaitsOf), Is.Empty);
        Assert.That(lanes.WaitsOf(10), Is.EqualTo(new[] { lanes.LaneOf(10) == 0 ? 9 : 4 }));
        Assert.That(lanes.Length, Is.LessThan(0.7 * lanes.Work));

        // One after the other, each chain needs one place; side by side, each has its own.
        Assert.That(new MemoryPlan(calls, storage => storage is TracedStorage, lanes: lanes).Blocks, Is.EqualTo(new[] { 2176 }));

        static IEnumerable<KernelCall> Chain(DeviceSpan[] values) =>
            values.Skip(1).Select((value, i) => new UnaryCall(UnaryFunction.Square, 0, 0, values[i], value));
    }

    /// <summary>A result must not take an operand's place while a call of another lane may still read it.</summary>
    [Test]
    public void NothingIsInPlaceWhileAnotherLaneReads()
    {
        using var device = new CpuDevice(1);
        var (x, y, z) = (Value(device, 1 << 20), Value(device, 1 << 20), Value(device, 1 << 20));
        KernelCall[] calls =
        [
            new FillCall(x, 1), new ReduceCall(Reduction.Sum, x, new Shape(1 << 20), Value(device, 1), new Shape(1)),
            new UnaryCall(UnaryFunction.Square, 0, 0, x, y), new UnaryCall(UnaryFunction.Square, 0, 0, y, z),
        ];
        var lanes = new CallLanes(calls, 2);
        Assert.That(lanes.LaneOf(1), Is.Not.EqualTo(lanes.LaneOf(2)));
        Assert.That(Offsets(lanes)[x.Storage], Is.Not.EqualTo(Offsets(lanes)[y.Storage]));
        Assert.That(Offsets(lanes)[y.Storage], Is.EqualTo(Offsets(lanes)[z.Storage]));
        Assert.That(Offsets(null)[x.Storage], Is.EqualTo(Offsets(null)[y.Storage]), "in one lane the sum is over by then");

        Dictionary<Storage, long> Offsets(CallLanes? order) =>
            new MemoryPlan(calls, storage => storage is TracedStorage, lanes: order).Values().ToDictionary(v => v.Storage, v => v.Offset);
    }

    [TestCase("pix2pix", 2)]
    [TestCase("cyclegan", 2)]
    [TestCase("cyclegan", 3)]
    public void TrainingHasTheSameBitsInEachOrder(string model, int lanes)
    {
        var expected = Train(model, lanes: 1, (device, calls, _) => new CallByCall(device, calls));
        var checkedSteps = 0;
        var found = Train(model, lanes, (device, calls, order) =>
        {
            Assert.That(AssertIsOrdered(calls, order), Is.GreaterThan(20));
            AssertIsNeeded(calls, order);
            checkedSteps++;
            return new InAnyOrder(device, calls, order, new Random(lanes));
        });
        Assert.That(checkedSteps, Is.EqualTo(1));
        Assert.That(found, Is.EqualTo(expected));
    }

    /// <summary>By the estimate, what a card without limits would gain; and what it costs in memory.</summary>
    [TestCase("pix2pix", 0.85, 1.1)]
    [TestCase("cyclegan", 0.75, 1.1)]
    public void StepsOfFullSizeOverlap(string model, double mostTime, double mostMemory)
    {
        using var card = new ModelledDevice(GpuCard.H200);
        var options = FamilyCatalog.Find(model)!.Defaults();
        var (time, bytes) = (new Dictionary<int, (double Work, double Length)>(), new Dictionary<int, long>());
        for (var lanes = 1; lanes <= 2; lanes++)
        {
            using var device = new LanedDevice(card, _ => card.OwnKernels, lanes, (device, calls, order) =>
            {
                time.Add(lanes, (order.Work, order.Length));
                return new Nothing();
            });
            using var trainer = GanModel.Create(options, device);
            using var pair = Batch.OfPair(
                Tensor.Zeros(new Shape(1, 3, FullSide, FullSide), device), Tensor.Zeros(new Shape(1, 3, FullSide, FullSide), device),
                ["zeros"]);
            bytes.Add(lanes, sizeof(float) * StepGraph.Collect(() => trainer.Step(pair, 0)).Single().Elements);
        }

        TestContext.Out.WriteLine(
            $"{model}: {1e3 * time[2].Work:0.00} ms one after the other, {1e3 * time[2].Length:0.00} ms in two lanes; " +
                $"{bytes[1] / 1e6:0.0} MB of values in one lane, {bytes[2] / 1e6:0.0} MB in two");
        Assert.That(time[1].Length, Is.EqualTo(time[1].Work));
        Assert.That(time[2].Length, Is.LessThan(mostTime * time[2].Work));
        Assert.That((double)bytes[2] / bytes[1], Is.InRange(1, mostMemory));
    }

    private static List<string> Train(
        string model, int lanes, Func<LanedDevice, IReadOnlyList<KernelCall>, CallLanes, IReplay> prepare)
    {
        using var cpu = new CpuDevice(1);
        using var threads = new CpuThreads(1);
        using var device = new LanedDevice(cpu, numbers => new CpuKernels(threads, numbers), lanes, prepare);
        using var trainer = GanModel.Create(model == "pix2pix" ? TinyRun.Pix2Pix : TinyRun.CycleGan, device);
        var random = new Random(5);
        for (var step = 0; step < 5; step++)
        {
            using var pair = Batch.OfPair(Noise(), Noise(), ["noise"]);
            trainer.Step(pair, step);
        }

        return [.. trainer.Networks.SelectMany(n => n.Network.NamedTensors(n.Name)).Select(t => $"{t.Name} {Bits(t.Value.ToArray())}")];

        Tensor Noise() => Tensor.From(
            [.. Enumerable.Range(0, 3 * Side * Side).Select(_ => (random.NextSingle() * 2) - 1)], new Shape(1, 3, Side, Side), device);

        static string Bits(float[] numbers) =>
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(MemoryMarshal.AsBytes<float>(numbers)));
    }

    /// <summary>Each pair of calls of which one writes where the other reads or writes is ordered; returns the number of waits.</summary>
    private static int AssertIsOrdered(IReadOnlyList<KernelCall> placed, CallLanes lanes)
    {
        var order = Order(lanes, dropped: null);
        Assert.That(Meetings(placed).Where(pair => !order[pair.Second][pair.First]), Is.Empty);
        for (var call = 0; call < placed.Count; call++)
        {
            Assert.That(lanes.WaitsOf(call), Is.All.LessThan(call));
            Assert.That(lanes.WaitsOf(call).Select(lanes.LaneOf), Has.None.EqualTo(lanes.LaneOf(call)));
        }

        return Enumerable.Range(0, placed.Count).Sum(call => lanes.WaitsOf(call).Count);
    }

    /// <summary>Without any one of the waits, calls that meet in memory are not ordered.</summary>
    private static void AssertIsNeeded(IReadOnlyList<KernelCall> placed, CallLanes lanes)
    {
        var meetings = Meetings(placed).ToList();
        for (var call = 0; call < placed.Count; call++)
        {
            foreach (var awaited in lanes.WaitsOf(call))
            {
                var order = Order(lanes, (call, awaited));
                Assert.That(meetings.Exists(pair => !order[pair.Second][pair.First]), $"{call} need not wait for {awaited}");
            }
        }
    }

    /// <summary>For each call, those that are over before it by lanes and waits, but for a wait that is dropped.</summary>
    private static BitArray[] Order(CallLanes lanes, (int Call, int Awaited)? dropped)
    {
        var before = new BitArray[lanes.Calls];
        var latest = new Dictionary<int, int>();
        for (var call = 0; call < before.Length; call++)
        {
            before[call] = new BitArray(before.Length);
            var waits = lanes.WaitsOf(call).Where(awaited => dropped != (call, awaited));
            foreach (var earlier in latest.TryGetValue(lanes.LaneOf(call), out var last) ? waits.Append(last) : waits)
            {
                before[call].Or(before[earlier]).Set(earlier, true);
            }

            latest[lanes.LaneOf(call)] = call;
        }

        return before;
    }

    private static IEnumerable<(int First, int Second)> Meetings(IReadOnlyList<KernelCall> placed)
    {
        var reads = placed.Select(call => Located(call.Reads)).ToArray();
        var writes = placed.Select(call => Located(call.Writes)).ToArray();
        for (var second = 0; second < placed.Count; second++)
        {
            for (var first = 0; first < second; first++)
            {
                if (Meet(writes[first], reads[second]) || Meet(writes[first], writes[second]) || Meet(reads[first], writes[second]))
                {
                    yield return (first, second);
                }
            }
        }

        static DeviceSpan[] Located(IReadOnlyList<DeviceSpan> spans) =>
            [.. spans.Select(span => span.Storage.Locate(span.Offset, span.Length))];

        static bool Meet(DeviceSpan[] some, DeviceSpan[] others) => Array.Exists(some, a => Array.Exists(
            others, b => a.Storage == b.Storage && a.Offset < b.Offset + b.Length && b.Offset < a.Offset + a.Length));
    }

    /// <summary>The calls in an order that lanes and waits allow: at each time, one of the lanes goes on that need not wait.</summary>
    private static List<int> AllowedOrder(CallLanes lanes, Random random)
    {
        var left = Enumerable.Range(0, lanes.Calls).GroupBy(lanes.LaneOf).Select(lane => new Queue<int>(lane)).ToList();
        var (order, done) = (new List<int>(), new HashSet<int>());
        var (at, more) = (0, 0);
        while (order.Count < lanes.Calls)
        {
            // A lane goes on for some calls, so that lanes come far apart.
            if (more-- <= 0)
            {
                (at, more) = (random.Next(left.Count), random.Next(20));
            }

            if (left[at].TryPeek(out var next) && lanes.WaitsOf(next).All(done.Contains))
            {
                done.Add(left[at].Dequeue());
                order.Add(next);
            }
            else
            {
                more = 0;
            }
        }

        return order;
    }

    /// <summary>Calls on values and on memory that lasts: in place, of parts, into sums, read by several.</summary>
    private static List<KernelCall> RandomCalls(CpuDevice device, Random random, int count)
    {
        const int Length = 64;
        var shape = new Shape(Length);
        var lasting = Enumerable.Range(0, 4).Select(_ => new DeviceSpan(device.Pool.Rent(Length), 0, Length)).ToList();
        Assert.That(lasting.Select(span => span.Storage), Is.Unique);
        var values = new List<DeviceSpan>();
        var calls = new List<KernelCall>();
        for (var i = 0; i < count; i++)
        {
            var (x, other) = (Any(), Any());
            var y = random.Next(5) == 0 ? lasting[random.Next(lasting.Count)] : Value(device, Length);
            switch (random.Next(6))
            {
                case 0 when y != x && y != other:
                    calls.Add(new BinaryCall(BinaryFunction.Maximum, x, shape, other, shape, y, shape));
                    break;
                case 1:
                    calls.Add(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, x));
                    continue;
                case 2 when x != other:
                    calls.Add(new AddScaledCall(0.5f, x, other));
                    continue;
                case 3 when y != x:
                    calls.Add(new FillCall(y, 1));
                    calls.Add(new CopyBlockCall(x, shape, [0], y, shape, [Length / 2], new Shape(Length / 2)));
                    break;
                case 4 when y != x:
                    var half = x with { Length = Length / 2 };
                    calls.Add(new CopyCall(half, y with { Length = Length / 2 }));
                    calls.Add(new CopyCall(half, y with { Offset = Length / 2, Length = Length / 2 }));
                    break;
                default:
                    calls.Add(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, y));
                    break;
            }

            if (y.Storage is TracedStorage)
            {
                values.Add(y);
            }
        }

        calls.Add(new CopyCall(Any(), lasting[0]));
        return calls;

        DeviceSpan Any() => values.Count == 0 || random.Next(8) == 0
            ? lasting[random.Next(lasting.Count)]
            : values[random.Next(Math.Max(0, values.Count - 8), values.Count)];
    }

    private static float[] Numbers(Device device, DeviceSpan span)
    {
        var numbers = new float[span.Length];
        device.Download(span, numbers);
        return numbers;
    }

    private static DeviceSpan Value(Device device, long count) => new(new TracedStorage(device.Pool, count), 0, count);

    private sealed class InAnyOrder(Device device, IReadOnlyList<KernelCall> calls, CallLanes lanes, Random random) : IReplay
    {
        public void Run()
        {
            foreach (var call in AllowedOrder(lanes, random))
            {
                device.OwnKernels.Run(calls[call]);
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class Nothing : IReplay
    {
        public void Run()
        {
        }

        public void Dispose()
        {
        }
    }
}
