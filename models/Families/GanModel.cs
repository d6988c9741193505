using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A family's networks with their weights, its optimisers and image pools, and its training step. A family derives from it, gets its
/// networks by name, creates its optimisers, and implements the step in <see cref="Update"/>; recording, replay, losses and checkpoints are
/// done for it. For one thread at a time, that of its device.
/// </summary>
/// <remarks>
/// Of what a family overrides, each step calls, in this order: <see cref="RateFactorAt"/>, <see cref="StageAt"/> (of the step before,
/// too), <see cref="BeginStage"/> if a stage begins, <see cref="Prepare"/>, <see cref="DrawFromPools"/>, <see cref="PhaseAt"/>. These run
/// in every step, on the host: they may read the batch, set fields and <see cref="StepNumber"/>s, and write to tensors. Then comes
/// <see cref="Update"/>, which runs once for each stage, phase and shape of the batch, and is replayed from then on: its kernels run again,
/// its C# does not. So it may branch on options, stage, phase and shapes, and on fields that follow from these. A field that changes within
/// a phase would count as it was when the step was recorded, and one that it sets would be set then alone. Refused is what can be seen of
/// that: numbers read from or written to tensors or <see cref="StepNumber"/>s by the host, a batch's names and epoch, new parts. The rest
/// shows as other losses of a run that is eager; tests have it named by <see cref="ReplayChecks"/>.
/// </remarks>
public abstract partial class GanModel : IDisposable
{
    private const float Beta2 = 0.999f;

    private readonly ModelParts _parts;

    /// <summary>A <see cref="RecordedStep"/> for each phase, whose code is <see cref="Compute"/>.</summary>
    private readonly RecordedPhases _phases;

    private readonly GeneratorEma _ema;
    private readonly ProductPrecision _precision;
    private readonly Setting<float> _learningRate;

    /// <summary>How the device selects kernels for the model.</summary>
    private TuningMode _tuning;

    /// <summary>Losses reported in this step so far; with split samples, those of the current sample.</summary>
    private ReportedLosses _reported = new();

    private int _stage;

    /// <summary>The step's <see cref="RateFactorAt"/>.</summary>
    private float _rateFactor = 1;

    /// <summary>Those of the last two steps: who reads the latest may still read the one before.</summary>
    private (StepLosses? Earlier, StepLosses? Latest) _losses;

    private int _poolRelocations;

    /// <summary>Whether a step was begun, after which no part is added.</summary>
    private bool _hasBegun;

    private bool _isDisposed;

    protected GanModel(Family family, TrainingOptions options, Device device)
    {
        _precision = Enum.Parse<ProductPrecision>(options.Precision.ToString());
        if (!device.Supports(_precision))
        {
            throw new OptionsException(
                $"--precision {options.Precision.ToString().ToLowerInvariant()} needs a CUDA card with tensor cores (sm_80 or later); " +
                    $"{device.Name} computes in fp32: --precision fp32 lets it train, and go on with a run of another precision, too");
        }

        _tuning = options.Tune ? TuningMode.FirstUse : TuningMode.Table;
        (Options, Device) = (options, device);
        Random = new RandomState(options.Seed);
        _parts = new ModelParts(options, device, Random);
        _phases = new RecordedPhases(device, Compute);
        _ema = new GeneratorEma(this, network => IsAveragedIn(_stage, network));
        _learningRate = new(options.Lr);
        Family = family;
        foreach (var network in family.Networks(options))
        {
            _parts.Add(network);
        }
    }

    public Family Family { get; }

    public TrainingOptions Options { get; }

    public Device Device { get; }

    /// <summary>Networks by their names in checkpoints: <c>netG</c>, <c>netD</c>, <c>netG_A</c>, …</summary>
    public IReadOnlyList<NamedNetwork> Networks => _parts.Networks;

    /// <summary>Optimisers by name: <c>optG</c>, <c>optD</c>.</summary>
    internal IReadOnlyList<NamedOptimizer> Optimizers => _parts.Optimizers;

    /// <summary>Image pools by name: <c>pool_A</c>, <c>pool_B</c>; none for pix2pix.</summary>
    internal IReadOnlyList<NamedPool> Pools => _parts.Pools;

