using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.R3Gan;

/// <summary>
/// R3GAN (Huang et al. 2024): a GAN's step with a relativistic loss and the penalties R1 and R2, and a schedule of learning rate, Adam's
/// second-moment decay, penalties and moving average. Losses: D_GAN, D_R1, D_R2, G_GAN.
/// </summary>
internal sealed class R3GanModel : VanillaModel
{
    private readonly StepNumber _penalty;

    public R3GanModel(Family family, R3GanOptions options, Device device)
        : base(family, options, GeneratorObjective.Modified, device)
    {
        _penalty = AddNumber();
        foreach (var (index, (_, network)) in Networks.Index())
        {
            R3GanNetworks.Initialize(network, options.Seed + (ulong)index, options);
        }
    }

    private new R3GanOptions Options => (R3GanOptions)base.Options;

    public override float RateFactorAt(long step) => float.Lerp(1, Options.LrEnd / Options.Lr, Options.BurntIn(step));

    protected override void Prepare(Batch batch, long step)
    {
        var done = Options.BurntIn(step);
        _penalty.Value = float.Lerp(1, Options.PenaltyEnd, done);

        // The half-life grows from 0 to that of the last decay.
        Average?.Decay = done > 0 ? MathF.Pow(Options.EmaDecay, 1 / done) : 0;

        // In hundredths between its two values, since recorded steps hold the decay; never 1, to which 0.995 would be rounded.
        var (first, last) = (Options.Beta2, Options.Beta2End);
        var beta2 = done switch
        {
            0 => first,
            1 => last,
            _ => Math.Clamp(MathF.Round(float.Lerp(first, last, done), 2), Math.Min(first, last), Math.Max(first, last)),
        };
        foreach (var adam in Optimizers.Select(o => (Adam)o.Optimizer).Where(adam => adam.Beta2 != beta2))
        {
            adam.Beta2 = beta2;
            ForgetPhases();
        }
    }

    private protected override Tensor Weighted(Tensor penalty) => penalty.Multiply(_penalty);
}
