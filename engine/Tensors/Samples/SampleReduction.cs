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
/// Takes steps sample by sample, by this process or by several: each sample is a batch of its own, and where an optimiser would change its
/// parameters, the gradients of all samples are added up by a binary tree over the samples' numbers (<see cref="SampleTree"/>). How many
/// ranks share the samples changes no bit of the result.
/// </summary>
/// <remarks>
/// The code of a step is run once a sample, in lockstep: each run stops where the samples meet. What a run has done to its modules so far,
/// and how far its random numbers have come, is its own; the parameters are all the samples'.
/// </remarks>
/// <param name="ranks">who shares the samples</param>
/// <param name="modules">what the step trains</param>
/// <param name="states">further tensors that a step may change</param>
/// <param name="random">where the step draws from: each sample has a part of the step's draws</param>
/// <param name="device">where the step runs</param>
/// <param name="shortGradients">
/// whether gradients and their sums are rounded to the upper 16 bits of a float: half the bytes between ranks
/// </param>
/// <param name="synchronisesNorms">
/// whether batch norm takes its statistics of the samples of all ranks; else of those of its own rank, and the result depends on who has
/// which
/// </param>
public sealed class SampleReduction(
    IRanks ranks, IReadOnlyList<Module> modules, IReadOnlyList<Tensor> states, RandomState random, Device device,
    bool shortGradients = false, bool synchronisesNorms = true) : IGradientMeeting
{
    /// <summary>Draws of a sample in a step; its number is above.</summary>
    private const int BitsOfDraws = 16;

    [ThreadStatic]
    private static SampleReduction? s_current;

    /// <summary>Of what part of the step's samples norms take their statistics in this thread; null for all.</summary>
    [ThreadStatic]
    private static SamplePart? s_part;

    private readonly TreeExchange _exchange = new(ranks);
    private readonly BackgroundExchanges _underWay = new();
    private readonly Dictionary<Optimizer, GradientLayout> _layouts = [];
    private SampleShare _share;
    private Lockstep _lockstep = new(1);
    private SampleTree? _tree;
    private ModuleMoment[] _moments = [];
    private uint[] _draws = [];
    private Action<int> _turn = static _ => { };

    /// <summary>What the samples of this rank brought to a meeting.</summary>
    private Tensor?[] _brought = [];

    private IReadOnlyList<Tensor> _handedOut = [];

    /// <summary>Of gradients, from the first of them that a sample brings on; null between meetings.</summary>
    private GradientMeeting? _gradients;

    /// <summary>What the first sample here brought to a meeting of numbers: their sum goes there.</summary>
    private float[] _first = [];

    /// <summary>Of the thread that takes the step, which those of the samples go on with.</summary>
    private OpProfile? _profile;

    /// <summary>Of what the samples brought last.</summary>
    private float[] _means = [];

    /// <summary>Whose sample this thread computes with; null where it is none's.</summary>
    internal static SampleReduction? Current => s_current;

    /// <summary>
    /// Of how many samples norms take their statistics, and what this one counts in the mean over all of the step's.
    /// </summary>
    internal (int Count, float Weight) OfNorms => s_part is { } part
        ? (part.Count, part.WeightOf(Math.Min(_share.First + _lockstep.Current, Total - 1), Total))
        : (synchronisesNorms ? Total : _moments.Length, 1);

    /// <summary>Samples of the step that is to be taken, those of all ranks.</summary>
    public int Total => _share.Total;

    /// <summary>Says which samples the next step has here.</summary>
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
    /// what is done for the i-th sample here, and what it reports: the same count of numbers each time. A rank without a sample does it for
    /// one that counts nothing.
    /// </param>
    /// <param name="turn">told which of them goes on, each time one does</param>
    /// <returns>the means of what was reported, over the samples of all ranks</returns>
    public float[] Run(Func<int, float[]> step, Action<int> turn)
    {
        var (parameters, buffers) = Tensors();
        var count = Math.Max(_share.Count, 1);
        (_lockstep, _turn, _tree) = (new Lockstep(count), turn, null);
        (_brought, _draws) = (new Tensor?[count], new uint[count]);
        foreach (var module in modules)
        {
            module.ClearGradients();
        }

        var before = new ModuleMoment(parameters, buffers);
        before.Take();
        (_gradients, _profile) = (null, OpProfile.Current);
        _moments = [.. Enumerable.Range(0, count).Select(_ => new ModuleMoment(parameters, buffers))];
        float[] means = [];
        _lockstep.Run(i =>
        {
            (s_current, OpProfile.Current) = (this, _profile); // The thread ends with its sample.
            using var apart = LayerFusion.Off(); // A norm may meet other samples before what follows it.
            random.Draws = (uint)(_share.First + i) << BitsOfDraws;
            before.Put();
            turn(i);
            var reported = step(i);
            var numbers = new float[reported.Length + buffers.Sum(b => b.Count)];
            reported.CopyTo(numbers.AsSpan());
            before.MovesTo(numbers.AsSpan(reported.Length));
            Meet(numbers, sum =>
            {
                means = sum[..reported.Length];
                before.Move(sum.AsSpan(reported.Length));
                Array.ForEach(_moments, moment => moment.Take()); // All samples end with this.
            });
        });
        return means;
    }

    /// <summary>
    /// Where ranks share the samples: takes a gradient that is final, and as soon as a piece of the gradients is there of all samples here,
    /// its exchange goes on while the backward does.
    /// </summary>
    public void Complete(Optimizer optimizer, int parameter)
    {
        if (ranks.Count > 1)
        {
            var meeting = MeetingOf(optimizer);
            meeting.Bring(_lockstep.Current, parameter);
            Push(meeting, all: false);
        }
    }

    /// <inheritdoc/>
    public void Meet(Optimizer optimizer, Action update)
    {
        var meeting = MeetingOf(optimizer);
        meeting.BringRest(_lockstep.Current);
        optimizer.ClearGradients();
        Push(meeting, all: true);
        if (IsLast)
        {
            _underWay.Finish();
            _gradients = null;
            var layout = LayoutOf(optimizer);
            var starts = layout.Starts;
            Order(layout, meeting);
            meeting.End(means =>
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

        PassTurn();
    }

    /// <summary>
    /// Lets norms take their statistics of a part of the step's samples until the result is disposed. The others go through the networks,
    /// too, and count nothing.
    /// </summary>
    public static IDisposable Among(SamplePart part) => new PartScope(part);

    /// <summary>
    /// Brings a tensor, and gets one in return that depends on those of all samples: those before and behind it, of other ranks, too.
    /// </summary>
    /// <param name="own">without history</param>
    /// <param name="together">makes one for each sample out of theirs; each rank does the same</param>
    public Tensor Exchange(Tensor own, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> together)
    {
        var number = _lockstep.Current;
        _brought[number] = own;
        if (IsLast)
        {
            _underWay.Finish();
            _handedOut = together(TensorGathering.Of(ranks, [.. _brought.Take(_share.Count).Select(t => t!)], device));
        }

        PassTurn();
        return _handedOut[Math.Min(_share.First + number, _share.Total - 1)];
    }

    /// <summary>Rows of all ranks, one behind the other in the ranks' order. Outside of steps; all ranks call this.</summary>
    /// <param name="own">rows [N, …] of this rank, without history; none where it has no sample</param>
    public Tensor Gather(IReadOnlyList<Tensor> own) => TensorOps.Concat(0, [.. TensorGathering.Of(ranks, [.. own], device)]);

    /// <summary>
    /// The mean of what all samples bring; differentiable: the gradient of what one brings is the mean of those that all have.
    /// </summary>
    /// <param name="own">of this sample; of the same shape for all</param>
    public Tensor Mean(Tensor own) => Op.Run(new SampleMeanOp(this, ofAllRanks: true), own);

    /// <summary>The same for a norm's statistics: of the samples of this rank alone where norms are not synchronised.</summary>
    internal Tensor MeanOfNorm(Tensor own) => Op.Run(new SampleMeanOp(this, synchronisesNorms), own);

    /// <summary>Writes the mean of what all samples bring.</summary>
    /// <param name="own">of this sample</param>
    /// <param name="mean">where it goes, of the same shape</param>
    /// <param name="ofAllRanks">else of the samples of this rank</param>
    internal void Mean(Tensor own, Tensor mean, bool ofAllRanks)
    {
        var numbers = new float[own.Count];
        device.Download(own.Span, numbers);
        if (ofAllRanks)
        {
            Meet(numbers, means => _means = means);
        }
        else
        {
            MeetHere(numbers);
        }

        device.Upload(_means, mean.Span);
    }

    private bool IsLast => _lockstep.Current == _moments.Length - 1;

    private GradientLayout LayoutOf(Optimizer optimizer)
    {
        if (!_layouts.TryGetValue(optimizer, out var layout))
        {
            _layouts.Add(optimizer, layout = new GradientLayout(optimizer.Parameters));
        }

        return layout;
    }

    private GradientMeeting MeetingOf(Optimizer optimizer)
    {
        _gradients ??= new GradientMeeting(optimizer, LayoutOf(optimizer), _share, shortGradients, device);
        return _gradients.Optimizer == optimizer ? _gradients : throw new InvalidOperationException(
            "samples bring gradients to two optimisers at once: what a step does depends on its sample");
    }

    /// <summary>The first meeting shows which gradients come first: the next ones exchange them in that order.</summary>
    private void Order(GradientLayout layout, GradientMeeting meeting)
    {
        if (ranks.Count > 1 && !layout.IsOrdered)
        {
            var order = MemoryMarshal.AsBytes<int>([.. meeting.OrderOfArrival()]).ToArray();
            layout.Order(MemoryMarshal.Cast<byte, int>(ranks.Broadcast(order)).ToArray());
        }
    }

    /// <summary>Adds pieces of the gradients of the sample that has its turn; those that are whole then go to the other ranks.</summary>
    private void Push(GradientMeeting meeting, bool all)
    {
        foreach (var piece in meeting.Push(_lockstep.Current, all))
        {
            if (IsLast && ranks.Count == 1)
            {
                Sum(meeting.Tree(piece), meeting.SumOf(piece));
            }
            else if (IsLast)
            {
                _underWay.Begin(() => Sum(meeting.Tree(piece), meeting.SumOf(piece)));
            }
        }
    }

    /// <summary>Adds up what the samples bring, hands the last one the means, and lets all go on.</summary>
    private void Meet(float[] numbers, Action<float[]> together)
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
            _underWay.Finish();
            Sum(_tree, _first);
            _tree = null;
            Divide(_first, _share.Total);
            together(_first);
        }

        PassTurn();
    }

    /// <summary>The same among the samples of this rank; where it has none, the one that counts nothing is by itself.</summary>
    private void MeetHere(float[] numbers)
    {
        var number = _lockstep.Current;
        _tree ??= new SampleTree(_moments.Length);
        _tree.Push(number, number + 1, numbers);
        if (IsLast)
        {
            _means = _tree.Sum.ToArray();
            _tree = null;
            Divide(_means, _moments.Length);
        }

        PassTurn();
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

    private void PassTurn()
    {
        var number = _lockstep.Current;
        _moments[number].Take();
        _draws[number] = random.Draws;
        var layer = OpProfile.CurrentLayer;
        _lockstep.Meet();
        OpProfile.CurrentLayer = layer;
        random.Draws = _draws[number];
        _moments[number].Put();
        _turn(number);
    }

    private (ModuleTensor[] Parameters, Tensor[] Buffers) Tensors()
    {
        var tensors = modules.SelectMany(m => m.NamedTensors()).Select(t => t.Tensor).Distinct().ToList();
        return (
            [.. tensors.Where(t => t.Role == TensorRole.Parameter)],
            [.. tensors.Where(t => t.Role != TensorRole.Parameter).Select(t => t.Value), .. states]);
    }

    /// <summary>As long as it is there, norms see a part.</summary>
    private sealed class PartScope : IDisposable
    {
        private readonly SamplePart? _before = s_part;

        public PartScope(SamplePart part) => s_part = part;

        public void Dispose() => s_part = _before;
    }
}