    /// <summary>
    /// Moving averages of generators, encoders and classifiers, which samples, translation, generation and classification use; null without
    /// <see cref="TrainingOptions.EmaDecay"/>. They start at the weights of the first step, restart with each stage, and are updated in
    /// steps that train one of these networks; but see <see cref="IsAveragedIn"/>.
    /// </summary>
    public WeightAverage? Average => _ema.Average;

    /// <summary>Further tensors of the model by name, which are saved in checkpoints: balances, moving averages, amplitudes.</summary>
    public IReadOnlyList<NamedValue> States => _parts.States;

    /// <summary>Learning rate of the run; an optimiser created with a different one keeps its ratio to it.</summary>
    public float LearningRate
    {
        get => _learningRate.Value;
        set
        {
            _learningRate.Value = value;
            _parts.SetLearningRate(value * _rateFactor);
        }
    }

    /// <summary>Number of replayed steps, and of other steps by reason.</summary>
    public StepCounts StepCounts => _phases.Counts;

    /// <summary>Random state of dropout and penalties, shared by all networks.</summary>
    protected RandomState Random { get; }

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
        _hasBegun = true;
        Random.Step = (uint)step; // First: whatever draws below draws for this step.
        _samples?.Begin(batch.Share);
        SetRateFactor(RateFactorAt(step));
        _losses.Earlier?.Dispose();
        EnterStage(batch, step);
        _ema.Begin(); // Of the stage's networks, and outside any recording.
        Prepare(batch, step);

