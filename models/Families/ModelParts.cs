using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>
/// What a model consists of, by name and in the order of its addition: checkpoints hold it, and the model disposes it. Complete before the
/// model's first step, which <see cref="GanModel"/> sees to.
/// </summary>
/// <param name="random">random state of dropout, shared by all networks</param>
internal sealed class ModelParts(TrainingOptions options, Device device, RandomState random) : IDisposable
{
    private readonly List<NamedNetwork> _networks = [];
    private readonly List<NamedOptimizer> _optimizers = [];
    private readonly List<NamedPool> _pools = [];
    private readonly List<NamedValue> _states = [];

    /// <summary>What checkpoints do not hold: numbers of a step, networks that are not trained.</summary>
    private readonly List<IDisposable> _unsaved = [];

    public IReadOnlyList<NamedNetwork> Networks => _networks;

    public IReadOnlyList<NamedOptimizer> Optimizers => _optimizers;

    public IReadOnlyList<NamedPool> Pools => _pools;

    public IReadOnlyList<NamedValue> States => _states;

    public Module Network(string name) => _networks.Single(n => n.Name == name).Network;

    /// <summary>Makes a network, initialises it, moves it to the device and gives it the run's random state.</summary>
    public void Add(NetworkSpec spec)
    {
        var network = spec.Create();

        // Each network has its own seed; otherwise two networks of the same shape would start with equal weights.
        var seed = options.Seed + ((ulong)_networks.Count * 0x9E3779B97F4A7C15);
        network.Random = random;
        network.Initialize(seed, spec.InitType ?? options.InitType, spec.InitGain ?? options.InitGain).To(device);
        _networks.Add(new NamedNetwork(spec.Name, network));
    }

    /// <summary>An optimiser over the parameters of some networks.</summary>
    /// <param name="name">in checkpoints</param>
    /// <param name="create">makes it; its learning rate sets its ratio to the run's</param>
    /// <param name="networks">by name</param>
    public T AddOptimizer<T>(string name, Func<IEnumerable<NamedTensor>, T> create, IEnumerable<string> networks)
        where T : Optimizer
    {
        var tensors = networks.SelectMany(n => Network(n).NamedTensors(n + "."));
        var optimizer = create(tensors.Where(t => t.Tensor.Role == TensorRole.Parameter));
        _optimizers.Add(new NamedOptimizer(name, optimizer) { RateFactor = optimizer.LearningRate / options.Lr });
        return optimizer;
    }

    public Tensor AddState(string name, Shape shape, float initial)
    {
        var state = Tensor.Full(shape, initial, device).Keep();
        _states.Add(new NamedValue(name, state));
        return state;
    }

    public ImagePool AddPool(string name, int size)
    {
        var pool = new ImagePool(size, options.Seed, (uint)_pools.Count, device);
        _pools.Add(new NamedPool(name, pool));
        return pool;
    }

    public StepNumber AddNumber() => Own(new StepNumber(device));

    /// <summary>Has something disposed with the model.</summary>
    public T Own<T>(T owned)
        where T : IDisposable
    {
        _unsaved.Add(owned);
        return owned;
    }

    /// <summary>Sets the run's learning rate; each optimiser keeps its ratio to it.</summary>
    public void SetLearningRate(float rate)
    {
        foreach (var named in _optimizers)
        {
            named.Optimizer.LearningRate = rate * named.RateFactor;
        }
    }

    public void Dispose()
    {
        _pools.ForEach(p => p.Pool.Dispose());
        _states.ForEach(s => s.Value.Dispose());
        _optimizers.ForEach(o => o.Optimizer.Dispose());
        _networks.ForEach(n => n.Network.Dispose());
        _unsaved.ForEach(o => o.Dispose());
    }
}
