using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A family's networks with their weights, its optimisers and image pools, and its training step. A family derives from it, gets its
/// networks by name, creates its optimisers, and implements the step in <see cref="Update"/>; this class does recording, replay, losses and
/// checkpoints. For one thread at a time, that of its device.
/// </summary>
public abstract partial class GanModel : IDisposable
{
    private const float Beta2 = 0.999f;

    private readonly List<NamedNetwork> _networks = [];
    private readonly List<NamedOptimizer> _optimizers = [];

    /// <summary>For each optimiser, the ratio of its learning rate to the run's.</summary>
    private readonly List<float> _rateFactors = [];

    private readonly List<NamedPool> _pools = [];

    private readonly List<NamedValue> _states = [];
    private readonly List<StepNumber> _numbers = [];

    /// <summary>The phases of the steps, each recorded at its first step and replayed from then on.</summary>
    private readonly Dictionary<string, RecordedPhase> _phases = [];

    private readonly GeneratorEma _ema;

    private readonly ProductPrecision _precision;

    /// <summary>How the device selects kernels for the model.</summary>
    private TuningMode _tuning;

    /// <summary>Losses reported in this step so far; with split samples, those of the current sample.</summary>
    private ReportedLosses _reported = new();

    private int _stage;
    private float _stepFactor = 1;
    private (StepLosses? Earlier, StepLosses? Latest) _losses;
    private int _poolRelocations;
    private bool _isDisposed;

    /// <summary>What holds memory besides: networks that are not trained.</summary>
    private readonly List<IDisposable> _owned = [];

    protected GanModel(Family family, TrainingOptions options, Device device)
    {
        _precision = Enum.Parse<ProductPrecision>(options.Precision.ToString());
        if (!device.Supports(_precision))
        {
            throw new OptionsException(
                $"--precision {options.Precision.ToString().ToLowerInvariant()} needs a CUDA card with tensor cores (sm_80 or later); " +
                    $"{device.Name} computes in fp32");
        }

        _tuning = options.Tune ? TuningMode.FirstUse : TuningMode.Table;
        (Options, Device) = (options, device);
        _ema = new GeneratorEma(this, network => IsAveragedIn(_stage, network));
        Random = new RandomState(options.Seed);
        LearningRate = options.Lr;
        Mix = like => Uniform("mix", new Shape([like.Shape[0], .. Enumerable.Repeat(1, like.Shape.Rank - 1)]));
        JoinsForwards = true;
        Family = family;
        foreach (var network in family.Networks(options))
        {
            Add(network);
        }
    }

    public Family Family { get; }

    public TrainingOptions Options { get; }

    public Device Device { get; }

    /// <summary>Networks by their names in checkpoints: <c>netG</c>, <c>netD</c>, <c>netG_A</c>, …</summary>
    public IReadOnlyList<NamedNetwork> Networks => _networks;

    /// <summary>Optimisers by name: <c>optG</c>, <c>optD</c>.</summary>
    internal IReadOnlyList<NamedOptimizer> Optimizers => _optimizers;

    /// <summary>Image pools by name: <c>pool_A</c>, <c>pool_B</c>; none for pix2pix.</summary>
    internal IReadOnlyList<NamedPool> Pools => _pools;

    /// <summary>
    /// Moving averages of generators, encoders and classifiers, which samples, translation, generation and classification use; null without
    /// <see cref="TrainingOptions.EmaDecay"/>. They start at the weights of the first step, restart with each stage, and are updated in
    /// steps that train one of these networks; but see <see cref="IsAveragedIn"/>.
    /// </summary>
    public WeightAverage? Average => _ema.Average;

    /// <summary>Further tensors of the model by name, which are saved in checkpoints: balances, moving averages, amplitudes.</summary>
    public IReadOnlyList<NamedValue> States => _states;

    /// <summary>Learning rate of the run; an optimiser created with a different one keeps its ratio to it.</summary>
    public float LearningRate
    {
        get;
        set
        {
            field = value;
            ApplyRates();
        }
    }

    /// <summary>Number of replayed steps, and of other steps by reason.</summary>
    public StepCounts StepCounts { get; } = new();

