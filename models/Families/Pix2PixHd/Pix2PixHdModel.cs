using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// pix2pixHD (Wang et al. 2018): discriminators of (input, output) pairs at several scales, and feature matching: outputs should match the
/// targets in the discriminators' features. With <see cref="Pix2PixHdOptions.InstanceFeat"/>, the generator also gets encoded features of
/// the photograph, averaged over each instance, for properties that labels do not determine (section 3.4). Losses: G_GAN, G_GAN_Feat and
/// G_VGG (weighted), D_real, D_fake, or D_GAN under rpgan, summed over the scales, and D_gp, D_R1, D_R2 of penalties.
/// </summary>
internal sealed class Pix2PixHdModel : GanModel<Pix2PixHdOptions>
{
    internal const string GeneratorName = "netG";
    internal const string DiscriminatorName = "netD";
    internal const string EncoderName = "netE";
    internal const string ClustersName = "netE_clusters";

    private const string TrainsAll = "step";
    private const string TrainsLastEnhancer = "enhancer";

    /// <summary>Number of training pictures whose features are clustered.</summary>
    private const int PicturesClustered = 200;

    /// <summary>A random stream of its own, independent of other draws from the seed.</summary>
    private const uint ClusterStream = 0xFEA7;

    /// <summary>The reference scales feature matching by this, divided by a discriminator's number of layers plus 1.</summary>
    private const float FeatureScale = 4;

    private readonly GanLoss _ganLoss;
    private readonly VggPerceptual? _vgg;
    private readonly Layer? _encoder;
    private readonly FeatureClusters? _clusters;
    private readonly Adam _adamG;
    private readonly Adam? _adamCoarse;
    private readonly Adam _adamD;
    private long _epoch;

    public Pix2PixHdModel(Family family, Pix2PixHdOptions options, Device device)
        : base(family, options, device)
    {
        _ganLoss = new GanLoss(options.GanMode);
        Generator = Network<Layer>(GeneratorName);
        Discriminator = Network<MultiscaleDiscriminator>(DiscriminatorName);
        string[] generators = [GeneratorName];
        if (options.InstanceFeat)
        {
            _encoder = Network<Layer>(EncoderName);
            _clusters = Network<FeatureClusters>(ClustersName);
            generators = [GeneratorName, EncoderName];
        }

        if (options.NiterFixGlobal > 0 && Generator is LocalEnhancer enhancer)
        {
            string[] last = [$"{GeneratorName}.{enhancer.LastEnhancer}", $"{EncoderName}."];
            _adamG = AddPart("optG", isLast => isLast);
            _adamCoarse = AddPart("optG_coarse", isLast => !isLast);

            Adam AddPart(string name, Func<bool, bool> takes) => AddOptimizer(
                name,
                parameters => new Adam(
                    parameters.Where(p => takes(last.Any(l => p.Name.StartsWith(l, StringComparison.Ordinal)))), options.Lr, options.Beta1),
                generators);
        }
        else
        {
            _adamG = AddAdam("optG", generators);
        }

        _adamD = AddAdam("optD", DiscriminatorName);
        _vgg = options.OpenVgg(device) is { } vgg ? Own(vgg) : null;
    }

    public Layer Generator { get; }

    public MultiscaleDiscriminator Discriminator { get; }

    public override string PhaseAt(long step) => _epoch < Options.NiterFixGlobal ? TrainsLastEnhancer : TrainsAll;

    /// <summary>Clusters the features of the training pictures' instances, a class at a time.</summary>
    public override void BeforeSave(SampleSource data)
    {
        if (_encoder is not { } encoder)
        {
            return;
        }

        var queue = Device.WorkQueue;
        var ofClasses = Enumerable.Range(0, Options.LabelPlanes).Select(_ => new List<float[]>()).ToList();
        var averages = queue.Run(() => Average?.Swap()); // Who has the device between the pictures has networks of its own.
        try
        {
            foreach (var batch in data.InOrder().On(Device, count: Math.Min(data.Count, PicturesClustered)))
            {
                queue.Run(() =>
                {
                    using var settings = Settings();
                    using var noGrad = GradMode.NoGrad();
                    using var step = Device.Step();
                    AddFeatures(InstanceMeans.Of(encoder.Forward(batch.B), batch.Instance), batch, ofClasses);
                });
            }
        }
        finally
        {
            queue.RunLast(() => averages?.Dispose());
        }

        List<IReadOnlyList<float[]>> centres =
            [.. ofClasses.Select((features, c) => KMeans.Centres(features, Options.NClusters, RandomOf(c)))];
        queue.Run(() => _clusters!.SetCentres(centres));

        RandomSequence RandomOf(int c) => new(new RandomKey(Options.Seed, ClusterStream, (uint)c, 0));
    }

    protected override void Prepare(Batch batch, long step) => _epoch = batch.Epoch;