        // If a pool returns an image of another size, shapes within the step do not follow from its inputs: it can't be replayed.
        var isEager = !DrawFromPools(batch, step) || Options.Eager;
        ForgetPhasesOfMovedPools(); // A recording holds the addresses of the pools' images.
        var phase = PhaseAt(step);
        var losses = _samples is { } samples ? BySample(phase, batch, samples) : _phases.Run(phase, batch, isEager);
        _losses = (_losses.Latest, losses);
        return losses;
    }

    /// <summary>Gives back all memory: networks, optimisers, image pools, state, recordings. Final.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _losses.Earlier?.Dispose();
        _losses.Latest?.Dispose();
        _phases.Dispose();
        _ema.Dispose();
        _parts.Dispose();
        GC.SuppressFinalize(this);
    }

    // What a family overrides.

    /// <summary>A run or a file with a trained generator that this one imitates; null for none.</summary>
    public virtual string? TeacherPath => null;

    /// <summary>Sets the generator of <see cref="TeacherPath"/>, before the first step. It is neither trained nor saved.</summary>
    public virtual void LearnFrom(Layer teacher) => throw new NotSupportedException($"{Family.Info.Name} has no teacher");

    /// <summary>
    /// The stage of a step, for a family whose networks or picture sizes change during training. Each stage has its own recordings. It
    /// follows from the step and the options alone: steps before and after the present one are asked for, too.
    /// </summary>
    public virtual int StageAt(long step) => 0;

    /// <summary>
    /// The phase of a step, where steps differ: <c>critic</c>, <c>both</c>. Each phase is recorded separately. It may depend on what
    /// <see cref="Prepare"/> has set.
    /// </summary>
    public virtual string PhaseAt(long step) => "step";

    /// <summary>A step's factor of the run's learning rate, for a family with its own schedule within its stages.</summary>
    public virtual float RateFactorAt(long step) => 1;

    /// <summary>
    /// The effective learning rate of a step, for logs: the run's with the family's own schedule, or that of the phase's only optimiser.
    /// </summary>
    public virtual float RateAt(long step) => LearningRate * RateFactorAt(step);

    /// <summary>
    /// Computes those tensors of a checkpoint that steps do not train, from the training samples and the current weights; called before
    /// each checkpoint is written. What computes on the device takes its turn in its <see cref="WorkQueue"/>. What reads samples must not:
    /// it waits for threads of the pool, all of which may be waiting for the turn.
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
    /// Sets the <see cref="StepNumber"/>s that a step's kernels read, and fields on which <see cref="PhaseAt"/> depends, before each step,
    /// recorded or replayed.
    /// </summary>
    protected virtual void Prepare(Batch batch, long step)
    {
    }

    /// <summary>
    /// The update of the networks in a step: only kernel calls, which are recorded and replayed without this code. They are the same for
    /// the same stage, phase and shapes; see the remarks on the class.
    /// </summary>
    /// <param name="phase">of <see cref="PhaseAt"/></param>
    /// <param name="batch">the fields of the family's data, without names and epoch</param>
    protected abstract void Update(string phase, Batch batch);

    /// <summary>Draws the random choices of the image pools for a step's fakes.</summary>
    /// <returns>whether all pictures that they return have the shape of the fakes</returns>
    protected virtual bool DrawFromPools(Batch batch, long step) => true;

    // What a family calls. Parts are added in its constructor, before checkpoints, averages and reductions take those that there are.

    /// <summary>One of <see cref="Networks"/>, by name.</summary>
    protected T Network<T>(string name)
        where T : Module => (T)_parts.Network(name);

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
        where T : Optimizer => Growing.AddOptimizer(name, create, networks);

    /// <summary>A further tensor of the model, saved in checkpoints as <c>state.NAME</c>.</summary>
    /// <param name="name">unique in the model</param>
    /// <param name="shape">of the tensor</param>
    /// <param name="initial">initial value of all elements</param>
    protected Tensor AddState(string name, Shape shape, float initial) => Growing.AddState(name, shape, initial);

    /// <summary>
    /// A number that <see cref="Prepare"/> sets before each step and <see cref="Update"/> passes to ops, such as the weight of a loss that
    /// changes during training.
    /// </summary>
    protected StepNumber AddNumber() => Growing.AddNumber();

    /// <summary>An image pool, saved in checkpoints.</summary>
    /// <param name="name">in checkpoints: <c>pool_A</c></param>
    /// <param name="size">images that it holds</param>
    protected ImagePool AddPool(string name, int size) => Growing.AddPool(name, size);

    /// <summary>Has something disposed with the model, such as a network that is not trained.</summary>
    protected T Own<T>(T owned)
        where T : IDisposable => Growing.Own(owned);

    /// <summary>Reports a loss of this step, and returns it.</summary>
    protected Tensor Report(string name, Tensor value)
    {
        _reported.Add(name, value);
        return value;
    }

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

    /// <summary>A result as a constant: no graph is recorded, so no gradient flows through it.</summary>
    protected static T Constant<T>(Func<T> compute)
    {
        using var noGrad = GradMode.NoGrad();
        return compute();
    }

    /// <summary>Sets the device to the model's precision and tuning, until the result is disposed.</summary>
    private protected DeviceSettings Settings() => new(Device, _precision, _tuning);

    /// <summary>Discards all recordings, whose constants have changed.</summary>
    private protected void ForgetPhases() => _phases.Forget();

    /// <summary>The parts, for further ones.</summary>
    private ModelParts Growing => !_hasBegun ? _parts : throw new InvalidOperationException(
        $"{Family.Info.Name} adds an optimiser, state, pool, number or other part in a step: its constructor adds them all");

    // The rest of a step.

    private void SetRateFactor(float factor)
    {
        if (factor != _rateFactor)
        {
            _rateFactor = factor;
            _parts.SetLearningRate(LearningRate * factor);
        }
    }

    /// <summary>Changes to the stage of a step, and begins it if this is the stage's first step.</summary>
    private void EnterStage(Batch batch, long step)
    {
        var stage = StageAt(step);
        if (stage != _stage)
        {
            _stage = stage;
            _phases.Forget(); // Other networks and sizes from here on.
            _ema.SelectNetworks();
        }

        if (step == 0 || StageAt(step - 1) != stage)
        {
            BeginStage(stage, batch);
            _ema.Restart();
        }
    }

    /// <summary>Recordings read a pool's images where they were.</summary>
    private void ForgetPhasesOfMovedPools()
    {
        var relocations = Pools.Sum(p => p.Pool.Relocations);
        if (relocations != _poolRelocations)
        {
            _poolRelocations = relocations;
            _phases.Forget();
        }
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
}

/// <summary>A model with its options' type.</summary>
public abstract class GanModel<TOptions>(Family family, TOptions options, Device device) : GanModel(family, options, device)
    where TOptions : TrainingOptions
{
    public new TOptions Options => (TOptions)base.Options;
}
