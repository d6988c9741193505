using IlgpuGan.Models.Data;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>
/// StarGAN (Choi et al. 2018): one generator for all domains. It is told the target's label, a critic says how real the result is and which label it has,
/// and the way back to the own label must lead back to the picture. Losses: D_real, D_fake, D_cls, D_gp in every step, G_fake, G_rec, G_cls in
/// every n-th.
/// </summary>
public sealed class StarGanModel : GanModel<StarGanOptions>
{
    private const string Both = "both";
    private const string Critic = "critic";
    private const int TargetsShown = 4;

    private readonly LabelGenerator _generator;
    private readonly ClassifyingJudge _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public StarGanModel(StarGanOptions options, Device device)
        : base(options, device)
    {
        _generator = Network<LabelGenerator>("netG");
        _judge = Network<ClassifyingJudge>("netD");
        _adamG = AddAdam("optG", "netG");
        _adamD = AddAdam("optD", "netD");
    }

    public override string PhaseAt(long step) => (step + 1) % Options.NCritic == 0 ? Both : Critic;

    protected override void Update(string phase, Batch batch)
    {
        var (picture, label) = (batch[LabelledPictures.NameOfPicture], batch[LabelledPictures.NameOfLabel]);

        // Targets are the labels of the batch in another order, so that none is impossible.
        using var order = Uniform("order", new Shape(label.Shape[0])).Argsort(0);
        using var target = label.IndexSelect(0, order);
        TrainCritic(picture, label, target);
        if (phase == Both)
        {
            TrainGenerator(picture, label, target);
        }
    }

    /// <summary>The first labels as targets: of attributes, each is turned over in the picture's own label.</summary>
    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        var (picture, label) = (batch[LabelledPictures.NameOfPicture], batch[LabelledPictures.NameOfLabel]);
        var (samples, places) = (label.Shape[0], label.Shape[1]);
        return [picture, .. Enumerable.Range(0, Math.Min(TargetsShown, places)).Select(place =>
        {
            var one = Tensor.From([.. Enumerable.Range(0, places).Select(i => i == place ? 1f : 0f)], new Shape(1, places), Device).Expand(samples, places);
            return _generator.Forward(picture, Options.LabelKind == LabelKind.Classes ? one : label.AbsoluteDifference(one));
        })];
    }

    private void TrainCritic(Tensor picture, Tensor label, Tensor target)
    {
        _judge.RequiresGrad = true;
        var (ofReal, classes) = _judge.Forward(picture);
        var real = -ofReal.Mean();
        var classification = Classification(classes, label) * Options.LambdaCls;
        using var fake = Made(picture, target);
        var made = _judge.Scores(fake).Mean();
        var penalty = GradientPenalty.Of(_judge.Scores, picture, fake, Mix(picture), Options.LambdaGp);
        Report("D_real", real);
        Report("D_fake", made);
        Report("D_cls", classification);
        Report("D_gp", penalty);
        _adamD.Minimize(real + made + classification + penalty);
    }

    private void TrainGenerator(Tensor picture, Tensor label, Tensor target)
    {
        _judge.RequiresGrad = false;
        using var fake = _generator.Forward(picture, target);
        var (scores, classes) = _judge.Forward(fake);
        var adversarial = -scores.Mean();
        var classification = Classification(classes, target) * Options.LambdaCls;
        var back = _generator.Forward(fake, label).L1Loss(picture) * Options.LambdaRec;
        Report("G_fake", adversarial);
        Report("G_rec", back);
        Report("G_cls", classification);
        _adamG.Minimize(adversarial + back + classification);
    }

    /// <summary>A fake without history: the generator stands still in a critic's step.</summary>
    private Tensor Made(Tensor picture, Tensor target)
    {
        using var constants = Tensors.Autodiff.GradMode.NoGrad();
        return _generator.Forward(picture, target);
    }

    /// <summary>Of several attributes the binary cross-entropies of all, a sum over them; of classes the cross-entropy; a mean over the batch.</summary>
    private Tensor Classification(Tensor logits, Tensor label) =>
        Options.LabelKind == LabelKind.Classes ? logits.CrossEntropy(label) : logits.BceWithLogits(label) * label.Shape[1];
}
