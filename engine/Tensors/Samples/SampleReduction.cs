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
public sealed class SampleReduction(
    IRanks ranks, IReadOnlyList<Module> modules, IReadOnlyList<Tensor> states, RandomState random, Device device,
    bool shortGradients = false) : IGradientMeeting
{
    /// <summary>Draws of a sample in a step; its number is above.</summary>
    private const int BitsOfDraws = 16;

    [ThreadStatic]
    private static SampleReduction? s_current;

    private SampleShare _share;
    private Lockstep _lockstep = new(1);
    private SampleTree? _tree;
    private ModuleMoment[] _moments = [];
    private uint[] _draws = [];
    private Action<int> _turn = static _ => { };

    /// <summary>What the samples of this rank brought to a meeting.</summary>
    private Tensor?[] _brought = [];

    private IReadOnlyList<Tensor> _handedOut = [];

    /// <summary>Of what the samples brought last.</summary>
    private float[] _means = [];

    /// <summary>Whose sample this thread computes with; null where it is none's.</summary>
    internal static SampleReduction? Current => s_current;

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
        _moments = [.. Enumerable.Range(0, count).Select(_ => new ModuleMoment(parameters, buffers))];
        float[] means = [];
        _lockstep.Run(i =>
        {
            s_current = this; // The thread ends with its sample.
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

    /// <inheritdoc/>
    public void Meet(Optimizer optimizer, Action update)
    {
        // After the gradients: how many samples there are that have one of a parameter.
        var parameters = optimizer.Parameters;
        var numbers = new float[parameters.Sum(p => p.Tensor.Shape.Count) + parameters.Count];
        var at = 0;
        for (var i = 0; i < parameters.Count; i++)
        {
            var length = (int)parameters[i].Tensor.Shape.Count;
            if (parameters[i].Tensor.RequiresGrad && parameters[i].Value.Gradient is { } gradient)
            {
                device.Download(gradient.Span, numbers.AsSpan(at, length));
                numbers[numbers.Length - parameters.Count + i] = 1;
            }

            at += length;
        }

        optimizer.ClearGradients();
        Meet(numbers, means =>
        {
            var from = 0;
            for (var i = 0; i < parameters.Count; i++)
            {
                var length = (int)parameters[i].Tensor.Shape.Count;
                if (means[means.Length - parameters.Count + i] > 0)
                {
                    parameters[i].Value.Variable!.Gradient = Tensor.From(
                        means.AsSpan(from, length), parameters[i].Tensor.Shape, device);
                }

                from += length;
            }

            update();
            optimizer.ClearGradients();
        }, shortGradients);
    }

    /// <summary>
    /// Brings a tensor, and gets one in return that depends on those of all samples: those before and behind it, of other ranks, too.
    /// </summary>
    /// <param name="own">without history</param>
    /// <param name="together">makes one for each sample out of theirs; each rank does the same</param>
    public Tensor Exchange(Tensor own, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> together)
    {
        var number = _lockstep.Current;
        _brought[number] = own;
        if (number == _brought.Length - 1)
        {
            _handedOut = together(TensorGathering.Of(ranks, [.. _brought.Take(_share.Count).Select(t => t!)], device));
        }

        PassTurn();
        return _handedOut[Math.Min(_share.First + number, _share.Total - 1)];
    }

    /// <summary>
    /// The mean of what all samples bring; differentiable: the gradient of what one brings is the mean of those that all have.
    /// </summary>
    /// <param name="own">of this sample; of the same shape for all</param>
    public Tensor Mean(Tensor own) => Op.Run(new SampleMeanOp(this), own);

    /// <summary>Writes the mean of what all samples bring.</summary>
    /// <param name="own">of this sample</param>
    /// <param name="mean">where it goes, of the same shape</param>
    internal void Mean(Tensor own, Tensor mean)
    {
        var numbers = new float[own.Count];
        device.Download(own.Span, numbers);
        Meet(numbers, means => _means = means);
        device.Upload(_means, mean.Span);
    }

    /// <summary>Adds up what the samples bring, hands the last one the means, and lets all go on.</summary>
    private void Meet(float[] numbers, Action<float[]> together, bool isShort = false)
    {
        var number = _lockstep.Current;
        _tree ??= new SampleTree(_share.Total, isShort);
        if (number < _share.Count)
        {
            _tree.Push(_share.First + number, _share.First + number + 1, numbers);
        }

        if (number == _moments.Length - 1)
        {
            var sum = TreeExchange.Sum(ranks, _share, _tree, numbers.Length);
            _tree = null;
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] /= _share.Total;
            }

            together(sum);
        }

        PassTurn();
    }

    private void PassTurn()
    {
        var number = _lockstep.Current;
        _moments[number].Take();
        _draws[number] = random.Draws;
        _lockstep.Meet();
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
}
