using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Steps split between processes by sample, with gradients summed in a fixed order.
/// </summary>
public abstract partial class GanModel
{
    /// <summary>Computes steps sample by sample; null if batches are computed as a whole.</summary>
    private SampleReduction? _samples;

    /// <summary>
    /// Computes steps sample by sample, in this process or together with others with identical models. Call it before the first step; a
    /// batch then holds this rank's <see cref="Batch.Share"/>.
    /// </summary>
    /// <exception cref="OptionsException">the family's losses depend on several samples</exception>
    internal void SplitSamples(IRanks ranks)
    {
        var obstacle = ObstacleToSamples() ??
            (Family.Info.LearnsBySample ? null : $"{Family.Info.Name} learns from the samples of a batch together");
        if (obstacle is not null)
        {
            throw new OptionsException($"--reduction tree: {obstacle}");
        }

        // Kernels chosen by timing may differ between ranks, and add in a different order.
        _tuning = ranks.Count > 1 ? TuningMode.Table : _tuning;
        _samples = new SampleReduction(
            ranks, [.. Networks.Select(n => n.Network)], [.. States.Select(s => s.Value)], Random, Device,
            Options.Exchange == GradientExchange.Bf16, Options.SyncBatchNorm);
        foreach (var (_, optimizer) in Optimizers)
        {
            optimizer.GradientReducer = _samples;
        }

        foreach (var (_, pool) in Pools)
        {
            pool.Samples = _samples;
        }
    }

    /// <summary>
    /// Number of samples in a step in which <see cref="Update"/> gets each as a batch of one; 1 if batches are computed as a whole.
    /// </summary>
    private protected int SplitSampleCount => _samples?.Total ?? 1;

    /// <summary>The batch of a step, whole or as one of its samples sees it.</summary>
    private protected BatchView ViewOf(Batch batch) => _samples is { Total: > 1 } samples
        ? new BatchView(samples.Total, batch.Share.First, samples)
        : new BatchView(batch.Size, Sample: null, Samples: null);

    /// <summary>A loss that is a sum over the batch: gradients are averaged over split samples.</summary>
    private protected Tensor SumOverBatch(Tensor x, float weight) => x.Sum() * (weight * SplitSampleCount);

    /// <summary>Why samples can't be computed one by one under these options, in a clause; null if they can.</summary>
    protected virtual string? ObstacleToSamples() => null;

    /// <summary>
    /// The mean of x [N, …] over the samples of a step. With split samples it is all-reduced over all of them, and so is its gradient.
    /// </summary>
    protected Tensor MeanOverSamples(Tensor x) => _samples is null ? x.Mean([0]) : _samples.Mean(x.Mean([0]));

    /// <summary>
    /// With split samples, the mean of x over all samples of the step, of the same shape; its gradient comes from the losses of all
    /// samples. Without, x itself, which is already a mean over the batch.
    /// </summary>
    protected Tensor AllReduceMean(Tensor x) => _samples?.Mean(x) ?? x;

    /// <summary>Rows [N, …] of the whole batch, without gradients, gathered from all ranks that share it. Not within a step.</summary>
    /// <param name="batch">of this rank</param>
    /// <param name="field">name of the rows</param>
    protected Tensor GatherBatch(Batch batch, string field) =>
        _samples is null ? batch[field].Share() : _samples.Gather(batch.Share.Count == 0 ? [] : [batch[field].Share()]);

    /// <summary>
    /// Rows [N, …] of a batch, without gradients, sorted by the random numbers [N] drawn for them; with split samples, sorted among all
    /// samples of the step.
    /// </summary>
    protected Tensor SortedBy(Tensor numbers, Tensor rows)
    {
        if (_samples is null)
        {
            using var order = numbers.Argsort(0);
            return rows.IndexSelect(0, order);
        }

        using var numbered = TensorOps.Concat(1, numbers.Reshape(1, 1), rows.Reshape(1, -1));
        return _samples.Exchange(numbered, all =>
        {
            using var together = TensorOps.Concat(0, [.. all]);
            using var order = together.Slice(1, 0, 1).Reshape(-1).Argsort(0);
            using var ordered = together.IndexSelect(0, order);
            return [.. Enumerable.Range(0, all.Count).Select(
                i => ordered.Slice(0, i, 1).Slice(1, 1, together.Shape[1] - 1).Reshape(rows.Shape))];
        });
    }

    /// <summary>The step sample by sample, computed eagerly, and the means of their losses.</summary>
    private StepLosses BySample(string phase, Batch batch, SampleReduction samples)
    {
        var reported = new ReportedLosses[Math.Max(batch.Share.Count, 1)];
        using var step = Device.Step();
        var updates = _ema.Updates;
        var means = samples.Run(
            i =>
            {
                Update(phase, batch.Sample(i));
                return _reported.Values().ToArray();
            },
            i => _reported = reported[i] ??= new ReportedLosses());
        _ema.UpdateSince(updates);
        return new StepLosses(_reported.Names, Tensor.From(means, new Shape(means.Length), Device));
    }
}
