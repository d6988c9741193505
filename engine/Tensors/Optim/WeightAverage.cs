using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Exponential moving average (EMA) of a network's tensors: a += (1 − decay)·(w − a) after each step, beginning with a = w. Buffers are
/// averaged like parameters; counters, and the singular vectors of spectral norms, are copied. <see cref="Swap"/> puts the averages into
/// the network for evaluation. They follow a network that is moved to another device, with the next update. For one thread at a time, that
/// of its device.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private const string Updates = "weight_average.updates";

    private readonly List<Averaged> _averages = [];
    private readonly Setting<IReadOnlyList<Averaged>> _active;
    private readonly Setting<float> _decay;
    private readonly Setting<bool> _isSwapped = new(false);
    private readonly bool _countsUpdates;

    /// <param name="tensors">
    /// what is averaged: <see cref="Module.NamedTensors"/> of a network that is on its device; names must be distinct
    /// </param>
    /// <param name="decay">weight of the previous average, at least 0 and below 1, such as 0.999</param>
    /// <param name="countsUpdates">
    /// use a smaller decay at first: min(decay, (1 + n)/(10 + n)) after n updates, as TensorFlow 1's ExponentialMovingAverage with
    /// <c>num_updates</c>
    /// </param>
    /// <exception cref="ArgumentException">there is nothing to average, a name comes twice, or the decay is out of range</exception>
    public WeightAverage(IEnumerable<NamedTensor> tensors, float decay = 0.999f, bool countsUpdates = false)
    {
        (_decay, _countsUpdates) = (new(Checked(decay)), countsUpdates);
        var names = new HashSet<string>();
        foreach (var tensor in tensors.DistinctBy(t => t.Tensor))
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException(
                    $"weight average: two tensors are named '{tensor.Name}'; give each network a prefix", nameof(tensors));
            }

            var average = Tensor.Empty(tensor.Tensor.Shape, tensor.Value.Device).Keep();
            average.CopyFrom(tensor.Value);
            _averages.Add(new Averaged(tensor, average));
        }

        _active = new(_averages.Count > 0 ? _averages
            : throw new ArgumentException("weight average: there is nothing to average", nameof(tensors)));
    }

    /// <summary>Weight of the previous average; may change between steps, and in one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a number that is not from 0 to below 1</exception>
    public float Decay
    {
        get => _decay.Value;
        set => _decay.Value = Checked(value);
    }

    /// <summary>Number of updates since the last <see cref="Restart"/>.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>The averages, by the names of the averaged tensors.</summary>
    public IEnumerable<NamedValue> Averages => _averages.Select(a => new NamedValue(a.Tensor.Name, a.Average));

    /// <summary>
    /// Selects the averages that <see cref="Update"/> and <see cref="Restart"/> change from now on; the others stay as they are. Steps with
    /// an update are recorded anew.
    /// </summary>
    /// <param name="moves">whether to update the average of the tensor of this name</param>
    public void Follow(Func<string, bool> moves) => _active.Value = [.. _averages.Where(a => moves(a.Tensor.Name))];

    /// <summary>Updates the averages from the current weights. Call it in or after a training step, recorded or not.</summary>
    public void Update()
    {
        FollowNetwork();
        RefuseSwapped();
        var word = StepNumbers.AtOnce;
        if (Device.Recording is { } recording)
        {
            word = recording.Reserve(1);
            Storage[] averages = [.. _active.Value.Select(active => active.Average.Span.Storage)];
            recording.BeforeReplay(() => Count(word), written => UpdateCount -= averages.Any(written.Contains) ? 0 : 1);
        }

        Count(word);
        foreach (var (tensor, average) in _active.Value)
        {
            average.Overwrite("an update of averages");
            if (tensor.Tensor is { Role: TensorRole.Counter } or { Initial: InitialValue.Direction })
            {
                // An average of unit vectors is shorter than 1.
                Device.Kernels.Run(new CopyCall(tensor.Value.Span, average.Span));
            }
            else
            {
                Device.Kernels.Run(new LerpCall(tensor.Value.Span, word, average.Span));
            }
        }
    }

    /// <summary>Sets the averages to the current weights, after weights were loaded or overwritten. Call it between steps.</summary>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public void Restart()
    {
        KernelRecording.Current?.Refuse("restarts averages", "do it between steps");
        RefuseSwapped();
        foreach (var (tensor, average) in _active.Now)
        {
            average.CopyFrom(tensor.Value);
        }

        UpdateCount = 0;
    }

    /// <summary>
    /// Swaps weights and averages until the result is disposed, which restores both bit for bit. Until then spectral norms have the
    /// averages' own singular vectors. Call it between steps.
    /// </summary>
    public IDisposable Swap()
    {
        RefuseSwapped();
        Exchange();
        _isSwapped.Value = true;
        List<SpectralNorm> norms = [.. _averages.Select(a => a.Tensor.Tensor.Owner).OfType<SpectralNorm>().Distinct()];
        var vectors = norms.SelectMany(n => new[] { n.U, n.V }).Select(t => (t, t.Value.ToArray())).ToList();
        norms.ForEach(n => n.RenewVectors());
        return new Swapped(this, vectors);
    }

    /// <summary>The state to save in a checkpoint: <c>NAME.average</c> for each tensor, and the count of updates.</summary>
    public IEnumerable<NamedValue> State()
    {
        RefuseSwapped();
        foreach (var (tensor, average) in _averages)
        {
            yield return new NamedValue($"{tensor.Name}.average", average);
        }

        yield return new NamedValue(Updates, Tensor.Full(Shape.Scalar, UpdateCount, Device));
    }

    /// <summary>Restores what <see cref="State"/> returned.</summary>
    /// <param name="read">returns the numbers stored under a name, null if there are none</param>
    /// <exception cref="ArgumentException">an average or the count is missing</exception>
    public void LoadState(Func<string, float[]?> read)
    {
        RefuseSwapped();
        foreach (var (tensor, average) in _averages)
        {
            average.CopyFrom(Required($"{tensor.Name}.average"));
        }

        UpdateCount = (long)Required(Updates)[0];

        float[] Required(string name) => read(name) ?? throw new ArgumentException($"weight average: the stored state lacks '{name}'");
    }

    public void Dispose() => _averages.ForEach(a => a.Average.Dispose());

    /// <summary>The device of the averages, and of the network unless that was moved since they were last used.</summary>
    private Device Device => _averages[0].Average.Device;

    /// <summary>Moves the averages to the device to which the network was moved.</summary>
    private void FollowNetwork()
    {
        foreach (var averaged in _averages)
        {
            averaged.Average = Companion.On(averaged.Tensor.Value.Device, averaged.Average);
        }
    }

    private void Count(int word)
    {
        var decay = _countsUpdates
            ? Math.Min(WrittenNumber.Of(_decay.Now), (1.0 + UpdateCount) / (10.0 + UpdateCount))
            : WrittenNumber.Of(_decay.Now);
        UpdateCount++;
        Device.Numbers.SetSingle(word, (float)(1 - decay));
    }

    private void Exchange()
    {
        FollowNetwork();
        foreach (var (tensor, average) in _averages)
        {
            using var weights = Tensor.Empty(average.Shape, Device);
            weights.CopyFrom(tensor.Value);
            tensor.Value.CopyFrom(average);
            average.CopyFrom(weights);
        }
    }

    private static float Checked(float decay) => NumberSetting.Decay(decay, nameof(Decay), "weight average: the decay");

    /// <summary>Throws while the averages are in the network; so does a recorded step, which is recorded anew then.</summary>
    private void RefuseSwapped()
    {
        if (_isSwapped.Value)
        {
            throw new InvalidOperationException(
                "weight average: the averages are in the network at the moment; dispose what Swap returned first");
        }
    }

    /// <summary>A tensor, and its average.</summary>
    private sealed record Averaged(NamedTensor Tensor, Tensor Average)
    {
        public Tensor Average { get; set; } = Average;
    }

    private sealed class Swapped(WeightAverage average, List<(ModuleTensor Tensor, float[] Values)> vectors) : IDisposable
    {
        public void Dispose()
        {
            if (average._isSwapped.Now)
            {
                vectors.ForEach(v => v.Tensor.Value.CopyFrom(v.Values));
                average.Exchange();
                average._isSwapped.Value = false;
            }
        }
    }
}
