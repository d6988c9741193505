using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Training;

/// <summary>Networks, optimisers and pools of a model, and its training step.</summary>
public abstract class GanTrainer : IDisposable
{
    private const float Beta2 = 0.999f;

    private readonly List<(string Name, Module Network)> _networks = [];
    private readonly List<(string Name, Optimizer Optimizer)> _optimizers = [];
    private readonly List<(string Name, ImagePool Pool)> _pools = [];
    private readonly List<(string Name, Tensor Value)> _reported = [];
    private readonly RecordedStep _step;
    private string[] _lossNames = [];
    private (StepLosses? Earlier, StepLosses? Latest) _losses;
    private int _poolMoves;

    protected GanTrainer(TrainingOptions options, Device device)
    {
        var precision = Enum.Parse<ProductPrecision>(options.Precision.ToString());
        if (!device.Supports(precision))
        {
            throw new OptionsException($"--precision {options.Precision.ToString().ToLowerInvariant()} needs a CUDA card with tensor cores (sm_80 or later); {device.Name} computes in fp32");
        }

        device.Precision = precision;
        (Options, Device) = (options, device);
        Random = new RandomState(options.Seed);
        _step = new RecordedStep(device, Compute);
        Mix = DrawMix;
        JoinsForwards = true;
    }

    public TrainingOptions Options { get; }

    public Device Device { get; }

    /// <summary>Networks by the names that checkpoints give them: <c>netG</c>, <c>netD</c>, <c>netG_A</c>, …</summary>
    public IReadOnlyList<(string Name, Module Network)> Networks => _networks;

    /// <summary>Optimisers by name: <c>optG</c>, <c>optD</c>.</summary>
    public IReadOnlyList<(string Name, Optimizer Optimizer)> Optimizers => _optimizers;

    /// <summary>Image pools by name: <c>pool_A</c>, <c>pool_B</c>; none for pix2pix.</summary>
    public IReadOnlyList<(string Name, ImagePool Pool)> Pools => _pools;

    /// <summary>Names of the losses that measure the pictures, lower being better: their sum is what the plateau policy watches.</summary>
    public abstract IReadOnlyList<string> QualityLosses { get; }

    /// <summary>What <see cref="Show"/> shows, from left to right.</summary>
    public abstract IReadOnlyList<string> PictureLabels { get; }

    /// <summary>Learning rate of all optimisers.</summary>
    public float LearningRate
    {
        get => _optimizers[0].Optimizer.LearningRate;
        set => _optimizers.ForEach(o => o.Optimizer.LearningRate = value);
    }

    /// <summary>Steps that were taken by replay so far.</summary>
    internal long Replays => _step.Replays;

    /// <summary>How a gradient penalty mixes real and fake: a number from [0, 1) for each sample of a batch, [N, 1, 1, 1]. Tests put known numbers here.</summary>
    internal Func<Tensor, Tensor> Mix
    {
        get;
        set
        {
            field = value;
            _step.Forget();
        }
    }

    /// <summary>
    /// Whether two batches that one network is to see between two updates go through it as one, where that is exact. Tests compare with the
    /// step that takes one after the other.
    /// </summary>
    internal bool JoinsForwards
    {
        get;
        set
        {
            field = value;
            _step.Forget();
        }
    }

    /// <summary>Random keys of dropout and of penalties; shared by all networks.</summary>
    protected RandomState Random { get; }

    /// <summary>The trainer of a model with fresh weights drawn from the options' seed.</summary>
    public static GanTrainer Create(TrainingOptions options, Device device) => options.Model switch
    {
        ModelKind.Pix2Pix => new Pix2Pix.Pix2PixTrainer(options, device),
        _ => new CycleGan.CycleGanTrainer(options, device),
    };

