using IlgpuGan.Models.Data;
using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// BicycleGAN (Zhu et al. 2017): one input has many answers, and a code chooses among them. Half of a batch goes picture → code → picture
/// (cVAE-GAN: the code of the target must give the target back, and codes are near N(0, 1)), and input and random code → picture → code
/// (cLR-GAN: the answer must tell its code). Losses: G_GAN, G_L1, kl, G_GAN2, z_L1 (weighted), D, D2.
/// </summary>
public sealed class BicycleGanModel : GanModel<BicycleGanOptions>
{
    /// <summary>Its own stream: codes of sample pictures stay the same through a run.</summary>
    private const uint ShownCodes = 0xB1C;

    private const int AnswersShown = 4;

    private readonly GanLoss _ganLoss = new(GanMode.Lsgan);
    private readonly CodeUNet _generator;
    private readonly CodeEncoder? _encoder;
    private readonly TwoScaleJudge? _judge;
    private readonly TwoScaleJudge? _judge2;
    private readonly Adam _adamG;
    private readonly Adam? _adamE;
    private readonly Adam? _adamD;
    private readonly Adam? _adamD2;

    public BicycleGanModel(BicycleGanOptions options, Device device)
        : base(options, device)
    {
        _generator = Network<CodeUNet>("netG");
        _adamG = AddAdam("optG", "netG");
        if (options.Variant != BicycleVariant.Pix2PixNoise)
        {
            _encoder = Network<CodeEncoder>("netE");
            _adamE = AddAdam("optE", "netE");
        }

        if (options.Variant != BicycleVariant.ClrGan)
        {
            _judge = Network<TwoScaleJudge>("netD");
            _adamD = AddAdam("optD", "netD");
        }

        if (options.AsksBack)
        {
            _judge2 = Network<TwoScaleJudge>("netD2");
            _adamD2 = AddAdam("optD2", "netD2");
        }
    }

    /// <summary>
    /// Generator and encoder first, against discriminators that stand still; then the discriminators, on fakes from before that.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var ((a, b), (otherA, otherB)) = Halves(batch);
        SetJudgesTrainable(false);
        _adamG.ClearGradients();
        _adamE?.ClearGradients();

        // One path after the other: their gradients add up, and what they leave for their backwards is never in memory together.
        var fromRandom = Options.AsksBack ? TrainFromRandomCode(a) : null;
        var answer = Options.Variant == BicycleVariant.ClrGan ? null : TrainTowardsTarget(a, b);
        _adamE?.Step();
        _adamG.Step();

        SetJudgesTrainable(true);
        if (answer is not null)
        {
            TrainJudge("D", _judge!, _adamD!, Judged(a, answer), Judged(a, b));
        }

        if (fromRandom is not null)
        {
            TrainJudge("D2", _judge2!, _adamD2!, Judged(a, fromRandom), Judged(otherA, otherB));
        }
    }

    /// <summary>Answers to one input, one for each code. The networks evaluate from then on.</summary>
    /// <param name="a">[1, C, H, W]</param>
    /// <param name="codes">[N, nz]</param>
    /// <returns>[N, C', H, W], to be disposed</returns>
    internal Tensor Answer(Tensor a, Tensor codes) =>
        Computed(() => _generator.Forward(a.Expand(codes.Shape[0], a.Shape[1], a.Shape[2], a.Shape[3]), codes));

    protected override IReadOnlyList<Tensor> Present(Batch batch) =>
        [batch.A, .. Enumerable.Range(0, AnswersShown).Select(n => _generator.Forward(batch.A, ShownCode(n, batch.Size))), batch.B];

    /// <summary>
    /// The half whose inputs are translated, and the half that shows the second discriminator what is real; the sample in the middle of an
    /// odd batch is in both. What is trained one way only takes the whole batch for both.
    /// </summary>
    private ((Tensor A, Tensor B) First, (Tensor A, Tensor B) Second) Halves(Batch batch)
    {
        if (Options.Variant != BicycleVariant.Bicycle)
        {
            return ((batch.A, batch.B), (batch.A, batch.B));
        }

        var half = (batch.Size + 1) / 2;
        var rest = batch.Size - half;
        return ((batch.A.Slice(0, 0, half), batch.B.Slice(0, 0, half)), (batch.A.Slice(0, rest, half), batch.B.Slice(0, rest, half)));
    }

    /// <summary>
    /// Random code → picture → code. In BicycleGAN the encoder stands still here, or both would hide the code in the picture.
    /// </summary>
    /// <returns>the fakes, without their history</returns>
    private Tensor TrainFromRandomCode(Tensor a)
    {
        var code = Normal("z", new Shape(a.Shape[0], Options.Nz));
        using var fake = _generator.Forward(a, code);
        var loss = _judge2!.Loss(_ganLoss, Judged(a, fake), real: true) * Options.LambdaGan2;
        Report("G_GAN2", loss);
        if (Options.LambdaZ > 0)
        {
            _encoder!.RequiresGrad = Options.Variant == BicycleVariant.ClrGan;
            var askedBack = _encoder.Forward(fake).Mean.L1Loss(code) * Options.LambdaZ;
            _encoder.RequiresGrad = true;
            Report("z_L1", askedBack);
            loss += askedBack;
        }

        loss.Backward();
        return fake.Detach();
    }

    /// <summary>Target → code → picture near the target; for pix2pix with noise the code is random.</summary>
    /// <returns>the fakes, without their history</returns>
    private Tensor TrainTowardsTarget(Tensor a, Tensor b)
    {
        var noise = Normal("noise", new Shape(a.Shape[0], Options.Nz));
        Tensor? distance = null;
        var code = noise;
        if (Options.Encodes)
        {
            var (mean, logVariance) = _encoder!.Forward(b);
            code = mean + (noise * (logVariance * 0.5f).Exp());
            distance = (mean.Square() + logVariance.Exp() - logVariance - 1).Sum() * (0.5f * Options.LambdaKl);
        }

        using var fake = _generator.Forward(a, code);
        var adversarial = _judge!.Loss(_ganLoss, Judged(a, fake), real: true) * Options.LambdaGan;
        var near = fake.L1Loss(b) * Options.LambdaL1;
        Report("G_GAN", adversarial);
        Report("G_L1", near);
        var loss = adversarial + near;
        if (distance is not null)
        {
            Report("kl", distance);
            loss += distance;
        }

        loss.Backward();
        return fake.Detach();
    }

    private void TrainJudge(string name, TwoScaleJudge judge, Adam adam, Tensor fake, Tensor real)
    {
        var loss = judge.Loss(_ganLoss, fake, real: false) + judge.Loss(_ganLoss, real, real: true);
        adam.Minimize(loss);
        Report(name, loss);
    }

    /// <summary>What a discriminator sees of a result: the result, or input and result.</summary>
    private Tensor Judged(Tensor a, Tensor b) => Options.ConditionalD ? TensorOps.Concat(1, a, b) : b;

    private Tensor ShownCode(int answer, int samples) =>
        Tensor.Normal(new RandomKey(Options.Seed, ShownCodes, (uint)answer, 0), new Shape(1, Options.Nz), Device)
            .Expand(samples, Options.Nz);

    private void SetJudgesTrainable(bool trainable)
    {
        foreach (var judge in new[] { _judge, _judge2 }.OfType<TwoScaleJudge>())
        {
            judge.RequiresGrad = trainable;
        }
    }
}
