using IlgpuGan.Models.Losses;
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
    private readonly TwoScaleDiscriminator? _judge;
    private readonly TwoScaleDiscriminator? _judge2;
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
            _judge = Network<TwoScaleDiscriminator>("netD");
            _adamD = AddAdam("optD", "netD");
        }

        if (options.ReconstructsCode)
        {
            _judge2 = Network<TwoScaleDiscriminator>("netD2");
            _adamD2 = AddAdam("optD2", "netD2");
        }
    }

    /// <summary>
    /// Generator and encoder first, with fixed discriminators; then the discriminators, on the fakes from before that update.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        var (towards, random) = Ways(batch);
        SetJudgesTrainable(false);
        _adamG.ClearGradients();
        _adamE?.ClearGradients();

        // One path after the other: their gradients add up, and what they leave for their backwards is never in memory together.
        var fromRandom = Options.ReconstructsCode ? TrainFromRandomCode(random) : null;
        var answer = Options.Variant == BicycleVariant.ClrGan ? null : TrainTowardsTarget(towards);
        _adamE?.Step();
        _adamG.Step();

        SetJudgesTrainable(true);
        if (_judge is not null)
        {
            TrainJudge("D", _judge, _adamD!, towards, answer);
        }

        if (_judge2 is not null)
        {
            TrainJudge("D2", _judge2, _adamD2!, random, fromRandom);
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
    /// What goes each way. The inputs of the first half of a batch are translated both ways; the second half shows the second discriminator
    /// what is real; the sample in the middle of an odd batch is in both. What is trained one way only takes the whole batch.
    /// </summary>
    /// <remarks>
    /// Where samples are taken one by one, one of the first half goes towards its target, and its partner in the second half goes the other
    /// way with the first one's input: each has half of the work, and the means are those of the batch.
    /// </remarks>
    private (Way? Towards, Way? FromRandom) Ways(Batch batch)
    {
        var whole = new Way(batch.A, batch.A, batch.B, Weight: 1);
        if (Options.Variant != BicycleVariant.Bicycle)
        {
            return (whole, whole);
        }

        var total = Math.Max(SplitSampleCount, batch.Size);
        var half = (total + 1) / 2;
        var rest = total - half;
        if (SplitSampleCount == 1)
        {
            var (a, b) = (batch.A.Slice(0, 0, half), batch.B.Slice(0, 0, half));
            return (new Way(a, a, b, Weight: 1), new Way(a, batch.A.Slice(0, rest, half), batch.B.Slice(0, rest, half), Weight: 1));
        }

        var number = batch.Share.First;
        var partners = ExchangeSamples(batch.A, sample => sample < rest ? sample : sample - rest);
        var weight = total / (float)half; // Of the means over half of the samples.
        return (
            number < half ? whole with { Weight = weight } : null,
            number >= rest ? whole with { A = partners, Weight = weight } : null);
    }

    /// <summary>
    /// Random code → picture → code. In BicycleGAN the encoder is fixed here; otherwise both could hide the code in the picture.
    /// </summary>
    /// <returns>the fakes, without their history; null where nothing goes this way</returns>
    private Tensor? TrainFromRandomCode(Way? way)
    {
        if (way is null)
        {
            ReportNothing(Options.LambdaZ > 0 ? ["G_GAN2", "z_L1"] : ["G_GAN2"]);
            return null;
        }

        var code = Normal("z", new Shape(way.A.Shape[0], Options.Nz));
        using var fake = _generator.Forward(way.A, code);
        var loss = _judge2!.Loss(_ganLoss, Judged(way.A, fake), real: true) * (Options.LambdaGan2 * way.Weight);
        Report("G_GAN2", loss);
        if (Options.LambdaZ > 0)
        {
            _encoder!.RequiresGrad = Options.Variant == BicycleVariant.ClrGan;
            var askedBack = _encoder.Forward(fake).Mean.L1Loss(code) * (Options.LambdaZ * way.Weight);
            _encoder.RequiresGrad = true;
            Report("z_L1", askedBack);
            loss += askedBack;
        }

        loss.Backward();
        return fake.Detach();
    }

    /// <summary>Target → code → picture near the target; for pix2pix with noise the code is random.</summary>
    /// <returns>the fakes, without their history; null where nothing goes this way</returns>
    private Tensor? TrainTowardsTarget(Way? way)
    {
        if (way is null)
        {
            ReportNothing(Options.Encodes ? ["G_GAN", "G_L1", "kl"] : ["G_GAN", "G_L1"]);
            return null;
        }

        var noise = Normal("noise", new Shape(way.A.Shape[0], Options.Nz));
        Tensor? distance = null;
        var code = noise;
        if (Options.Encodes)
        {
            var (mean, logVariance) = _encoder!.Forward(way.RealB);
            code = mean + (noise * (logVariance * 0.5f).Exp());
            distance = (mean.Square() + logVariance.Exp() - logVariance - 1).Sum() * (0.5f * Options.LambdaKl * SplitSampleCount);
        }

        using var fake = _generator.Forward(way.A, code);
        var adversarial = _judge!.Loss(_ganLoss, Judged(way.A, fake), real: true) * (Options.LambdaGan * way.Weight);
        var near = fake.L1Loss(way.RealB) * (Options.LambdaL1 * way.Weight);
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

    private void TrainJudge(string name, TwoScaleDiscriminator judge, Adam adam, Way? way, Tensor? fake)
    {
        if (way is null || fake is null)
        {
            adam.Step(); // Along the gradients of other samples.
            ReportNothing([name]);
            return;
        }

        var loss = judge.Loss(_ganLoss, Judged(way.A, fake), real: false)
            + judge.Loss(_ganLoss, Judged(way.RealA, way.RealB), real: true);
        loss = way.Weight == 1 ? loss : loss * way.Weight;
        adam.Minimize(loss);
        Report(name, loss);
    }

    /// <summary>Every sample reports the same losses, those of the way that it does not go as 0.</summary>
    private void ReportNothing(string[] losses) => Array.ForEach(losses, name => Report(name, Tensor.Zeros(new Shape(1), Device)));

    /// <summary>A discriminator's input for an output: the output, or input and output.</summary>
    private Tensor Judged(Tensor a, Tensor b) => Options.ConditionalD ? TensorOps.Concat(1, a, b) : b;

    private Tensor ShownCode(int answer, int samples) =>
        Tensor.Normal(new RandomKey(Options.Seed, ShownCodes, (uint)answer, 0), new Shape(1, Options.Nz), Device)
            .Expand(samples, Options.Nz);

    private void SetJudgesTrainable(bool trainable)
    {
        foreach (var judge in new[] { _judge, _judge2 }.OfType<TwoScaleDiscriminator>())
        {
            judge.RequiresGrad = trainable;
        }
    }

    /// <summary>One of the two ways, with the samples that go it.</summary>
    /// <param name="A">inputs that are translated</param>
    /// <param name="RealA">inputs of the pairs that the way's discriminator is shown as real</param>
    /// <param name="RealB">the targets of these: on the way towards them, those of <paramref name="A"/></param>
    /// <param name="Weight">of the way's losses</param>
    private sealed record Way(Tensor A, Tensor RealA, Tensor RealB, float Weight);
}
