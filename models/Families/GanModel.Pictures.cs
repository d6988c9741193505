using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families;

/// <summary>What a model shows and generates: no step, and no weight changes.</summary>
public abstract partial class GanModel
{
    /// <summary>
    /// Sample pictures [N, C, H, W] of a batch with their labels, from left to right. Leaves the model unchanged.
    /// </summary>
    internal IReadOnlyList<LabelledTensor> Show(Batch batch)
    {
        using var settings = Settings();
        using var averages = Average?.Swap();
        using var inference = new InferenceScope(Networks.Select(n => n.Network));
        return [.. Family.Info.Views.Zip(Present(batch), (label, picture) => new LabelledTensor(label, picture))];
    }

    /// <summary>
    /// Generates pictures [N, C, H, W], a batch at a time, each to be disposed. A picture depends only on the request's seed and its index,
    /// not on their number.
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
        using var averages = Average?.Swap();
        using var noGrad = GradMode.NoGrad();
        using var step = Device.Step();
        return Evaluated(compute).Keep();
    }

    /// <summary>Computes with the networks in evaluation mode. The next step finds them in training mode as before.</summary>
    private protected Tensor Evaluated(Func<Tensor> compute)
    {
        List<Module> training = [.. Networks.Select(n => n.Network).Where(n => n.Training)];
        training.ForEach(n => n.Eval());
        try
        {
            return compute();
        }
        finally
        {
            training.ForEach(n => n.Train());
        }
    }
}