    /// <summary>
    /// Mixing weights of real and fake in a gradient penalty: a number from [0, 1) for each sample of a batch, [N, 1, …]. Tests set known
    /// numbers.
    /// </summary>
    internal Func<Tensor, Tensor> Mix
    {
        get;
        set
        {
            field = value;
            ForgetPhases();
        }
    }

    /// <summary>
    /// Values that <see cref="Normal"/> and <see cref="Uniform"/> return instead of random numbers, by the name of the draw; null to draw.
    /// Tests set known numbers.
    /// </summary>
    internal Func<string, Shape, Tensor>? FixedDraws
    {
        get;
        set
        {
            field = value;
            ForgetPhases();
        }
    }

    /// <summary>
    /// Whether two batches for one network between two updates are computed as one batch, where that is exact. Tests compare it with
    /// separate batches.
    /// </summary>
    internal bool JoinsForwards
    {
        get;
        set
        {
            field = value;
            ForgetPhases();
        }
    }

    /// <summary>Random state of dropout and penalties, shared by all networks.</summary>
    protected RandomState Random { get; }

    /// <summary>A run or a file with a trained generator that this one imitates; null for none.</summary>
    public virtual string? TeacherPath => null;

    /// <summary>Sets the generator of <see cref="TeacherPath"/>, before the first step. It is neither trained nor saved.</summary>
    public virtual void LearnFrom(Layer teacher) => throw new NotSupportedException($"{Family.Info.Name} has no teacher");

    /// <summary>Creates the model of the options, with new weights from their seed.</summary>
    public static GanModel Create(TrainingOptions options, Device device) => FamilyCatalog.Of(options).Create(options, device);

    /// <summary>One training step.</summary>
    /// <param name="batch">the samples</param>
    /// <param name="step">number of previous steps; determines stage, phase, dropout masks and pool draws</param>
    /// <returns>
    /// the losses before the update, in a fixed order, transferred asynchronously: reading one waits for this step, but not for the next,
    /// which may have been started; to be read before the one after that
    /// </returns>
    /// <exception cref="ObjectDisposedException">the model was disposed</exception>
    public IReadOnlyList<Loss> Step(Batch batch, long step)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var settings = Settings();
        Random.Step = (uint)step;
        _samples?.Begin(batch.Share);
        if (RateFactorAt(step) is var factor && factor != _stepFactor)
        {
            _stepFactor = factor;
            ApplyRates();
        }

        _losses.Earlier?.Dispose();
        if (StageAt(step) is var stage && stage != _stage)
        {
            _stage = stage;
            ForgetPhases(); // Other networks and sizes from here on.
            _ema.SelectNetworks();
        }

        if (step == 0 || StageAt(step - 1) != stage)
        {
            BeginStage(stage, batch);
            _ema.Restart();
        }

        _ema.Begin(); // Outside any recording.

        Prepare(batch, step);

        // If a pool returns an image of another size, shapes within the step do not follow from its inputs: it can't be replayed.
        var isEager = !DrawFromPools(batch, step) || Options.Eager;
        var moves = _pools.Sum(p => p.Pool.Relocations);
        if (moves != _poolRelocations)
        {
            _poolRelocations = moves;
            ForgetPhases();
        }

