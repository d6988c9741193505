using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Began;

/// <summary>
/// BEGAN (Berthelot et al. 2017): an auto-encoder learns to make real pictures again, and fakes badly by as much as a balance k says, which
/// keeps the loss of fakes at a part γ of that of real ones. Losses: D_real, G (of the fakes), k, and M = D_real + |γ·D_real − G|, which
/// falls as pictures become better.
/// </summary>
public sealed class BeganModel : NoiseModel<BeganOptions>
{
    private const float LeastRate = 0.25f;

    private readonly BeganAutoEncoder _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    /// <summary>The weight of fakes in the discriminator's loss, [1].</summary>
    private readonly Tensor _balance;

    public BeganModel(BeganOptions options, Device device)
        : base(options, device)
    {
        _judge = Network<BeganAutoEncoder>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", NoiseOptions.GeneratorName);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
        _balance = AddState("k", new Shape(1), 0);
    }

    public override float RateFactorAt(long step) =>
        Options.HalfLife == 0 ? 1 : MathF.Max(MathF.ScaleB(1, -(int)Math.Min(step / Options.HalfLife, 100)), LeastRate);

    /// <summary>Both networks learn from what both were before the step, of the same codes.</summary>
    protected override void Update(string phase, Batch batch)
    {
        var picture = batch[LabelledPictures.NameOfPicture];
        _judge.RequiresGrad = false;
        _adamG.ClearGradients();
        using var made = Make(Codes("z", picture.Shape[0]), labels: null);
        var lossG = LossOf(made);
        lossG.Backward();

        _judge.RequiresGrad = true;
        var balance = _balance.Affine(1, 0); // As it is in this step.
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

    /// <summary>k as it is now.</summary>
    internal float Balance => _balance.Item();

    /// <summary>M of pictures [N, C, S, S], those that are real and those that the generator makes, without history.</summary>
    internal double Convergence(Tensor real, Tensor made)
    {
        using var constants = GradMode.NoGrad();
        var (ofReal, ofMade) = (LossOf(real).Item(), LossOf(made).Item());
        return ofReal + Math.Abs((Options.Gamma * ofReal) - ofMade);
    }

    /// <summary>Mean reconstruction error of pictures over all elements.</summary>
    private Tensor LossOf(Tensor pictures) => _judge.Forward(pictures).L1Loss(pictures);
}
