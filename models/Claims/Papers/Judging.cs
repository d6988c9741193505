using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Began;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Families.Unsb;

namespace IlgpuGan.Claims.Papers;

/// <summary>What a trained variant translated and generated, made once for all measures of its claim.</summary>
internal sealed class Judging(Claim claim, TrainedVariant variant)
{
    /// <summary>Checkpoints at the end of a run whose losses are averaged.</summary>
    private const int Settled = 3;

    /// <summary>In place of a number of steps: translations from B to A.</summary>
    internal const int Back = -1;

    private const int BatchSize = 100;

    private readonly Dictionary<int, TranslatedPairs> _pairs = [];
    private readonly Dictionary<int, (double Distance, double Patches)> _shown = [];

    public TrainedVariant Variant => variant;

    /// <summary>The held-out pictures of a family that generates from noise.</summary>
    public IReadOnlyList<Picture> Real => field ??= GeneratedPictures.HeldOut(variant);

    /// <summary>Generated pictures, by model or by kind.</summary>
    public IReadOnlyList<IReadOnlyList<Picture>> Made => field ??= claim.Judge.By == ClaimJudges.GeneratedByKind
        ? [.. GeneratedPictures.Kinds.Select(k => GeneratedPictures.OfKind(variant.Model, Real.Count / GeneratedPictures.Kinds.Count, k))]
        : [.. variant.Models.Select(model => GeneratedPictures.Of(model, claim.Judge.Made ?? Real.Count, claim.Data!.Side))];

    /// <summary>The patch distance of what each model made; that of all kinds is one.</summary>
    public IReadOnlyList<double> Patches => field ??= claim.Judge.By == ClaimJudges.GeneratedByKind
        ? [variant.Instruments.PatchDistance([.. Made.SelectMany(of => of)], Real)]
        : [.. Made.Select(made => variant.Instruments.PatchDistance(made, Real))];

    /// <summary>The inception score of what each model made.</summary>
    public IReadOnlyList<double> Scores => field ??= [.. Made.Select(variant.Instruments.InceptionScore)];

    /// <summary>What BEGAN measures of each checkpoint: M on held-out pictures, and the ratio of the losses.</summary>
    public IReadOnlyList<(double Convergence, double Ratio)> Balances => field ??=
        [.. variant.Models.Cast<BeganModel>().Zip(Made, BalanceOf)];

    /// <summary>Share of the held-out pictures that have one near them of what each model made.</summary>
    public IReadOnlyList<double> Covered => field ??= [.. Made.Select(Coverage)];

    public double Coverage(IReadOnlyList<Picture> made) => variant.Instruments.Coverage(made, Real);

    /// <summary>How far the ratio of the losses is from γ at the end.</summary>
    public double OffBalance() =>
        Math.Abs(Balances.Select(b => b.Ratio).TakeLast(Settled).Average() - ((BeganModel)variant.Models[^1]).Options.Gamma);

    /// <summary>Share of the generated pictures that a classifier of real ones assigns to what was asked for: kinds, or labels in
    /// turn.</summary>
    public double Asked() => Made.SelectMany((made, kind) => variant.Instruments.Classes(made).Select((found, i) =>
        found == (variant.Model is TripleGanModel model ? i % model.Options.LabelCount : kind) ? 1.0 : 0)).Average();

    /// <summary>Share of the held-out pictures that the run's own classifier misclassifies.</summary>
    public double Misclassified()
    {
        var (model, wrong) = ((TripleGanModel)variant.Model, new List<double>());
        foreach (var batch in variant.HeldOut(BatchSize))
        {
            var (answers, labels) = (model.Classes(batch[LabelledPictures.NameOfPicture]), batch[LabelledPictures.NameOfLabel].ToArray());
            var classes = labels.Length / answers.Count;
            wrong.AddRange(answers.Select((answer, i) => labels[(i * classes) + answer] == 1 ? 0.0 : 1));
        }

        return wrong.Average();
    }

    /// <summary>Held-out pairs, translated in a number of steps by what can.</summary>
    public TranslatedPairs Pairs(int? steps)
    {
        steps = variant.Model is BridgeModel ? steps : null;
        return _pairs.TryGetValue(steps ?? 0, out var known)
            ? known : _pairs[steps ?? 0] = variant.Instruments.Translated(claim.Judge.Direction, steps: steps);
    }

    public double PatchesOfPairs(int? steps)
    {
        var pairs = Pairs(steps).Pictures;
        return variant.Instruments.PatchDistance([.. pairs.Select(p => p.Output)], [.. pairs.Select(p => p.Target)]);
    }

    /// <summary>Held-out samples as the model shows them, compared with their targets.</summary>
    /// <param name="steps">in which they are translated by what can, or <see cref="Back"/></param>
    public (double Distance, double Patches) Shown(int? steps)
    {
        var key = steps == Back || variant.Model is UnsbModel ? steps ?? 0 : 0;
        return _shown.TryGetValue(key, out var known) ? known : _shown[key] = Compared(key);
    }

    public ClaimFinding Finding()
    {
        var values = new Dictionary<string, double>();
        foreach (var measure in claim.Measures)
        {
            if (measure.By == Gauge.AtEqualTimes)
            {
                EqualTimes.Add(values, measure.Name, Patches, variant.Seconds);
            }
            else
            {
                values[measure.Name] = Gauge.Of(measure.By).Value!(this, null);
            }
        }

        return new ClaimFinding { Values = values, Pictures = Pictures() };
    }

    private IReadOnlyList<Picture> Pictures()
    {
        var judge = claim.Judge;
        if (judge.Views.Count > 0)
        {
            return [.. judge.Splits.SelectMany(split => variant.Shown(judge.Rows, judge.Views, split))];
        }

        if (judge.By == ClaimJudges.Translated)
        {
            var pairs = (judge.In.Count == 0 ? [0] : judge.In).Select(n => Pairs(n == 0 ? null : n).Pictures).ToList();
            return
            [
                .. pairs[0].Take(judge.Rows).Select(
                    (first, i) => Mosaic.Row([first.Input, .. pairs.Select(p => p[i].Output), first.Target])),
            ];
        }

        var rows = judge.Rows == 0 ? Made.Select(of => of.Take(judge.Columns)) : Made[^1].Take(judge.Rows * judge.Columns)
            .Chunk(judge.Columns);
        return [Mosaic.Column([.. rows.Select(row => Mosaic.Row([.. row]))])];
    }

    private (double Distance, double Patches) Compared(int steps)
    {
        var (made, real, distances) = (new List<Picture>(), new List<Picture>(), new List<double>());
        foreach (var batch in variant.HeldOut())
        {
            using var step = variant.Device.Step();
            using var fake = steps > 0
                ? ((UnsbModel)variant.Model).Translate(batch.A, steps)
                : variant.Model.Show(batch).First(v => steps == Back ? v.Label == "fake_A" : v.Label is "fake_B" or "output").Picture;
            var target = steps == Back ? batch.A : batch.B;
            distances.Add(fake.L1Loss(target).Item());
            made.Add(PictureTensors.ToPicture(fake));
            real.Add(PictureTensors.ToPicture(target));
        }

        return (distances.Average(), variant.Instruments.PatchDistance(made, real));
    }

    private (double Convergence, double Ratio) BalanceOf(BeganModel model, IReadOnlyList<Picture> made)
    {
        using var step = model.Device.Step();
        var (real, fakes) = (PictureTensors.ToTensor(Real, model.Device), PictureTensors.ToTensor(made, model.Device));
        var losses = model.LossesOf(real, fakes);
        return (model.Convergence(real, fakes), losses.Made / losses.Real);
    }
}
