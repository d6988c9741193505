using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.MadGan;

/// <summary>
/// MAD-GAN (Ghosh et al. 2018): several generators, and a discriminator that classifies its input as real or by its generator, which drives
/// the generators to different modes. Each generator is trained to be classified as real. A step updates the discriminator
/// <see cref="MadGanOptions.DSteps"/> times for each generator, then each generator. Losses: D_real, D_fake, means over the generators;
/// G_0, G_1, ….
/// </summary>
internal sealed class MadGanModel : NoiseModel<MadGanOptions>
{
    private const int SideOfPlot = 320;
    private const int PointsInPlot = 2000;

    /// <summary>A random stream of its own, so that the codes of sample plots stay the same throughout a run.</summary>
    private const uint StreamOfPlot = 0x3ADC;

    private readonly Layer? _shared;
    private readonly Layer[] _generators;
    private readonly PictureDiscriminator _judge;
    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public MadGanModel(Family family, MadGanOptions options, Device device)
        : base(family, options, device)
    {
        string[] names = [.. MadGanFamily.GeneratorsOf(options)];
        _generators = Array.ConvertAll(names, Network<Layer>);
        _shared = options.SharedLayers > 0 ? Network<Layer>(MadGanFamily.SharedName) : null;
        _judge = Network<PictureDiscriminator>(NoiseOptions.DiscriminatorName);
        _adamG = AddAdam("optG", _shared is null ? names : [MadGanFamily.SharedName, .. names]);
        _adamD = AddAdam("optD", NoiseOptions.DiscriminatorName);
    }

    /// <summary>One column per generator.</summary>
    protected override int Columns => Math.Min(_generators.Length, MostColumns);

    /// <summary>Points by each generator, as concatenated coordinates.</summary>
    /// <param name="count">of each generator</param>
    /// <param name="seed">of their codes</param>
    internal IReadOnlyList<float[]> MakePoints(int count, ulong seed)
    {
        using var constants = GradMode.NoGrad();
        return [.. _generators.Select((generator, i) =>
        {
            var (key, shape) = (new RandomKey(seed, StreamOfPlot, 0, (uint)i), new Shape(count, Options.Nz));
            using var codes = Options.Noise == NoiseKind.Normal
                ? Tensor.Normal(key, shape, Device)
                : Tensor.Uniform(key, shape, Device).Affine(2, -1);
            using var numbers = Output(generator, codes);
            return numbers.ToArray();
        })];
    }

    protected override void Update(string phase, Batch batch)
    {
        var real = batch[Options.Points ? PointSet.Field : LabelledPictures.NameOfPicture];
        TrainDiscriminator(real);
        TrainGenerators(real.Shape[0]);
    }

    /// <summary>Each picture is made by the generator of its label.</summary>
    protected override Tensor Draw(GenerationDraw draw)
    {
        var (codes, chosen) = (Noise(draw, 0, new Shape(Options.Nz)), draw.Labels());
        return _generators
            .Select((generator, i) => Output(generator, codes) * chosen.Slice(1, i, 1).Reshape(chosen.Shape[0], 1, 1, 1))
            .Aggregate((sum, next) => sum + next);
    }

    protected override IReadOnlyList<Tensor> Present(Batch batch)
    {
        if (!Options.Points)
        {
            return base.Present(batch);
        }

        var plot = MixturePlot.Draw(Options.PointNumbers, Options.Mixture, MakePoints(PointsInPlot, Options.Seed), SideOfPlot);
        return [plot.ToTensor(Device)];
    }

    private void TrainDiscriminator(Tensor real)
    {
        _judge.RequiresGrad = true;
        var (costs, count) = (new List<(Tensor Real, Tensor Fake)>(), real.Shape[0]);
        for (var update = 0; update < _generators.Length * Options.DSteps; update++)
        {
            var (i, again) = (update / Options.DSteps, update % Options.DSteps);
            using var made = ConstantOutput(_generators[i], Codes(again == 0 ? $"z_D_{i}" : $"z_D_{i}_{again}", count));
            var (costOfReal, costOfFake) = (CostOf(real, _generators.Length), CostOf(made, i));
            _adamD.Minimize(costOfReal + costOfFake);
            costs.Add((costOfReal.Detach(), costOfFake.Detach()));
        }

        Report("D_real", costs.Select(c => c.Real).Aggregate((sum, next) => sum + next) * (1f / costs.Count));
        Report("D_fake", costs.Select(c => c.Fake).Aggregate((sum, next) => sum + next) * (1f / costs.Count));
    }

    private void TrainGenerators(int count)
    {
        _judge.RequiresGrad = false;
        foreach (var (i, generator) in _generators.Index())
        {
            var loss = CostOf(Output(generator, Codes($"z_G_{i}", count)), _generators.Length);
            _adamG.Minimize(loss);
            Report($"G_{i}", loss);
        }
    }

    /// <summary>Mean cross-entropy of the discriminator's prediction for one class, the same for all inputs.</summary>
    private Tensor CostOf(Tensor inputs, int answer) =>
        -_judge.Forward(inputs, labels: null).LogSoftmax(axis: 1).Slice(1, answer, 1).Mean();

    private Tensor Output(Layer generator, Tensor codes) => generator.Forward(_shared?.Forward(codes) ?? codes);

    private Tensor ConstantOutput(Layer generator, Tensor codes)
    {
        using var constants = GradMode.NoGrad();
        return Output(generator, codes);
    }
}