    /// <summary>One update of all networks.</summary>
    /// <param name="step">how many steps have been taken: decides dropout masks and pool draws</param>
    /// <returns>
    /// the losses before the update, in a fixed order, under way from the device: looking at one waits for this step, but not for the next, which
    /// may have been begun; to be looked at before the one after that
    /// </returns>
    public IReadOnlyList<Loss> Step(Pair pair, long step)
    {
        Random.Step = (uint)step;
        _losses.Earlier?.Dispose();

        // Where the pool shows an image of another size, the step has other shapes than its inputs tell.
        _step.IsEager = !DrawFromPools(pair.A.Shape, pair.B.Shape, step) || Options.Eager;
        var moves = _pools.Sum(p => p.Pool.Moves);
        if (moves != _poolMoves)
        {
            _poolMoves = moves;
            _step.Forget();
        }

        var values = _step.Run(pair.A, pair.B)[0];
        var losses = new StepLosses(_lossNames, values);
        _losses = (_losses.Latest, losses);
        return losses;
    }

    /// <summary>Pictures [N, C, H, W] that show what the networks do with a pair, with their labels, from left to right. Changes nothing.</summary>
    public IReadOnlyList<(string Label, Tensor Picture)> Show(Pair pair)
    {
        using var still = new StillNetworks(_networks.Select(n => n.Network));
        return [.. PictureLabels.Zip(Present(pair.A, pair.B))];
    }

    public void Dispose()
    {
        _losses.Earlier?.Dispose();
        _losses.Latest?.Dispose();
        _step.Dispose();
        _pools.ForEach(p => p.Pool.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>One update of all networks, on [N, C, H, W] and [N, C', H', W']: kernel calls alone, which may be recorded and repeated.</summary>
    protected abstract void Update(Tensor a, Tensor b);

    /// <summary>Draws what the image pools will do with a step's fakes.</summary>
    /// <returns>whether all that they will show has the shape of the fakes</returns>
    protected virtual bool DrawFromPools(Shape a, Shape b, long step) => true;

    /// <summary>One picture for each of <see cref="PictureLabels"/>.</summary>
    protected abstract IReadOnlyList<Tensor> Present(Tensor a, Tensor b);

    /// <summary>Whether both batches go through the network as one.</summary>
    protected bool Joins(Module network, Tensor first, Tensor second) => JoinsForwards && JointForward.IsExact(network, first, second);

    /// <summary>Reports a loss of this step.</summary>
    protected void Report(string name, Tensor value) => _reported.Add((name, value));

    /// <summary>Gives a network its place, its first weights, memory on the device and the run's random keys.</summary>
    protected Module Add(string name, Module network)
    {
        // Each network draws its weights from a seed of its own, or two of one shape would begin alike.
        var seed = Options.Seed + ((ulong)_networks.Count * 0x9E3779B97F4A7C15);
        network.Random = Random;
        _networks.Add((name, network.Initialize(seed, Options.InitType, Options.InitGain).To(Device)));
        return network;
    }

    /// <summary>Adam over some of the networks.</summary>
    protected Adam AddAdam(string name, params IEnumerable<string> networks)
    {
        var parameters = networks.SelectMany(n => _networks.Single(m => m.Name == n).Network.NamedTensors(n + "."))
            .Where(t => t.Tensor.Role == TensorRole.Parameter);
        var adam = new Adam(parameters, Options.Lr, Options.Beta1, Beta2);
        _optimizers.Add((name, adam));
        return adam;
    }

    protected ImagePool AddPool(string name)
    {
        var pool = new ImagePool(Options.PoolSize, Options.Seed, (uint)_pools.Count, Device);
        _pools.Add((name, pool));
        return pool;
    }

    /// <summary>The step, and all its losses in one tensor: one at a time, each would be a wait for the device.</summary>
    private Tensor[] Compute(IReadOnlyList<Tensor> pair)
    {
        _reported.Clear();
        Update(pair[0], pair[1]);
        _lossNames = [.. _reported.Select(l => l.Name)];
        return [TensorOps.Concat(0, [.. _reported.Select(l => l.Value.Detach().Reshape(new Shape(1)))])];
    }

    private Tensor DrawMix(Tensor like) =>
        Tensor.Uniform(Random.Next(Device, RandomStream.Training), new Shape(like.Shape[0], 1, 1, 1), Device);
}
