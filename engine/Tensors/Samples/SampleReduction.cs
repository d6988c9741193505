using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Data-parallel training, sample by sample, on one or several ranks. Each sample is a batch of one. Before an optimiser updates its
/// parameters, the gradients of all samples are summed by a binary tree over the samples' indices (<see cref="SampleTree"/>): the result
/// has the same bits for any number of ranks.
/// </summary>
/// <remarks>
/// A step's code runs once per sample, in lockstep (<see cref="Lockstep"/>): each run waits at every reduction. Gradients, buffers and
/// random draws belong to one run; the parameters are shared.
/// </remarks>
/// <param name="ranks">the ranks that share the samples</param>
/// <param name="modules">the modules that the step trains</param>
/// <param name="states">further tensors that a step may change</param>
/// <param name="random">the step's random state: each sample has its own range of draws</param>
/// <param name="device">the device of the step</param>
/// <param name="bfloat16Gradients">whether gradients and their sums are rounded to bfloat16: half the bytes between ranks</param>
/// <param name="synchronisesNorms">
/// whether batch norm's statistics are over the samples of all ranks; else over those of the own rank, and the result depends on the number
/// of ranks
/// </param>
internal sealed class SampleReduction(
    IRanks ranks, IReadOnlyList<Module> modules, IReadOnlyList<Tensor> states, RandomState random, Device device,
    bool bfloat16Gradients = false, bool synchronisesNorms = true)
{
    /// <summary>The low bits of a draw's number count the draws of a sample; the high bits are the sample's index.</summary>
    private const int BitsOfDraws = 16;

    private readonly TreeExchange _exchange = new(ranks);
    private readonly BackgroundExchanges _background = new();
    private readonly Dictionary<Optimizer, GradientLayout> _layouts = [];
    private SampleShare _share;
    private Lockstep _lockstep = new(1);
    private SampleTree? _tree;
    private ModuleSnapshot[] _snapshots = [];
    private uint[] _draws = [];

    /// <summary>The samples over which norms take their statistics, by sample of this rank; null for all.</summary>
    private SamplePart?[] _parts = [];

    private Action<int> _turn = static _ => { };

    /// <summary>Inputs of <see cref="Exchange"/>, by sample of this rank.</summary>
    private Tensor?[] _exchanged = [];

    /// <summary>Results of <see cref="Exchange"/>, by sample of the batch.</summary>
    private IReadOnlyList<Tensor> _results = [];

    /// <summary>The gradient reduction in progress, from a sample's first gradient on; else null.</summary>
    private PendingReduction? _pending;

    /// <summary>The first sample's input of <see cref="AllReduce"/>: the sum is written there.</summary>
    private float[] _first = [];

    /// <summary>The profile of the thread that called <see cref="Run"/>; the threads of the samples add to it.</summary>
    private OpProfile? _profile;

    /// <summary>The result of the latest <see cref="Mean(Tensor, Tensor, bool)"/>.</summary>
    private float[] _means = [];

    /// <summary>
    /// The number of samples over which norms take their statistics, and the weight of the current one in the mean over all samples.
    /// </summary>
    internal (int Count, float Weight) NormSamples => _parts[_lockstep.Current] is { } part
        ? (part.Count, part.WeightOf(Math.Min(_share.First + _lockstep.Current, Total - 1), Total))
        : (synchronisesNorms ? Total : _snapshots.Length, 1);

    /// <summary>Number of samples of the next step, on all ranks.</summary>
    public int Total => _share.Total;

    /// <summary>Sets the samples of this rank in the next step.</summary>
    /// <exception cref="ArgumentException">a step has more samples than can have random numbers of their own</exception>
    public void Begin(SampleShare share)
    {
        if (share.Total > 1 << (32 - BitsOfDraws))
        {
            throw new ArgumentException(
                $"a step of {share.Total} samples; at most {1 << (32 - BitsOfDraws)} have random numbers of their own");
        }

        _share = share;
    }

    /// <summary>Takes the step.</summary>
    /// <param name="step">
    /// computes the i-th sample of this rank and returns what it reports, equally many numbers for every sample. A rank without a sample
    /// computes a dummy one, which adds nothing.
    /// </param>
    /// <param name="turn">called with the index of a sample each time its run starts or goes on</param>
    /// <returns>the means of the reported numbers over the samples of all ranks</returns>
    public float[] Run(Func<int, float[]> step, Action<int> turn)
    {
        var (parameters, buffers) = Tensors();
        var count = Math.Max(_share.Count, 1);
        (_lockstep, _turn, _tree) = (new Lockstep(count), turn, null);
        (_exchanged, _draws, _parts) = (new Tensor?[count], new uint[count], new SamplePart?[count]);
        foreach (var module in modules)
        {
            module.ClearGradients();
        }

        var before = new ModuleSnapshot(parameters, buffers);
        before.Capture();
        (_pending, _profile) = (null, OpProfile.Current);
        _snapshots = [.. Enumerable.Range(0, count).Select(_ => new ModuleSnapshot(parameters, buffers))];
        float[] means = [];
        List<BatchNorm2d> norms = [.. modules.SelectMany(m => m.Descendants()).OfType<BatchNorm2d>()];
        norms.ForEach(norm => norm.Samples = this);
        try
        {
            _lockstep.Run(Sample);
        }
        finally
        {
            norms.ForEach(norm => norm.Samples = null);
        }

        return means;

        void Sample(int i)
        {
            OpProfile.Current = _profile; // The thread ends with its sample.
            random.Draws = (uint)(_share.First + i) << BitsOfDraws;
            before.Restore();
            turn(i);
            var reported = step(i);
            var numbers = new float[reported.Length + buffers.Sum(b => b.Count)];
            reported.CopyTo(numbers.AsSpan());
            before.WriteDeltas(numbers.AsSpan(reported.Length));
            AllReduce(numbers, sum =>
            {
                means = sum[..reported.Length];
                before.ApplyDeltas(sum.AsSpan(reported.Length));
                Array.ForEach(_snapshots, snapshot => snapshot.Capture()); // All samples end with this state.
            });
        }
    }

    /// <summary>
    /// Called during the backward pass, before <see cref="Reduce"/>, when a parameter's gradient is final. With several ranks: a bucket
    /// that all samples of this rank have completed is exchanged while the pass goes on.
    /// </summary>
    /// <param name="optimizer">the optimiser that owns the parameter</param>
    /// <param name="parameter">index in <see cref="Optimizer.Parameters"/></param>
    public void GradientReady(Optimizer optimizer, int parameter)
    {
        if (ranks.Count > 1)
        {
            var pending = PendingOf(optimizer);
            pending.Add(_lockstep.Current, parameter);
            Push(pending, all: false);
        }
    }

    /// <summary>Contributes this sample's gradients; returns when the step has been taken for all samples.</summary>
    /// <param name="optimizer">the optimiser whose gradients are reduced</param>
    /// <param name="update">takes the step by the reduced gradients, which the parameters then hold; called once for all samples</param>
    public void Reduce(Optimizer optimizer, Action update)
    {
        var pending = PendingOf(optimizer);
        pending.AddRemaining(_lockstep.Current);
        optimizer.ClearGradients();
        Push(pending, all: true);
        if (IsLast)
        {
            _background.Finish();
            _pending = null;
            var layout = LayoutOf(optimizer);
            var starts = layout.Starts;
            Order(layout, pending);
            pending.End(means =>
            {
                Divide(means, _share.Total);
                for (var i = 0; i < optimizer.Parameters.Count; i++)
                {
                    if (means[starts[^1] + i] > 0)
                    {
                        optimizer.Parameters[i].Value.Variable!.Gradient = Tensor.From(
                            means.AsSpan(starts[i]..starts[i + 1]), optimizer.Parameters[i].Tensor.Shape, device);
                    }
                }
            });
            update();
            optimizer.ClearGradients();
        }

        Synchronize();
    }

    /// <summary>
    /// Restricts the statistics of norms to a part of the step's samples until the result is disposed. The other samples still go through
    /// the networks, but do not count.
    /// </summary>
    public IDisposable NormalizeOver(SamplePart part) => new PartScope(_parts, _lockstep.Current, part);

    /// <summary>Exchanges a tensor of each sample for one that is computed from the tensors of all samples, on all ranks.</summary>
    /// <param name="own">this sample's tensor, without history</param>
    /// <param name="together">maps the tensors of all samples to one result per sample; every rank computes the same</param>
    /// <returns>this sample's result</returns>
    public Tensor Exchange(Tensor own, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> together)
    {
        var number = _lockstep.Current;
        _exchanged[number] = own;
        if (IsLast)
        {
            _background.Finish();
            _results = together(TensorGathering.Of(ranks, [.. _exchanged.Take(_share.Count).Select(t => t!)], device));
        }

        Synchronize();
        return _results[Math.Min(_share.First + number, _share.Total - 1)];
    }

    /// <summary>All-gather: the rows of all ranks, in the order of the ranks. Outside of steps; all ranks call it.</summary>
    /// <param name="own">rows [N, …] of this rank, without history; empty if it has no sample</param>
    public Tensor Gather(IReadOnlyList<Tensor> own) => TensorOps.Concat(0, [.. TensorGathering.Of(ranks, [.. own], device)]);

    /// <summary>The mean of a tensor over all samples. Differentiable: a sample's gradient is the mean of those of all samples.</summary>
    /// <param name="own">this sample's tensor; the same shape for all samples</param>
    public Tensor Mean(Tensor own) => Op.Run(new SampleMeanOp(this, ofAllRanks: true), own);

    /// <summary>
    /// The mean over the samples of a step of tensors [rows, …] in which each sample sets one row; the others are 0. Differentiable.
    /// </summary>
    /// <param name="row">this sample's row, [1, …]</param>
    /// <param name="index">the row's index</param>
    /// <param name="rows">number of rows</param>
    public Tensor MeanOfRows(Tensor row, int index, int rows)
    {
        List<Tensor> parts = [row];
        if (index > 0)
        {
            parts.Insert(0, Tensor.Zeros(row.Shape.With(0, index), device));
        }

        if (index < rows - 1)
        {
            parts.Add(Tensor.Zeros(row.Shape.With(0, rows - 1 - index), device));
        }

        return Mean(rows == 1 ? row : TensorOps.Concat(0, [.. parts]));
    }

    /// <summary>The same for a norm's statistics: over this rank's samples alone if norms are not synchronised.</summary>
    internal Tensor MeanOfNorm(Tensor own) => Op.Run(new SampleMeanOp(this, synchronisesNorms), own);

    /// <summary>Writes the mean over the samples.</summary>
    /// <param name="own">this sample's tensor</param>
    /// <param name="mean">receives the mean; the same shape</param>
    /// <param name="ofAllRanks">over the samples of all ranks; else of this rank</param>
    internal void Mean(Tensor own, Tensor mean, bool ofAllRanks)
    {
        var numbers = new float[own.Count];
        device.Download(own.Span, numbers);
        if (ofAllRanks)
        {
            AllReduce(numbers, means => _means = means);
        }
        else
        {
            ReduceHere(numbers);
        }

        device.Upload(_means, mean.Span);
    }

    private bool IsLast => _lockstep.Current == _snapshots.Length - 1;

    private GradientLayout LayoutOf(Optimizer optimizer)
    {
        if (!_layouts.TryGetValue(optimizer, out var layout))
        {
            _layouts.Add(optimizer, layout = new GradientLayout(optimizer.Parameters));
        }

        return layout;
    }

    private PendingReduction PendingOf(Optimizer optimizer)
    {
        _pending ??= new PendingReduction(optimizer, LayoutOf(optimizer), _share, bfloat16Gradients, device);
        return _pending.Optimizer == optimizer ? _pending : throw new InvalidOperationException(
            "the samples of a step reduce the gradients of two optimisers at once: a step must do the same for every sample");
    }

    /// <summary>Orders the buckets by the first reduction, in which gradients become ready in the order of the backward pass.</summary>
    private void Order(GradientLayout layout, PendingReduction pending)
    {
        if (ranks.Count > 1 && !layout.IsOrdered)
        {
            var order = MemoryMarshal.AsBytes<int>([.. pending.OrderOfArrival()]).ToArray();
            layout.Order(MemoryMarshal.Cast<byte, int>(ranks.Broadcast(order)).ToArray());
        }
    }

    /// <summary>Pushes the current sample's complete buckets; the last sample of this rank starts their exchange.</summary>
    private void Push(PendingReduction pending, bool all)
    {
        foreach (var bucket in pending.Push(_lockstep.Current, all))
        {
            if (IsLast && ranks.Count == 1)
            {
                Sum(pending.Tree(bucket), pending.SumOf(bucket));
            }
            else if (IsLast)
            {
                _background.Begin(() => Sum(pending.Tree(bucket), pending.SumOf(bucket)));
            }
        }
    }

    /// <summary>Means over the samples of all ranks; a barrier for the samples of this one.</summary>
    /// <param name="numbers">this sample's numbers</param>
    /// <param name="together">called with the means in the run of this rank's last sample, before any sample goes on</param>
    private void AllReduce(float[] numbers, Action<float[]> together)
    {
        var number = _lockstep.Current;
        _tree ??= new SampleTree(_share.Total);
        _first = number == 0 ? numbers : _first;
        if (number < _share.Count)
        {
            _tree.Push(_share.First + number, _share.First + number + 1, numbers);
        }

        if (IsLast)
        {
            _background.Finish();
            Sum(_tree, _first);
            _tree = null;
            Divide(_first, _share.Total);
            together(_first);
        }

        Synchronize();
    }

    /// <summary>Means over the samples of this rank, into <see cref="_means"/>; a dummy sample counts where it is the only one.</summary>
    private void ReduceHere(float[] numbers)
    {
        var number = _lockstep.Current;
        _tree ??= new SampleTree(_snapshots.Length);
        _tree.Push(number, number + 1, numbers);
        if (IsLast)
        {
            _means = _tree.Sum.ToArray();
            _tree = null;
            Divide(_means, _snapshots.Length);
        }

        Synchronize();
    }

    private void Sum(SampleTree tree, Memory<float> sum)
    {
        var start = Stopwatch.GetTimestamp();
        var sent = _exchange.Sum(_share, tree, sum);
        if (sent > 0)
        {
            _profile?.Add(new ExchangeTiming(sent, start, Stopwatch.GetElapsedTime(start)));
        }
    }

    private static void Divide(Span<float> numbers, float by)
    {
        var many = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        foreach (ref var some in many)
        {
            some /= new Vector<float>(by);
        }

        foreach (ref var number in numbers[(many.Length * Vector<float>.Count)..])
        {
            number /= by;
        }
    }

    /// <summary>The barrier of the samples of this rank: saves the state of this run, and restores it when the run goes on.</summary>
    private void Synchronize()
    {
        var number = _lockstep.Current;
        _snapshots[number].Capture();
        _draws[number] = random.Draws;
        var layer = OpProfile.CurrentLayer;
        _lockstep.Synchronize();
        OpProfile.CurrentLayer = layer;
        random.Draws = _draws[number];
        _snapshots[number].Restore();
        _turn(number);
    }

    private (ModuleTensor[] Parameters, Tensor[] Buffers) Tensors()
    {
        var tensors = modules.SelectMany(m => m.NamedTensors()).Select(t => t.Tensor).Distinct().ToList();
        return (
            [.. tensors.Where(t => t.Role == TensorRole.Parameter)],
            [.. tensors.Where(t => t.Role != TensorRole.Parameter).Select(t => t.Value), .. states]);
    }

    /// <summary>Sets the part of a sample until it is disposed.</summary>
    private sealed class PartScope : IDisposable
    {
        private readonly SamplePart?[] _parts;
        private readonly int _sample;
        private readonly SamplePart? _before;

        public PartScope(SamplePart?[] parts, int sample, SamplePart part)
        {
            (_parts, _sample, _before) = (parts, sample, parts[sample]);
            parts[sample] = part;
        }

        public void Dispose() => _parts[_sample] = _before;
    }
}