        var phase = PhaseAt(step);
        var losses = _samples is not null ? BySample(phase, batch, _samples)
            : ByPhase(phase, batch, isEager);
        _losses = (_losses.Latest, losses);
        return losses;
    }

    /// <summary>
    /// Sample pictures [N, C, H, W] of a batch with their labels, from left to right. Leaves the model unchanged.
    /// </summary>
    internal IReadOnlyList<LabelledTensor> Show(Batch batch)
    {
        using var settings = Settings();
        using var averages = Average?.Swap();
        using var inference = new InferenceScope(_networks.Select(n => n.Network));
        return [.. Family.Info.Views.Zip(Present(batch), (label, picture) => new LabelledTensor(label, picture))];
    }

    /// <summary>Has something disposed with the model, such as a network that is not trained.</summary>
    protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>
    /// The stage of a step, for a family whose networks or picture sizes change during training. Each stage has its own recordings.
    /// </summary>
    public virtual int StageAt(long step) => 0;

    /// <summary>The phase of a step, where steps differ: <c>critic</c>, <c>both</c>. Each phase is recorded separately.</summary>
    public virtual string PhaseAt(long step) => "step";

    /// <summary>Gives back all memory: networks, optimisers, image pools, state, recordings. Final.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _losses.Earlier?.Dispose();
        _losses.Latest?.Dispose();
        foreach (var phase in _phases.Values)
        {
            phase.Step.Dispose();
        }

        _pools.ForEach(p => p.Pool.Dispose());
        _states.ForEach(s => s.Value.Dispose());
        _ema.Dispose();
        _numbers.ForEach(n => n.Dispose());
        _optimizers.ForEach(o => o.Optimizer.Dispose());
        _networks.ForEach(n => n.Network.Dispose());
        _owned.ForEach(o => o.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>A step's factor of the run's learning rate, for a family with its own schedule within its stages.</summary>
    public virtual float RateFactorAt(long step) => 1;

    /// <summary>
    /// The effective learning rate of a step, for logs: the run's with the family's own schedule, or that of the phase's only optimiser.
    /// </summary>
    public virtual float RateAt(long step) => LearningRate * RateFactorAt(step);

    /// <summary>
    /// Generates pictures [N, C, H, W], a batch at a time, each to be disposed. A picture depends only on the request's seed and its index,
    /// not on their number. The networks stay in evaluation mode.
    /// </summary>
    /// <exception cref="OptionsException">the family, or the model in its present state of training, can't generate them</exception>
    public virtual IEnumerable<Tensor> Generate(GenerationRequest request)
    {
        var spec = Family.Generation(Options) ?? throw new OptionsException($"a {Family.Info.Name} generates no pictures");
        for (var first = 0; first < request.Count; first += spec.BatchSize)
        {
            // Always whole batches, so that a picture does not depend on the requested number.
            using var all = Computed(() => Draw(new GenerationDraw(request, spec, first, Device)));
            yield return Math.Min(request.Count - first, spec.BatchSize) is var asked && asked < spec.BatchSize
                ? all.Slice(0, 0, asked)
                : all.Share();
        }
    }

    /// <summary>
    /// Computes those tensors of a checkpoint that steps do not train, from the training samples and the current weights; called before
    /// each checkpoint is written.
    /// </summary>
    /// <param name="data">the training samples</param>
    /// <exception cref="PictureException">a sample can't be used</exception>
    public virtual void BeforeSave(SampleSource data)
    {
    }

    /// <summary>
    /// Runs once before a stage's first step, and not again in a model resumed from a checkpoint. Nothing is recorded.
    /// </summary>
    protected virtual void BeginStage(int stage, Batch batch)
    {
    }

    /// <summary>
    /// Whether a network's average restarts with a stage and is updated in its steps. Where stages train different networks, the averages
    /// of the others are unchanged.
    /// </summary>
    /// <param name="stage">of <see cref="StageAt"/></param>
    /// <param name="network">its name</param>
    protected virtual bool IsAveragedIn(int stage, string network) => true;

    /// <summary>
    /// Sets the <see cref="StepNumber"/>s that a step's kernels read, before each step, recorded or replayed.
    /// </summary>
    protected virtual void Prepare(Batch batch, long step)
    {
    }

    /// <summary>The update of the networks in a step: only kernel calls, which are recorded and replayed.</summary>
    /// <param name="phase">of <see cref="PhaseAt"/></param>
    /// <param name="batch">the fields of the family's data</param>
    protected abstract void Update(string phase, Batch batch);

    /// <summary>Draws the random choices of the image pools for a step's fakes.</summary>
    /// <returns>whether all pictures that they return have the shape of the fakes</returns>
    protected virtual bool DrawFromPools(Batch batch, long step) => true;

    /// <summary>One picture for each of the family's <see cref="FamilyInfo.Views"/>.</summary>
    protected abstract IReadOnlyList<Tensor> Present(Batch batch);

    /// <summary>
    /// Pictures [N, C, H, W] for the noise and labels of a request: the generator's forward, in evaluation mode and without a graph.
    /// </summary>
    protected virtual Tensor Draw(GenerationDraw draw) =>
        throw new NotSupportedException($"{Family.Info.Name} has a GenerationSpec, but its model does not override Draw");

    /// <summary>A result that outlives the step in which it is computed, by networks in evaluation mode.</summary>
    protected Tensor Computed(Func<Tensor> compute)
    {
        using var settings = Settings();
        _networks.ForEach(n => n.Network.Eval());
        using var averages = Average?.Swap();
        using var noGrad = GradMode.NoGrad();
        using var step = Device.Step();
        return compute().Keep();
    }

    /// <summary>Sets the device to the model's precision and tuning, until the result is disposed.</summary>
    private protected DeviceSettings Settings() => new(Device, _precision, _tuning);

    /// <summary>A result as a constant: no graph is recorded, so no gradient flows through it.</summary>
    protected static T Constant<T>(Func<T> compute)
    {
        using var noGrad = GradMode.NoGrad();
        return compute();
    }

    /// <summary>Whether two batches for a network are computed as one: only where the result is the same.</summary>
    protected bool Joins(Layer network, Tensor first, Tensor second) => JoinsForwards && JointForward.IsExact(network, first, second);

    /// <summary>A discriminator's loss with the weighted penalties on its slope that the options ask for, which are reported.</summary>
    /// <param name="options">the model's</param>
    /// <param name="loss">the adversarial loss, a scalar</param>
    /// <param name="named">the name of a penalty in the reports, from R1, R2 or gp</param>
    /// <param name="discriminator">scores of any shape for inputs [N, …]: real and detached fake ones</param>
    /// <param name="weighted">applies a further weight to each penalty; null for none</param>
    private protected Tensor WithPenalties(
        IAdversarialOptions options, Tensor loss, Func<string, string> named, Func<Tensor, Tensor> discriminator, Tensor real, Tensor fake,
        Func<Tensor, Tensor>? weighted = null)
    {
        foreach (var name in options.Penalties)
        {
            var penalty = options.Penalty(name, discriminator, real, fake, Mix);
            loss += Report(named(name), weighted?.Invoke(penalty) ?? penalty);
        }

        return loss;
    }

    /// <summary>Reports a loss of this step, and returns it.</summary>
    protected Tensor Report(string name, Tensor value)
    {
        _reported.Add(name, value);
        return value;
    }

    /// <summary>One of <see cref="Networks"/>, by name.</summary>
    protected T Network<T>(string name)
        where T : Module => (T)_networks.Single(n => n.Name == name).Network;

    /// <summary>Adam over some of the networks.</summary>
    protected Adam AddAdam(string name, params IEnumerable<string> networks) =>
        AddOptimizer(name, parameters => new Adam(parameters, Options.Lr, Options.Beta1, Beta2), networks);

    /// <summary>
    /// An optimiser over some of the networks. Its initial learning rate sets its ratio to the run's, which schedules keep.
    /// </summary>
    /// <param name="name">in checkpoints: <c>optG</c></param>
    /// <param name="create">makes it for these parameters</param>
    /// <param name="networks">by name</param>
    protected T AddOptimizer<T>(string name, Func<IEnumerable<NamedTensor>, T> create, params IEnumerable<string> networks)
        where T : Optimizer
    {
        var parameters = networks.SelectMany(n => _networks.Single(m => m.Name == n).Network.NamedTensors(n + "."))
            .Where(t => t.Tensor.Role == TensorRole.Parameter);
        var optimizer = create(parameters);
        _optimizers.Add(new NamedOptimizer(name, optimizer));
        _rateFactors.Add(optimizer.LearningRate / Options.Lr);
        return optimizer;
    }

    /// <summary>Random numbers from N(0, 1), new in each step.</summary>
    /// <param name="name">of the draw, unique in a step: <c>z</c></param>
    /// <param name="shape">of the result</param>
    protected Tensor Normal(string name, Shape shape) => FixedDraws?.Invoke(name, shape).Share() ?? Tensor.Normal(Random, shape, Device);

    /// <summary>Uniform random numbers from [0, 1), new in each step.</summary>
    /// <param name="name">of the draw, unique in a step: <c>mix</c></param>
    /// <param name="shape">of the result</param>
    protected Tensor Uniform(string name, Shape shape) => FixedDraws?.Invoke(name, shape).Share() ?? Tensor.Uniform(Random, shape, Device);

    /// <summary>A further tensor of the model, saved in checkpoints as <c>state.NAME</c>.</summary>
    /// <param name="name">unique in the model</param>
    /// <param name="shape">of the tensor</param>
    /// <param name="initial">initial value of all elements</param>
    protected Tensor AddState(string name, Shape shape, float initial)
    {
        var state = Tensor.Full(shape, initial, Device).Keep();
        _states.Add(new NamedValue(name, state));
        return state;
    }

    /// <summary>
    /// A number that <see cref="Prepare"/> sets before each step and <see cref="Update"/> passes to ops, such as the weight of a loss that
    /// changes during training.
    /// </summary>
    protected StepNumber AddNumber()
    {
        var number = new StepNumber(Device);
        _numbers.Add(number);
        return number;
    }

    protected ImagePool AddPool(string name, int size)
    {
        var pool = new ImagePool(size, Options.Seed, (uint)_pools.Count, Device);
        _pools.Add(new NamedPool(name, pool));
        return pool;
    }

    /// <summary>Registers a network, initialises it, moves it to the device and gives it the run's random state.</summary>
    private void Add(NetworkSpec spec)
    {
        var network = spec.Create();
        // Each network has its own seed; otherwise two networks of the same shape would start with equal weights.
        var seed = Options.Seed + ((ulong)_networks.Count * 0x9E3779B97F4A7C15);
        network.Random = Random;
        network.Initialize(seed, spec.InitType ?? Options.InitType, spec.InitGain ?? Options.InitGain).To(Device);
        _networks.Add(new NamedNetwork(spec.Name, network));
    }

    private void ApplyRates()
    {
        for (var i = 0; i < _optimizers.Count; i++)
        {
            _optimizers[i].Optimizer.LearningRate = LearningRate * _stepFactor * _rateFactors[i];
        }
    }

    /// <summary>Discards all recordings, whose constants have changed.</summary>
    private protected void ForgetPhases()
    {
        foreach (var phase in _phases.Values)
        {
            phase.Step.Forget();
        }
    }

    /// <summary>The step on the whole batch: recorded, or replayed; as written if it is eager.</summary>
    private StepLosses ByPhase(string name, Batch batch, bool isEager)
    {
        if (!_phases.TryGetValue(name, out var phase) || !phase.Reads(batch))
        {
            phase?.Step.Dispose();
            _phases[name] = phase = new RecordedPhase(name, [.. batch.Fields.Select(f => f.Key)], this);
        }

        phase.Step.Eager = isEager;
        var values = phase.Step.Run([.. batch.Fields.Select(f => f.Value)])[0];
        return new StepLosses(phase.LossNames, values);
    }

    /// <summary>The step as written.</summary>
    /// <returns>its losses; valid until the next one</returns>
    private ReportedLosses Compute(string phase, Batch batch)
    {
        _reported.Clear();
        var updates = _ema.Updates;
        Update(phase, batch);
        _ema.UpdateSince(updates);
        return _reported;
    }

    /// <summary>A phase with its recording, for batches of the same fields.</summary>
    private sealed class RecordedPhase
    {
        private readonly string[] _fields;

        public RecordedPhase(string name, string[] fields, GanModel model)
        {
            _fields = fields;
            Step = new RecordedStep(model.Device, inputs =>
            {
                // A replay knows neither the samples' names nor the epoch, so no step does.
                var losses = model.Compute(name, new Batch([.. fields.Zip(inputs, KeyValuePair.Create)], [], 0));
                LossNames = losses.Names;
                return [losses.Values()];
            })
            { Counts = model.StepCounts };
        }

        public RecordedStep Step { get; }

        public IReadOnlyList<string> LossNames { get; private set; } = [];

        /// <summary>Whether a batch has the fields of the recording.</summary>
        public bool Reads(Batch batch)
        {
            var (fields, same) = (batch.Fields, batch.Fields.Count == _fields.Length);
            for (var i = 0; same && i < _fields.Length; i++)
            {
                same = fields[i].Key == _fields[i];
            }

            return same;
        }
    }
}

/// <summary>A model with its options' type.</summary>
public abstract class GanModel<TOptions>(Family family, TOptions options, Device device) : GanModel(family, options, device)
    where TOptions : TrainingOptions
{
    public new TOptions Options => (TOptions)base.Options;
}