    /// <summary>
    /// Generator and discriminators are updated from the same state. The discriminators' gradients come first, whose features of the real
    /// picture are reused for feature matching, then the generator's gradients, then both updates.
    /// </summary>
    protected override void Update(string phase, Batch batch)
    {
        using var condition = Condition(batch);
        using var input = WithFeatures(condition, batch);
        var target = batch.B;

        // The encoder needs gradients through all scales, even if only the last enhancer is trained.
        using var fake = Generator is LocalEnhancer enhancer
            ? enhancer.Forward(input, phase == TrainsLastEnhancer && _encoder is null)
            : Generator.Forward(input);
        using var fakePair = TensorOps.Concat(1, condition, fake);
        using var realPair = TensorOps.Concat(1, condition, target);

        Discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        var (realFeatures, costs) = DiscriminatorGradients(fakePair.Detach(), realPair);

        Discriminator.RequiresGrad = false;
        var ofFake = Discriminator.Forward(fakePair);
        var adversarial = ofFake.Zip(realFeatures, (fakes, reals) => _ganLoss.OfGenerator(fakes[^1], () => reals[^1])).Aggregate(Sum);
        Report("G_GAN", adversarial);
        var loss = adversarial;
        if (Options.LambdaFeat > 0)
        {
            var matching = FeatureMatching.Of(ofFake, realFeatures)
                * (Options.LambdaFeat / Options.NumD * FeatureScale / (Options.NLayersD + 1));
            Report("G_GAN_Feat", matching);
            loss += matching;
        }

        if (_vgg is not null)
        {
            var perceptual = _vgg.Of(fake, target) * Options.LambdaVgg;
            Report("G_VGG", perceptual);
            loss += perceptual;
        }

        TrainGenerator(phase, loss);
        Discriminator.RequiresGrad = true;
        _adamD.Step();
        _adamD.ClearGradients();
        costs.ForEach(cost => Report(cost.Name, cost.Value));
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        using var condition = Condition(batch);
        using var input = WithFeatures(condition, batch);
        return [Options.LabelMaps ? LabelPlanes.Show(batch.Label, Options) : batch.A, Generator.Forward(input), batch.B];
    }

    /// <summary>The condition: planes of classes and borders, or a picture.</summary>
    private Tensor Condition(Batch batch) => Options.LabelMaps ? LabelPlanes.Of(batch, Options) : batch.A.Share();

    /// <summary>The generator's input: the condition, and features of the photograph if there is an encoder.</summary>
    private Tensor WithFeatures(Tensor condition, Batch batch)
    {
        if (_encoder is null)
        {
            return condition.Share();
        }

        using var encoded = _encoder.Forward(batch.B);
        using var features = InstanceMeans.Of(encoded, batch.Instance);
        return TensorOps.Concat(1, condition, features);
    }

    /// <summary>Adds the features of each instance of a picture to those of its class.</summary>
    /// <param name="means">[1, F, H, W]</param>
    /// <param name="batch">of one sample</param>
    /// <param name="ofClasses">lists of features, by class</param>
    private static void AddFeatures(Tensor means, Batch batch, List<List<float[]>> ofClasses)
    {
        var (values, places, planes) = (means.ToArray(), batch.Instance.ToArray(), batch.Label.ToArray());
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] == i)
            {
                var plane = Enumerable.Range(0, ofClasses.Count).First(c => planes[(c * places.Length) + i] == 1);
                ofClasses[plane].Add([.. Enumerable.Range(0, means.Shape[1]).Select(f => values[(f * places.Length) + i])]);
            }
        }
    }

    private void TrainGenerator(string phase, Tensor loss)
    {
        _adamCoarse?.ClearGradients();
        _adamG.Minimize(loss);
        if (phase == TrainsAll && _adamCoarse is { } coarse)
        {
            coarse.Step();
            coarse.ClearGradients();
        }
    }

    /// <returns>the discriminators' outputs for real pairs, detached, and their losses</returns>
    private (List<IReadOnlyList<Tensor>> RealFeatures, List<(string Name, Tensor Value)> Costs) DiscriminatorGradients(
        Tensor fakePair, Tensor realPair)
    {
        var ofFake = Discriminator.Forward(fakePair);
        Tensor? lossFake = null;
        if (!_ganLoss.IsRelative)
        {
            // Its saved activations are released before the next forward.
            lossFake = ofFake.Select(scale => _ganLoss.Of(scale[^1], real: false)).Aggregate(Sum);
            (lossFake * 0.5f).Backward();
        }

        var ofReal = Discriminator.Forward(realPair);
        List<IReadOnlyList<Tensor>> features = [.. ofReal.Select(scale => scale.Select(output => output.Detach()).ToList())];
        var loss = ofReal.Zip(ofFake, (reals, fakes) => lossFake is null
            ? _ganLoss.Relative(reals[^1], fakes[^1])
            : _ganLoss.Of(reals[^1], real: true)).Aggregate(Sum);
        WithPenalties(
            Options, lossFake is null ? loss : loss * 0.5f, penalty => $"D_{penalty}", Discriminator.SumOfScores, realPair, fakePair)
            .Backward();
        return (features, lossFake is null ? [("D_GAN", loss)] : [("D_real", loss), ("D_fake", lossFake)]);
    }

    private static Tensor Sum(Tensor a, Tensor b) => a + b;
}
