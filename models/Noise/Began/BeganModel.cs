using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Began;

/// <summary>
/// BEGAN (Berthelot et al. 2017): the discriminator is an auto-encoder that minimises the reconstruction loss of real pictures minus k
/// times that of fakes. The balance k is adapted to keep the loss of fakes at a fraction γ of that of real pictures. Losses: D_real, G (of
/// the fakes), k, and M = D_real + |γ·D_real − G|, a measure of convergence.
/// </summary>
internal sealed class BeganModel : NoiseModel<BeganOptions>
{
    private const float LeastRate = 0.25f;

    private readonly BeganAutoEncoder _discriminator;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    /// <summary>The weight of fakes in the discriminator's loss, [1].</summary>
    private readonly Tensor _balance;

    public BeganModel(Family family, BeganOptions options, Device device)
        : base(family, options, device)
    {
        _discriminator = Network<BeganAutoEncoder>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
        _balance = AddState("k", new Shape(1), 0);
    }

    public override float RateFactorAt(long step) =>
        Options.HalfLife == 0 ? 1 : MathF.Max(MathF.ScaleB(1, -(int)Math.Min(step / Options.HalfLife, 100)), LeastRate);

    /// <summary>Both networks are updated from the same state, with the same codes.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var picture = batch[LabelledPictures.NameOfPicture];
        _discriminator.RequiresGrad = false;
        _adamG.ClearGradients();
        using var made = Make(Codes("z", picture.Shape[0]), labels: null);
        var lossG = LossOf(made);
        lossG.Backward();

        _discriminator.RequiresGrad = true;
        var balance = _balance.Affine(1, 0); // A copy of its value in this step.
        var real = LossOf(picture);
        var fake = LossOf(made.Detach());
        _adamD.Minimize(real - (balance * fake).Reshape(real.Shape));
        _adamG.Step();
        _adamG.ClearGradients();

        using var constants = GradMode.NoGrad();
        var lead = AllReduceMean((real.Detach() * Options.Gamma) - lossG.Detach());
        _balance.CopyFrom((balance + (lead * Options.LambdaK).Reshape(balance.Shape)).Clamp(0, 1));
        Report("D_real", real);
        Report("G", lossG);
        Report("k", balance);
        Report("M", real.Detach() + lead.Abs());
    }

    /// <summary>The current k.</summary>
    internal float Balance => _balance.Item();

    /// <summary>M of real and generated pictures [N, C, S, S].</summary>
    internal double Convergence(Tensor real, Tensor made)
    {
        var (ofReal, ofMade) = LossesOf(real, made);
        return ofReal + Math.Abs((Options.Gamma * ofReal) - ofMade);
    }

    /// <summary>Mean absolute reconstruction errors of real and of generated pictures [N, C, S, S].</summary>
    internal (double Real, double Made) LossesOf(Tensor real, Tensor made)
    {
        using var constants = GradMode.NoGrad();
        return (LossOf(real).Item(), LossOf(made).Item());
    }

    /// <summary>Mean absolute reconstruction error of pictures.</summary>
    private Tensor LossOf(Tensor pictures) => _discriminator.Forward(pictures).L1Loss(pictures);
}
